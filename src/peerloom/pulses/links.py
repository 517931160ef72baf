"""Links by which somebody answers without signing in; good while the pulse takes answers.

Made anew for each letter from who it is for: nothing that opens it is kept. Signing out everywhere
ends them.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from peerloom.pulses.models import PulseReply


def token_of(reply: PulseReply) -> str:
    """The secret of a reply's link."""
    epoch = reply.participant.person.sign_in_epoch
    proof = salted_hmac("peerloom.pulses", f"{reply.pk} {epoch}", algorithm="sha256").hexdigest()
    return f"{reply.pk}-{proof[:40]}"


def reply_of(token: str) -> PulseReply | None:
    """The reply that a secret is for; None for one that is not right."""
    number, _, _ = token.partition("-")
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    reply = (
        PulseReply.objects.filter(pk=int(number), participant__person__is_active=True)
        .select_related("participant__person", "pulse__program__organisation")
        .first()
    )
    return reply if reply and constant_time_compare(token_of(reply), token) else None
