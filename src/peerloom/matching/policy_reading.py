"""Reads a policy from a TOML file or parsed data; all that is wrong with it is told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from peerloom.matching.errors import PolicyError, Problem, nearest
from peerloom.matching.policy import KINDS, RECIPROCAL, WEIGHTS, Criterion, Objective, Policy
from peerloom.words import _

MAX_WEIGHT = 1000.0
MOST = 60  # criteria: each has a bit of its own where it is told what shuts a person out
MISSING = ("ask", "allow", "exclude")
PLACE = ("everyone", "best")
_SHARED = ("kind", "name", "must", "weight", "missing", "personal", "threshold")


def read_policy(path: str | Path) -> Policy:
    """Read a policy from a TOML file.

    Raises
    ------
    PolicyError
        With every problem of the file.
    """
    path = Path(path)
    if not path.is_file():
        raise PolicyError(_("there is no file '{path}'").format(path=path))
    try:
        return policy_from_dict(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(
            _("'{name}' is not valid TOML: {error}").format(name=path.name, error=error)
        ) from None
    except UnicodeDecodeError:
        raise PolicyError(_("'{name}' is not UTF-8 text").format(name=path.name)) from None


def policy_from_dict(data: Mapping[str, Any]) -> Policy:
    """A policy from parsed TOML or JSON.

    Raises
    ------
    PolicyError
        With every problem: unknown kinds and settings (the nearest named), values out of range.
    """
    reader = _Reader()
    reader.known(_("the policy"), data, ("pool", "criterion", "objective"))
    pool = reader.table("[pool]", data.get("pool", {}))
    reader.known("[pool]", pool, ("id", "lists", "waited"))
    tables = data.get("criterion", [])
    if not isinstance(tables, list) or not tables:
        reader.problem(_("the policy"), _("it needs at least one [[criterion]]"))
        tables = []
    reader.check(
        _("the policy"),
        len(tables) <= MOST,
        _("it has {count} criteria, and {most} is the most").format(count=len(tables), most=MOST),
    )
    criteria = [_criterion(reader, i, t) for i, t in enumerate(tables, 1)]
    objective = _objective(reader, reader.table("[objective]", data.get("objective", {})))
    if reader.problems:
        raise PolicyError(reader.problems)
    return Policy(
        criteria=tuple(c for c in criteria if c is not None),
        objective=objective,
        id_column=str(pool.get("id", "id")),
        lists=str(pool.get("lists", "; ")),
        waited=str(pool.get("waited", "")),
    )


class _Reader:
    """Collects problems while a policy is read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, where: str, what: str) -> None:
        self.problems.append(Problem(where, what))

    def table(self, where: str, value: Any) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.problem(where, _("must be a table"))
        return {}

    def known(self, where: str, table: Mapping[str, Any], names: Iterable[str]) -> None:
        names = list(names)
        for key in table:
            if key not in names:
                self.problem(
                    where,
                    _("'{key}' is not a setting.{hint}").format(key=key, hint=nearest(key, names)),
                )

    def check(self, where: str, ok: bool, what: str) -> bool:
        if not ok:
            self.problem(where, what)
        return ok

    def number(self, where: str, value: Any, low: float, high: float, name: str) -> float:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if not self.check(
            where,
            numeric and low <= value <= high,
            _("{name} must be a number from {low:g} to {high:g}").format(
                name=name, low=low, high=high
            ),
        ):
            return low
        return float(value)

    def choice(self, where: str, value: Any, options: tuple[str, ...], name: str) -> str:
        if value in options:
            return str(value)
        shown = ", ".join(f"'{o}'" for o in options)
        self.problem(
            where,
            _("{name} must be one of {shown}.{hint}").format(
                name=name, shown=shown, hint=nearest(str(value), options)
            ),
        )
        return options[0]


def _criterion(reader: _Reader, place: int, table: Any) -> Criterion | None:
    where = _("criterion {place}").format(place=place)
    table = reader.table(where, table)
    kind = table.get("kind")
    if kind not in KINDS:
        shown = ", ".join(KINDS)
        reader.problem(
            where,
            _("kind must be one of {shown}.{hint}").format(
                shown=shown, hint=nearest(str(kind), KINDS)
            ),
        )
        return None
    where = f"{where} ({kind})"
    columns, optional = KINDS[kind]
    reader.known(where, table, (*_SHARED, *columns, *optional))
    for column in columns:
        value = table.get(column)
        reader.check(
            where,
            isinstance(value, str) and bool(value),
            _('it needs {column} = "a column"').format(column=column),
        )
    settings = {k: table[k] for k in (*columns, *optional) if k in table}
    if kind in _CHECKS:
        _CHECKS[kind](reader, where, settings)
    must = table.get("must", False)
    reader.check(where, isinstance(must, bool), _("must is true or false"))
    personal = table.get("personal", "")
    reader.check(where, isinstance(personal, str), _("personal names a yes/no column"))
    weight = _weight(reader, where, table.get("weight", 0))
    company = settings.get("company", "")
    reader.check(where, isinstance(company, str), _("company names a yes/no column"))
    if company and (must or personal):
        reader.problem(where, _("company is a must-have of its own; leave out must and personal"))
    demands = bool(must) or bool(personal)
    if not demands and not company and "weight" not in table:
        reader.problem(where, _('it needs either must = true, personal = "a column", or a weight'))
    if not demands and "missing" in table:
        reader.problem(where, _("missing is for must-haves; a wish takes the pool's mean"))
    threshold = reader.number(
        where, table.get("threshold", DEFAULT_THRESHOLD[kind]), 0, 1, "threshold"
    )
    return Criterion(
        kind=kind,
        name=str(table.get("name") or default_name(kind, settings)),
        settings=settings,
        must=bool(must),
        personal=str(personal),
        threshold=threshold,
        missing=reader.choice(where, table.get("missing", "allow"), MISSING, "missing"),
        weight=weight,
    )


