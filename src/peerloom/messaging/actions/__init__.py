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

__all__ = [
    "HookRefused",
    "Letter",
    "deliver",
    "forget_names",
    "forget_sent",
    "gather",
    "post",
    "remove_hook",
    "reseal",
    "send_again",
    "set_hook",
    "set_mailbox",
    "take_up_lost",
    "withdraw",
]
