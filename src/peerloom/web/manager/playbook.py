"""What good managers do now: the next things, each done from here, each with its honest reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerloom.accounts.models import Person
from peerloom.care.queries import in_need
from peerloom.core.words import listed
from peerloom.evidence import SMALLEST
from peerloom.participants.actions import to_remind
from peerloom.participants.queries import (
    count_states,
    draw_of,
    people_of,
    reach,
    skills_in,
    to_ask_to_cross,
)
from peerloom.programs.library import ORGANISATION, columns_of
from peerloom.programs.models import Program
from peerloom.programs.queries import is_shared
from peerloom.pulses.queries import responses
from peerloom.rounds.models import MatchingRound

A_WEEK = 2  # things to do in one week: more are not done
LATER = 5
FEW = 60  # percent; with fewer answers a pulse says little
AT_ONCE = 5_000  # people whose answers are read for it; with more the page would be waited for


@dataclass(frozen=True)
class ToDo:
    """One thing to do now; `post` where the button does it at once."""

    what: str
    why: str
    link: str
    button: str
    post: bool = False


def now_do(
    program: Program, person: Person, counts: dict[str, int], rounds: list[MatchingRound]
) -> list[ToDo]:
    """The most pressing first; the first `A_WEEK` are for this week.

    Parameters
    ----------
    counts
        Of the manager's own people, by state.
    """

    def to(name: str, *args: object) -> str:
        return reverse(name, args=[program.pk, *args])

    if program.state == Program.State.DRAFT:
        return [
            ToDo(
                _("Finish setting up and open the program."),
                _("People can join only when it is open."),
                to("setup", "open"),
                _("Look it over"),
            )
        ]
    found = [*_care(program, person), *_matching(program, count_states(program), rounds)]
    if program.takes_applications:
        found += _recruiting(program, person, counts)
    found += _worth(program)
    found += _sharing(program, person)
    found += _design(program, sum(counts.values()))
    return found[:LATER]


def _care(program: Program, person: Person) -> Iterator[ToDo]:
    asking = in_need(program, person)
    if asking:
        yield ToDo(
            ngettext(
                "{number} partnership could use your help.",
                "{number} partnerships could use your help.",
                asking,
            ).format(number=asking),
            _(
                "They have tried by themselves. A short talk with each, soon, is often all it takes."
            ),
            reverse("care", args=[program.pk]),
            _("Look after it"),
        )


def _worth(program: Program) -> Iterator[ToDo]:
    """Pulses that few have answered, figures that nobody has sent on."""
    today = timezone.localdate()
    for r in responses(program):
        soon = r.window is not None and r.window.closes - today <= timedelta(days=10)
        if r.open and soon and r.asked >= SMALLEST and r.percent < FEW:
            yield ToDo(
                _("{percent} % have answered: {pulse}.").format(percent=r.percent, pulse=str(r.pulse).lower()),
                _(
                    "It closes on {closes}. A word from you, why it matters, helps more than a "
                    "reminder."
).format(closes=date_format(r.window.closes, _("j F"))) if r.window else "",
                reverse("pulses", args=[program.pk]),
                _("See who is missing"),
            )  # fmt: skip
    if program.is_over and program.editions.exists():
        yield ToDo(
            _("Send on what it was worth."),
            _("A sponsor believes a page with its doubts on it sooner than a slide without."),
            reverse("program_results", args=[program.pk]),
            _("Read the results"),
        )


def _matching(
    program: Program, counts: dict[str, int], rounds: list[MatchingRound]
) -> Iterator[ToDo]:
    ready = next((r for r in rounds if r.state == MatchingRound.State.READY), None)
    publishing = next((r for r in rounds if r.state == MatchingRound.State.PUBLISHING), None)
    if publishing:
        yield ToDo(
            _("Round {number} is being published.").format(number=publishing.number),
            _("Partnerships open and introductions go out, some at a time."),
            reverse("round", args=[program.pk, publishing.pk]),
            _("See how far it is"),
        )
    elif ready:
        yield ToDo(
            _("Round {number} is ready to review.").format(number=ready.number),
            _("Nobody hears of it before you publish."),
            reverse("round", args=[program.pk, ready.pk]),
            _("Review it"),
        )
    elif counts["looking"] >= 2:
        until = program.apply_by
        yield ToDo(
            _("{counts} people look for a peer.").format(counts=counts["looking"]),
            _("Joining ends on {apply_by}; match them after that, or now.").format(
                apply_by=date_format(until, _("j F"))
            )
            if until and until >= timezone.localdate()
            else _("People who wait long lose heart; you see everything before they do."),
            reverse("rounds", args=[program.pk]),
            _("Match them"),
        )
    drawing = draw_of(program)
    if drawing and not drawing.draw.drawn_at:
        if timezone.localdate() >= drawing.draw.public_on:
            yield ToDo(
                _("The day of the draw has come."),
                ngettext(
                    "{tickets} person waits to hear; all you need is the public number.",
                    "{tickets} people wait to hear; all you need is the public number.",
                    len(drawing.tickets),
                ).format(tickets=len(drawing.tickets)),
                reverse("draw_places", args=[program.pk]),
                _("Draw the places"),
            )
    elif counts["waiting"]:
        yield ToDo(
            ngettext(
                "{counts} person is on the waiting list.",
                "{counts} people are on the waiting list.",
                counts["waiting"],
            ).format(counts=counts["waiting"]),
            _("They move up in the order they joined; more places help at once."),
            reverse("people", args=[program.pk]) + "?state=waiting",
            _("Look"),
        )


def _recruiting(program: Program, person: Person, counts: dict[str, int]) -> Iterator[ToDo]:
    def to(name: str) -> str:
        return reverse(name, args=[program.pk])

    if not sum(counts.values()):
        yield ToDo(
            _("Bring people in."),
            _("Share the public page, hang up the poster, or import a file of people."),
            to("import"),
            _("Import people"),
        )
        return
    late = len(to_remind(program, person))
    if late:
        yield ToDo(
            ngettext(
                "{late} person was invited over a week ago and has not begun.",
                "{late} people were invited over a week ago and have not begun.",
                late,
            ).format(late=late),
            _("One reminder helps, a second one annoys: each gets it once."),
            to("remind"),
            _("Remind {late}").format(late=late),
            post=True,
        )
    uninvited = people_of(program, person).filter(state="invited", invited_at=None).count()
    if uninvited:
        yield ToDo(
            ngettext(
                "{uninvited} person has a place and no invitation yet.",
                "{uninvited} people have a place and no invitation yet.",
                uninvited,
            ).format(uninvited=uninvited),
            _("Each gets the same invitation once, whatever you press."),
            to("invite"),
            _("Invite {uninvited}").format(uninvited=uninvited),
            post=True,
        )
    missed = (
        [g for r in reach(program) for g in r.groups if g.joined == 0]
        if sum(counts.values()) <= AT_ONCE
        else []
    )
    if missed:
        names = listed([g.name for g in missed[:3]])
        yield ToDo(
            _("Nobody joined yet from {names}.").format(names=names),
            _("Who is not asked by somebody they know seldom comes by themselves."),
            to("reach"),
            _("Whom you miss"),
        )
    if counts["applying"]:
        yield ToDo(
            ngettext(
                "{counts} person has begun and not handed in.",
                "{counts} people have begun and not handed in.",
                counts["applying"],
            ).format(counts=counts["applying"]),
            _("A kind word often helps; their answers are saved."),
            to("people") + "?state=applying",
            _("Look"),
        )


def _sharing(program: Program, person: Person) -> Iterator[ToDo]:
    asked = to_ask_to_cross(program, person)
    if asked:
        yield ToDo(
            ngettext(
                "{asked} person has not said whether their answers may cross.",
                "{asked} people have not said whether their answers may cross.",
                len(asked),
            ).format(asked=len(asked)),
            _("Until they do, they are matched within their own organisation alone."),
            reverse("share_ask_people", args=[program.pk]),
            _("Ask {asked}").format(asked=len(asked)),
            post=True,
        )
    read = {k for c in program.policy["criterion"] for k in columns_of(c)}
    if is_shared(program) and ORGANISATION not in read:
        yield ToDo(
            _("The program is shared, and the policy does not mind who is with whom."),
            _(
                "Say there whether peers come from another organisation, and never from a competitor."
            ),
            reverse("policy", args=[program.pk]),
            _("Look at the policy"),
        )


def _design(program: Program, people: int) -> Iterator[ToDo]:
    starts = program.starts_on
    near = starts and timezone.localdate() >= starts - timedelta(days=30)
    counted = skills_in(program) if near and people <= AT_ONCE else []
    open_wants = [s for s in counted if s.wanted >= 3 and not s.offered]
    if open_wants:
        yield ToDo(
            _("Several people want to learn {name}, and nobody offers it.").format(
                name=open_wants[0].skill.name
            ),
            _(
                "Somebody who knows it may not have thought of joining; or two words mean one thing."
            ),
            reverse("skills", args=[program.pk]),
            _("Look at the words"),
        )
    if program.kpis.exists() and not program.kpis.filter(target__isnull=False).exists():
        yield ToDo(
            _("Say what your KPIs should come to."),
            _("An aim that is set before the first meeting is believed later."),
            reverse("kpis", args=[program.pk]),
            _("Set aims"),
        )