# Least benefit that meets a must-have, by kind: all of it for choices, any of it for the rest;
# `close` gives half at its tolerance.
DEFAULT_THRESHOLD = {
    "same": 1.0,
    "different": 1.0,
    "apart": 1.0,
    "close": 0.5,
    "schedule": 1.0,
    "overlap": 0.000001,
    "exchange": 0.000001,
    "text": 0.2,
    "observed": 0.000001,
    "rank": 0.000001,
}


def default_name(kind: str, settings: Mapping[str, Any]) -> str:
    """Words for a criterion without a name."""
    if kind == "exchange":
        return f"exchange of {settings.get('offers')} and {settings.get('wants')}"
    return f"{kind} {str(settings.get('field', '')).replace('_', ' ')}"


def _weight(reader: _Reader, where: str, value: Any) -> float:
    if isinstance(value, str):
        if value in WEIGHTS:
            return WEIGHTS[value]
        shown = ", ".join(f"'{w}'" for w in WEIGHTS)
        reader.problem(
            where,
            _("weight must be one of {shown} or a number.{hint}").format(
                shown=shown, hint=nearest(value, WEIGHTS)
            ),
        )
        return 0.0
    return reader.number(where, value, 0, MAX_WEIGHT, "weight")


def _check_close(reader: _Reader, where: str, settings: dict[str, Any]) -> None:
    settings.setdefault("tolerance", 1)
    reader.number(where, settings["tolerance"], 0, 1e9, "tolerance")
    order = settings.get("order", [])
    ok = isinstance(order, list) and all(isinstance(o, str) for o in order)
    reader.check(where, ok, _("order is a list of the choices, lowest first"))


def _check_schedule(reader: _Reader, where: str, settings: dict[str, Any]) -> None:
    settings.setdefault("minutes", 60)
    reader.number(where, settings["minutes"], 15, 10080, "minutes")
    season = settings.get("season", [])
    if not isinstance(season, list) or len(season) not in (0, 2):
        reader.problem(where, _("season is [first day, last day]"))
        return
    days = []
    for day in season:
        try:
            days.append(day if isinstance(day, date) else date.fromisoformat(str(day)))
        except ValueError:
            reader.problem(
                where, _("'{day}' in season is not a date like 2026-03-01").format(day=day)
            )
            return
    if days:
        reader.check(where, days[0] <= days[1], _("season ends before it begins"))
        settings["season"] = [d.isoformat() for d in days]


def _check_text(reader: _Reader, where: str, settings: dict[str, Any]) -> None:
    reader.choice(where, settings.get("model", "words"), ("words", "wordllama"), "model")


def _check_observed(reader: _Reader, where: str, settings: dict[str, Any]) -> None:
    suits = settings.get("suits", {})
    ok = isinstance(suits, Mapping) and all(
        isinstance(v, list) and all(isinstance(x, str) for x in v) for v in suits.values()
    )
    reader.check(
        where, ok, _("suits is a table from an observation to a list of those that suit it")
    )


_CHECKS: Mapping[str, Callable[[_Reader, str, dict[str, Any]], None]] = {
    "close": _check_close,
    "schedule": _check_schedule,
    "text": _check_text,
    "observed": _check_observed,
}


def _objective(reader: _Reader, table: Mapping[str, Any]) -> Objective:
    where = "[objective]"
    reader.known(where, table, tuple(Objective.__dataclass_fields__))
    place = reader.choice(where, table.get("place", "everyone"), PLACE, "place")
    minimum = reader.number(where, table.get("minimum", 0), 0, 1, "minimum")
    if minimum and place == "everyone":
        reader.problem(where, _('a minimum goes with place = "best"'))
    for name in ("trios", "raise_floor"):
        reader.check(
            where,
            isinstance(table.get(name, False), bool),
            _("{name} is true or false").format(name=name),
        )
    size = table.get("size", [2, 2])
    ok = isinstance(size, list | tuple) and len(size) == 2 and all(type(x) is int for x in size)
    if reader.check(where, ok, _("size is [least, most]")) and tuple(size) != (2, 2):
        reader.check(
            where,
            3 <= size[0] <= size[1] <= 8,
            _("size is [2, 2] for pairs, or 3 to 8 for circles"),
        )
        for name in ("raise_floor", "minimum"):
            if table.get(name):
                reader.problem(
                    where, _("{name} is for pairs; leave it out with circles").format(name=name)
                )
        reader.check(where, place == "everyone", _('circles go with place = "everyone"'))
    else:
        size = [2, 2]
    if table.get("raise_floor") and place == "best":
        reader.problem(where, _('raise_floor goes with place = "everyone"; "best" has its minimum'))
    return Objective(
        place=place,
        minimum=minimum,
        trios=bool(table.get("trios", True)),
        raise_floor=bool(table.get("raise_floor")),
        size=(size[0], size[1]),
        reciprocal=reader.choice(
            where, table.get("reciprocal", "harmonic"), RECIPROCAL, "reciprocal"
        ),
    )
