"""Results on paper: one page for a sponsor, or everything with what it means."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from peerloom.core.words import counted, later
from peerloom.prints import printed
from peerloom.programs.library import OBJECTIVES
from peerloom.results.definitions import DEFINITIONS
from peerloom.results.figures import Figure, group_words, number
from peerloom.results.queries.editions import Results
from peerloom.results.queries.pictures import figure_plot, plot_file

_CLAIMS = {
    "count": later("Counted: all of what happened."),
    "association": later(
        "An association: it went along with the program; that it came of it is not shown."
    ),
    "drawn": later("Places were drawn by lot: the difference came of the program."),
}


_DEFINED = {
    "counts": later("What it counts."),
    "whom": later("Of whom."),
    "source": later("From."),
    "how": later("How."),
    "limits": later("What it cannot say."),
}
# What stands on the printed pages beside the figures' own words.
_SAID = {
    "aims": later("For:"),
    "value": later("value"),
    "range": later("95 % range"),
    "interval": later("95 % interval"),
    "target": later("target"),
    "beside": later("Beside it"),
    "groups": later("By group"),
    "hidden": later("Groups that would tell of fewer than five people are not shown."),
    "missing": later("Not shown"),
    "none": later("No figure can be shown yet."),
}
_FEET = {
    "page": {
        "foot": later(
            "No figure rests on fewer than five people, and none can be found by taking others away. "
            "An interval says how far the figure could be off by chance alone; definitions are in the "
            "full report."
        )
    },
    "report": {
        "foot": later(
            "No figure rests on fewer than five people, and none can be found by taking others away, "
            "from this report or an earlier one. An interval says how far a figure could be off by "
            "chance alone."
        )
    },
}


# A target within the interval could be reached or missed by chance alone.
_STANDING = {
    "reached": later("reached"),
    "near": later("near it, within chance"),
    "below": later("not reached"),
}


def report_pdf(results: Results, kind: Literal["page", "report"]) -> bytes:
    """One page (`page`) or the full report, as PDF."""
    program = results.program
    counted = timezone.localtime(results.taken_at) if results.taken_at else None
    names = {o.key: o.name for o in OBJECTIVES}
    dates = [d for d in (program.starts_on, program.ends_on) if d]
    words: dict[str, Any] = {
        "language": get_language() or "en",
        "say": {key: str(text) for key, text in (_SAID | _FEET[kind]).items()},
        "name": program.name,
        "organisation": (results.organisation or program.organisation).name,
        "purpose": program.purpose,
        "objectives": [names[o] for o in program.objectives if o in names],
        "dates": " – ".join(date_format(d, _("j M Y")) for d in dates),
        "counted": _("counted {day}").format(day=date_format(counted, _("j F Y")))
        if counted
        else _("not counted yet"),
        "figures": [
            _figure(f, full=kind == "report") for f in results.figures if f.value is not None
        ],
        "missing": [
            {"name": f.name, "words": f.missing} for f in results.figures if f.value is None
        ],
    }
    return printed("sponsor" if kind == "page" else "report", words, "pdf")


def _figure(f: Figure, *, full: bool) -> dict[str, Any]:
    assert f.value is not None
    unit = " %" if f.unit == "%" else ""

    def said(x: float | None) -> str:
        return "" if x is None else number(x, f.digits)

    change = f.unit != "%" and f.before is not None
    d = DEFINITIONS.get(f.key)
    found: dict[str, Any] = {
        "name": f.name,
        "value": f"{'+' if change and f.value > 0 else ''}{said(f.value)}{unit}",
        "interval": _("{low} to {high}{unit}").format(
            low=said(f.low), high=said(f.high), unit=unit
        ),
        "n": _("{n} of {of} {whom}").format(n=counted(f.n), of=counted(f.of), whom=f.whom)
        if f.of >= f.n
        else counted(f.n),
        "target": f"{said(f.target)}{unit}" if f.target is not None else "",
        "standing": _STANDING.get(f.standing, ""),
        "words": f"{f.words}.",
        "claim": _CLAIMS.get(f.claim, ""),
    }
    if full:
        found |= {
            "beside": [_row(b.name, b.value, b.low, b.high, b.n, b.words) for b in f.beside],
            "groups": [_row(group_words(g), g.value, g.low, g.high, g.n, "") for g in f.groups],
            "hidden": f.hidden,
            "plot": plot_file(f, "svg").decode() if figure_plot(f) else "",
            "definition": [[str(said), getattr(d, name)] for name, said in _DEFINED.items()]
            if d
            else [],
        }
    return found


def _row(
    name: str, value: float, low: float | None, high: float | None, n: int | None, words: str
) -> dict[str, str]:
    interval = (
        ""
        if low is None or high is None
        else _("{low} to {high}").format(low=number(low, 1), high=number(high, 1))
    )
    return {
        "name": name, "value": number(value, 1), "interval": interval,
        "n": counted(n) if n else "", "words": words,
    }  # fmt: skip
