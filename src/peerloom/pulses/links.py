"""Links by which somebody answers without signing in; good while the pulse takes answers.

Made anew for each letter from who it is for: nothing that opens it is kept. Signing out everywhere
ends them.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from peerloom.accounts.models import Person
from peerloom.core.numbers import whole
from peerloom.pulses.models import MeetingAsk, PulseReply


def token_of(reply: PulseReply) -> str:
    """The secret of a reply's link."""
    return _token("peerloom.pulses", reply.pk, reply.participant.person)


def meeting_token_of(ask: MeetingAsk) -> str:
    """The secret of a link to say how a meeting was."""
    return _token("peerloom.pulses.meetings", ask.pk, ask.member.participant.person)


def _token(salt: str, number: int, person: Person) -> str:
    proof = salted_hmac(salt, f"{number} {person.sign_in_epoch}", algorithm="sha256").hexdigest()
    return f"{number}-{proof[:40]}"


def reply_of(token: str) -> PulseReply | None:
    """The reply that a secret is for; None for one that is not right."""
    number = _number(token)
    if number is None:
        return None
    reply = (
        PulseReply.objects.filter(pk=number, participant__person__is_active=True)
        .select_related("participant__person", "pulse__program__organisation")
        .first()
    )
    return reply if reply and constant_time_compare(token_of(reply), token) else None


def ask_of(token: str) -> MeetingAsk | None:
    """The meeting and member that a secret is for; None for one that is not right."""
    number = _number(token)
    if number is None:
        return None
    ask = (
        MeetingAsk.objects.filter(pk=number, member__participant__person__is_active=True)
        .select_related(
            "member__participant__person", "meeting__partnership__program__organisation"
        )
        .first()
    )
    return ask if ask and constant_time_compare(meeting_token_of(ask), token) else None


def _number(token: str) -> int | None:
    return whole(token.partition("-")[0], 0) or None
