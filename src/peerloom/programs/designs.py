"""A program's design as one document: what a template holds, and what a program can be saved as.

Built-in templates, an organisation's own ones and past programs all become a design first, so there
is one way to make a program from any of them, and a later change of the template changes no program
made from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peerloom.programs.library import (
    MATERIALS,
    OBJECTIVES,
    QUESTIONS,
    derive_policy,
    derived_safeguards,
    with_format,
)
from peerloom.programs.models import Kpi, Material, Program, Pulse, Question
from peerloom.programs.scales import scales_at
from peerloom.programs.template_library import templates, words

Design = dict[str, Any]
_QUESTION = (
    "key", "kind", "label", "help", "choices", "required", "seen_by", "sensitive", "step", "texts",
)  # fmt: skip
_KPI = ("key", "name", "indicator", "unit", "baseline", "target")
_MATERIAL = ("key", "kind", "title", "body", "texts")
_PULSE = ("moment", "name", "scales", "own")


def design_from_template(key: str, language: str) -> Design:
    """The design of a built-in template in a language; KeyError for one that is not there."""
    made_of, said = templates()[key], words(language)
    size = tuple(made_of.get("size", (2, 2)))
    extra = made_of.get("extra", ())
    policy = derive_policy(
        made_of["objectives"], made_of["questions"], language=language, extra=extra
    )
    return {
        "language": language,
        **{name: said["templates"][key][name] for name in ("name", "purpose", "examples")},
        "objectives": made_of["objectives"],
        "cadence": made_of["cadence"],
        "meeting_minutes": made_of["minutes"],
        "weeks": made_of["weeks"],
        "size": list(size),
        "trios": True,
        "policy": with_format(policy, trios=True, size=(size[0], size[1])),
        "questions": library_questions(set(made_of["questions"]), language),
        "kpis": [library_kpi(kpi, language) for kpi in made_of["kpis"]],
        "materials": library_materials(language),
        "pulses": library_pulses(made_of["objectives"]),
        "safeguards": _moved(made_of["objectives"]),
    }


def blank_design(name: str, purpose: str, objectives: list[str], language: str) -> Design:
    """A design of the usual parts, from objectives alone."""
    asked = {s.key for s in QUESTIONS if s.usual}
    served = [k for o in OBJECTIVES if o.key in objectives for k in o.kpis]
    kpis = dict.fromkeys([*served, "match_satisfaction", "engagement"])
    policy = derive_policy(objectives, asked, language=language)
    return {
        "language": language,
        "name": name,
        "purpose": purpose,
        "examples": [],
        "objectives": objectives,
        "cadence": Program.Cadence.FORTNIGHTLY.value,
        "meeting_minutes": 60,
        "weeks": 26,
        "size": [2, 2],
        "trios": True,
        "policy": with_format(policy, trios=True, size=(2, 2)),
        "questions": library_questions(asked, language),
        "kpis": [library_kpi(kpi, language) for kpi in kpis],
        "materials": library_materials(language),
        "pulses": library_pulses(objectives),
        "safeguards": _moved(objectives),
    }


def design_of(program: Program) -> Design:
    """The design that a program has now; nobody's answers are in it."""
    weeks = 26
    if program.starts_on and program.ends_on:
        weeks = max(1, round((program.ends_on - program.starts_on).days / 7))
    return {
        "language": program.language,
        "name": program.name,
        "purpose": program.purpose,
        "examples": program.examples,
        "objectives": program.objectives,
        "cadence": program.cadence,
        "meeting_minutes": program.meeting_minutes,
        "weeks": weeks,
        "size": [program.circle_least, program.circle_most],
        "trios": program.trios,
        "policy": program.policy,
        "questions": [{n: getattr(q, n) for n in _QUESTION} for q in program.asked],
        "kpis": [{n: getattr(k, n) for n in _KPI} for k in program.kpis.all()],
        "materials": [{n: getattr(m, n) for n in _MATERIAL} for m in program.materials.all()],
        # Days of its own belong to one program.
        "pulses": [
            {n: getattr(p, n) for n in _PULSE}
            for p in program.pulses.exclude(moment=Pulse.When.OWN)
        ],
        # Whether a manager hears unasked is told to people of one program: it is said anew.
        "safeguards": {k: v for k, v in program.safeguards.items() if k != "unasked_since"},
    }


def _moved(objectives: list[str]) -> dict[str, str]:
    return {name: value for name, (value, _) in derived_safeguards(objectives).items()}


def fill(program: Program, design: Design) -> None:
    """Give a program without any the questions, KPIs and materials of a design."""
    for position, question in enumerate(design["questions"]):
        Question.objects.create(program=program, position=position, **question)
    for position, kpi in enumerate(design["kpis"]):
        Kpi.objects.create(program=program, position=position, **kpi)
    for position, material in enumerate(design["materials"]):
        # Templates saved before pulses were more than statements hold some as materials.
        if material["kind"] in Material.Kind:
            Material.objects.create(program=program, position=position, **material)
    for pulse in design.get("pulses") or library_pulses(design["objectives"]):
        Pulse.objects.create(program=program, **pulse)


def library_questions(keys: set[str], language: str) -> list[dict[str, Any]]:
    """Questions of the library as a design holds them, in its order."""
    return [
        {
            "key": s.key,
            "kind": s.kind.value,
            **s.words(language),
            "required": s.required,
            "seen_by": s.seen_by.value,
            "sensitive": s.sensitive,
            "step": s.step,
            "texts": {},
        }
        for s in QUESTIONS
        if s.key in keys
    ]


def library_kpi(key: str, language: str) -> dict[str, Any]:
    """A KPI of the library as a design holds it."""
    return {"key": key, **words(language)["kpis"][key], "baseline": None, "target": None}


def library_materials(language: str) -> list[dict[str, Any]]:
    """Materials that every program begins with."""
    said = words(language)["materials"]
    return [
        {
            "key": key,
            "kind": kind.value,
            "title": said[key]["title"],
            "body": said[key]["body"].strip(),
        }
        for key, kind in MATERIALS
    ]


def library_pulses(objectives: Sequence[str]) -> list[dict[str, Any]]:
    """Pulses as they follow from objectives; the first and the last ask the same, to compare."""
    moments = (Pulse.When.BASELINE, Pulse.When.MEETING, Pulse.When.MIDPOINT, Pulse.When.END)
    return [
        {"moment": m.value, "scales": scales_at(m.value, objectives), "own": []} for m in moments
    ]
