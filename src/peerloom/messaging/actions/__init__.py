"""What may be done with messages: written to the outbox, delivered, looked after."""

from peerloom.messaging.actions.delivering import deliver, gather, take_up_lost
from peerloom.messaging.actions.forgetting import forget_names, forget_sent
from peerloom.messaging.actions.posting import Letter, post, withdraw
from peerloom.messaging.actions.settling import (
    HookRefused,
    remove_hook,
    reseal,
    send_again,
    set_hook,
    set_mailbox,
)
from peerloom.messaging.actions.webhooks import (
    TEST,
    add_webhook,
    deliver_again,
    deliver_events,
    look_after_events,
    pass_on,
    remove_webhook,
    reseal_webhooks,
    try_webhook,
    turn_webhook,
)

__all__ = [
    "TEST",
    "HookRefused",
    "Letter",
    "add_webhook",
    "deliver",
    "deliver_again",
    "deliver_events",
    "forget_names",
    "forget_sent",
    "gather",
    "look_after_events",
    "pass_on",
    "post",
    "remove_hook",
    "remove_webhook",
    "reseal",
    "reseal_webhooks",
    "send_again",
    "set_hook",
    "set_mailbox",
    "take_up_lost",
    "try_webhook",
    "turn_webhook",
    "withdraw",
]
