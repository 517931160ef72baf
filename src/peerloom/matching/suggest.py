"""A first policy guessed from the columns of a file, to be read and changed by a person."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from peerloom.calendars.weekly import HoursError, parse_hours
from peerloom.matching.errors import PoolError
from peerloom.matching.pool import Pool

SENSITIVE = ("gender", "ethnic", "race", "religion", "orientation", "disab", "age", "dependents")
_STAGE = ("years", "stage", "level", "grade", "seniority", "experience")
_WANTS = ("wants", "want", "needs", "looking_for", "learn")
_OFFERS = ("offers", "offer", "shares", "knows", "teach")
_APART = ("team", "manager", "employer", "reports_to", "unit", "department")


def suggest_policy(pool: Pool, *, id_column: str = "id", lists: str = "; ") -> str:
    """TOML of a first policy, each criterion with the reason it was suggested.

    Sensitive columns (gender, ethnicity, age ...) are never suggested: they belong to a person's
    own wish.

    Raises
    ------
    PoolError
        No column suggests anything.
    """
    used: set[str] = set()
    parts: list[str] = []
    wants, offers = _named(pool, _WANTS), _named(pool, _OFFERS)
    if wants and offers:
        used |= {wants, offers}
        parts.append(
            _table(
                "each has what the other looks for",
                kind="exchange",
                wants=wants,
                offers=offers,
                weight="matters a lot",
            )
        )
    for name in pool.columns:
        if name in used or any(s in name.casefold().split("_") for s in SENSITIVE):
            continue
        if any(name.casefold().startswith(s) for s in SENSITIVE):
            continue
        staged = any('kind = "close"' in part for part in parts)
        table = _guess(name, [c for c in pool.columns[name] if c], lists, staged=staged)
        if table:
            parts.append(table)
    if not parts:
        raise PoolError(
            "no column suggests a criterion; write a policy by hand, docs/matching shows how"
        )
    head = f'[pool]\nid = "{id_column}"\nlists = "{lists}"\n'
    tail = '[objective]\nplace = "everyone"\ntrios = true\nreciprocal = "harmonic"\n'
    return "\n".join([head, *parts, tail])


def _named(pool: Pool, names: Sequence[str]) -> str:
    folded = {column.casefold(): column for column in pool.columns}
    return next((folded[n] for n in names if n in folded), "")


def _guess(name: str, cells: Sequence[str], lists: str, *, staged: bool) -> str:
    low = name.casefold()
    if not cells:
        return ""
    if _all_numbers(cells):
        if not any(word in low for word in _STAGE):
            return ""
        values = sorted(float(c) for c in cells)
        spread = median(abs(v - median(values)) for v in values)
        tolerance = max(1, round(spread))
        if staged:
            # One must-have about the stage is enough; a second shuts people out for little.
            return _table(
                "a close stage in this too", kind="close", field=name, tolerance=tolerance,
                weight="a little",
            )  # fmt: skip
        return _table(
            "peers stand at a close stage", kind="close", field=name, tolerance=tolerance,
            must=True, missing="allow",
        )  # fmt: skip
    if _all_hours(cells):
        return _table(
            "they need time together", kind="schedule", field=name, minutes=60, weight="matters"
        )
    if any(word == low for word in _APART):
        return _table("new ties beyond one's own", kind="apart", field=name, weight="a little")
    mark = lists.strip()
    if sum(mark in c for c in cells) * 5 > len(cells):
        return _table("something in common", kind="overlap", field=name, weight="a little")
    words = sum(len(c.split()) for c in cells) / len(cells)
    if len(set(cells)) * 2 > len(cells) and words >= 4:
        return _table("hopes that are near in meaning", kind="text", field=name, weight="matters")
    if 1 < len(set(cells)) <= 5:
        return _table("they see it alike", kind="same", field=name, weight="a little")
    return ""


def _all_numbers(cells: Sequence[str]) -> bool:
    try:
        return all(float(c) == float(c) for c in cells)
    except ValueError:
        return False


def _all_hours(cells: Sequence[str]) -> bool:
    try:
        return all(parse_hours(c) for c in cells)
    except HoursError:
        return False


def _table(why: str, **settings: object) -> str:
    lines = [f"# {why}", "[[criterion]]"]
    for key, value in settings.items():
        shown = str(value).lower() if isinstance(value, bool) else value
        lines.append(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {shown}")
    return "\n".join(lines) + "\n"
