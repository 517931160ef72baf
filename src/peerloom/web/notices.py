"""What a program does with people's data, read from how it is really set up."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation
from peerloom.core.holdings import KEEPINGS
from peerloom.core.words import later
from peerloom.messaging.queries import hook_of, webhooks_of
from peerloom.participants.models import Draw
from peerloom.programs.library import columns_of
from peerloom.programs.models import Program, Question
from peerloom.programs.queries import GOALS, crossing, organisations_in


@dataclass(frozen=True)
class Asked:
    """A question: what for, who sees the answer."""

    label: str
    purposes: list[str]
    seen_by: str
    sensitive: bool


@dataclass(frozen=True)
class Kept:
    """Something that is kept for a time."""

    key: str
    what: str
    why: str
    since: str
    months: int
    usual: int


@dataclass(frozen=True)
class Notice:
    """A program's privacy notice."""

    organisations: list[Organisation]
    asked: list[Asked]
    pulses: list[str]
    crossing: list[str] | None
    receivers: list[str]
    drawn: bool
    kept: list[Kept]


def kept_by(organisation: Organisation) -> list[Kept]:
    """For how long an organisation keeps things."""
    return [
        Kept(k.key, k.what, k.why, k.since, organisation.keeps.get(k.key, k.months), k.months)
        for k in KEEPINGS.values()
    ]


def receivers_of(organisation: Organisation) -> list[str]:
    """Whom data reach outside of Peerloom, as this server is set up."""
    found = []
    if settings.EMAIL_HOST:
        found.append(
            _("the mail server {email_host}, which carries messages").format(
                email_host=settings.EMAIL_HOST
            )
        )
    hook = hook_of(organisation.pk)
    if hook:
        host = urlsplit(hook.url).hostname
        found.append(
            _(
                "{host}, which passes messages on to the organisation's chat, if you choose it"
            ).format(host=host)
        )
    hosts = {urlsplit(h.url).hostname for h in webhooks_of(organisation.pk) if not h.off_at}
    found += [
        _(
            "{host}, a system of the organisation, which hears that something happened, by "
            "numbers without names or words"
        ).format(host=host)
        for host in sorted(filter(None, hosts))
    ]
    found.append(_("Slack or Microsoft Teams, if you choose to be written to there"))
    if settings.VIDEO_URL:
        host = urlsplit(settings.VIDEO_URL).hostname
        found.append(
            _("{host}, where partners meet on screen, if they choose it").format(host=host)
        )
    return found


def notice_of(program: Program) -> Notice:
    """The notice, as the program is set up now."""
    read = {k for c in program.policy.get("criterion", []) for k in columns_of(c)}
    across = crossing(program)
    questions = list(program.asked)
    labels = {q.key: q.label for q in questions} | {GOALS: _("Goals")}
    return Notice(
        organisations=organisations_in(program),
        asked=[Asked(q.label, _purposes(q, read), _seen_by(q), q.sensitive) for q in questions],
        pulses=[str(p) for p in program.pulses.filter(off=False)],
        crossing=None if across is None else sorted(labels[k] for k in across if k in labels),
        receivers=receivers_of(program.organisation),
        drawn=Draw.objects.filter(program=program).exists(),
        kept=kept_by(program.organisation),
    )


def _purposes(question: Question, read: set[str]) -> list[str]:
    found = []
    if question.key in read:
        found.append(_("your own wish in the matching") if question.sensitive else _("matching"))
    if question.seen_by == Question.Seen.PARTNER and not question.sensitive:
        found.append(_("introducing you to your partner"))
    if question.kind == Question.Kind.SKILLS and not question.sensitive:
        found.append(_("finding people by what they offer, if you agree to be found"))
    if not question.sensitive and question.seen_by != Question.Seen.MATCHING:
        found.append(_("helping you, by the program manager"))
    return found or [_("nothing yet: the matching does not read it")]


def _seen_by(question: Question) -> str:
    if question.sensitive:
        return _("nobody")
    return str(question.get_seen_by_display())


# Whose data, for what: the categories of a program's processing (GDPR, Article 30).
RECORD_COLUMNS = (
    later("program"), later("state"), later("purpose"), later("whose data"), later("how many people"), later("categories"), later("sensitive"),
    later("with whom"), later("controllers"), later("kept (months)"), later("protected by"),
)  # fmt: skip
PROTECTED = later(
    "sign-in without passwords; roles; what partners write and pulses' answers sealed in "
    "the database; audit log of who did and saw what"
)


def records_of(organisation: Organisation) -> list[tuple[object, ...]]:
    """One row a program of the organisation, in the order of `RECORD_COLUMNS`."""
    kept = "; ".join(
        _("{what}: {months} after {since}").format(what=k.what, months=k.months, since=k.since)
        for k in kept_by(organisation)
    )
    rows: list[tuple[object, ...]] = []
    for program in organisation.programs.order_by("pk"):
        notice = notice_of(program)
        sensitive = [a.label for a in notice.asked if a.sensitive]
        rows.append(
            (
                program.name,
                program.get_state_display(),
                program.purpose or _("peer mentorship"),
                _("participants"),
                program.participants.count(),
                "; ".join(
                    [*(a.label for a in notice.asked), _("goals"), _("meetings"), *notice.pulses]
                ),
                "; ".join(sensitive),
                "; ".join(notice.receivers),
                "; ".join(o.name for o in notice.organisations),
                kept,
                PROTECTED,
            )
        )
    return rows
