"""What follows from a program's purpose: what serves it, what is missing, what serves it no more."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from peerloom.programs.library import (
    CRITERIA,
    FIRST,
    LAST,
    OBJECTIVES,
    QUESTIONS,
    columns_of,
    derived_safeguards,
    key_of,
)
from peerloom.programs.models import Program
from peerloom.programs.safeguards import CHOICES, WHEN, safeguards_of
from peerloom.programs.scales import BY_KEY, SCALES, served_by
from peerloom.programs.template_library import words

# What parts of a program are called, as they are read.
KINDS = (noop("question"), noop("criterion"), noop("KPI"), noop("pulse"), noop("safeguard"))


@dataclass(frozen=True)
class Part:
    """A question, a criterion, a KPI or a scale of a pulse, and what it is there for.

    Attributes
    ----------
    kind
        'question', 'criterion', 'KPI', 'pulse' or 'safeguard'.
    serves
        Name of an objective; empty for what every program has, or for the manager's own.
    """

    kind: str
    key: str
    title: str
    serves: str = ""

    @property
    def name(self) -> str:
        """Names the part in a form."""
        return f"{self.kind}-{self.key}"


@dataclass(frozen=True)
class Consequences:
    """The parts of a program held against its purpose."""

    serving: list[Part]
    missing: list[Part]
    idle: list[Part]


def consequences(program: Program) -> Consequences:
    """What the purpose brings, what it would bring besides, and what it no longer asks for."""
    mine = [o for o in OBJECTIVES if o.key in program.objectives]
    serves_c = {c: o.name for o in reversed(mine) for c in o.criteria}
    serves_k = {k: o.name for o in reversed(mine) for k in o.kpis}
    serves_q = {q: why for c, why in serves_c.items() for q in columns_of(CRITERIA[c])}
    any_c = {c for o in OBJECTIVES for c in o.criteria} - {*FIRST, *LAST}
    any_k = {k for o in OBJECTIVES for k in o.kpis}
    said = words(program.language)
    labels = {s.key: s.words(program.language)["label"] for s in QUESTIONS}

    asked = {q.key: q.label for q in program.asked}
    criteria = {key_of(c) or c["name"]: c["name"] for c in program.policy["criterion"]}
    kpis = {k.key or f"own-{k.pk}": k.name for k in program.kpis.all()}
    scales = _asked_scales(program)
    names = {o.key: o.name for o in OBJECTIVES}
    serves_s = {key: names[o] for key, o in served_by(program.objectives).items()}
    any_s = {s.key for s in SCALES if s.serves}
    any_g = {f"{n}-{v}" for o in OBJECTIVES for n, v in o.safeguards}
    follows = derived_safeguards(program.objectives)
    serves_g = {(name, value): why for name, (value, why) in follows.items()}
    kept = safeguards_of(program)
    chosen = [(name, str(getattr(kept, name))) for name in CHOICES]
    guards = [(n, v) for n, v in chosen if v != "usual" or (n, v) in serves_g]
    have = [
        *(Part("question", q, label, serves_q.get(q, "")) for q, label in asked.items()),
        *(Part("criterion", c, name, serves_c.get(c, "")) for c, name in criteria.items()),
        *(Part("KPI", k, name, serves_k.get(k, "")) for k, name in kpis.items()),
        *(Part("pulse", s, BY_KEY[s].name(), serves_s.get(s, "")) for s in scales),
        *(_safeguard(name, value, serves_g.get((name, value), "")) for name, value in guards),
    ]
    idle = [
        p
        for p in have
        if (p.kind == "criterion" and p.key in any_c - set(serves_c))
        or (p.kind == "KPI" and p.key in any_k - set(serves_k))
        or (p.kind == "pulse" and p.key in any_s - set(serves_s))
        or (p.kind == "safeguard" and not p.serves and p.key in any_g)
    ]
    missing = [
        *(
            Part("question", q, labels[q], serves_q[q])
            for q in labels
            if q in serves_q and q not in asked
        ),
        *(
            Part("criterion", c, said["criteria"][c], why)
            for c, why in serves_c.items()
            if c not in criteria
        ),
        *(
            Part("KPI", k, said["kpis"][k]["name"], why)
            for k, why in serves_k.items()
            if k not in kpis
        ),
        *(
            Part("pulse", s, BY_KEY[s].name(), why)
            for s, why in serves_s.items()
            if s not in scales
        ),
        *(
            _safeguard(name, value, why)
            for (name, value), why in serves_g.items()
            if (name, value) not in guards
        ),
    ]
    return Consequences([p for p in have if p not in idle], missing, idle)


def _safeguard(name: str, value: str, why: str) -> Part:
    shown = _("{safeguard} {when}").format(safeguard=CHOICES[name], when=WHEN[value])
    return Part("safeguard", f"{name}-{value}", shown, why)


def _asked_scales(program: Program) -> list[str]:
    """What any of its pulses ask, each once, in the library's order."""
    asked = {key for pulse in program.pulses.all() for key in pulse.scales}
    return [s.key for s in SCALES if s.key in asked]
