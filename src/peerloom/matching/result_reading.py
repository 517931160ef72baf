"""Reads a kept round, `round.json`; nothing in it is believed yet, see `verify`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from peerloom.matching.blossom import Blossom
from peerloom.matching.errors import MatchingError, ResultError
from peerloom.matching.policy_reading import policy_from_dict
from peerloom.matching.pool import Pool
from peerloom.matching.result import (
    FORMAT,
    Bound,
    Certificate,
    PairFit,
    Partnership,
    Quality,
    Relaxation,
    Result,
    Unplaced,
)


def read_result(path: str | Path) -> Result:
    """Read `round.json`, or the folder it is in.

    Raises
    ------
    ResultError
        Not there, not a round, or with parts missing.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "round.json"
    if not path.is_file():
        raise ResultError(f"there is no file '{path}'")
    try:
        return result_from_dict(json.loads(path.read_text("utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ResultError(f"'{path.name}' is not valid JSON: {error}") from None


def result_from_dict(data: Any) -> Result:
    """The result that `Result.as_dict` wrote; nothing in it is believed yet, see `verify`."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ResultError(f"it does not say that it is in the format '{FORMAT}'")
    try:
        pool = Pool(
            tuple(data["pool"]["ids"]),
            {n: tuple(cells) for n, cells in data["pool"]["columns"].items()},
        )
        result = Result(
            pool=pool,
            policy=policy_from_dict(data["policy"]),
            locks=tuple((a, b) for a, b in data["locks"]),
            standing=tuple((a, b) for a, b in data["standing"]),
            never=tuple((a, b) for a, b in data["never"]),
            partnerships=tuple(_partnership(p) for p in data["partnerships"]),
            unplaced=tuple(_unplaced(u) for u in data["unplaced"]),
            quality=_quality(data["quality"]),
            certificate=_certificate(data["certificate"]),
        )
    except MatchingError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResultError(f"a part is missing or of the wrong form ({error!r})") from None
    for name, digest in (("pool", pool.digest()), ("policy", result.policy.digest())):
        if data.get(f"{name}_digest") != digest:
            raise ResultError(
                f"the {name} is not the one the round was solved on (its digest differs)"
            )
    return result


def _partnership(data: Mapping[str, Any]) -> Partnership:
    fits = tuple(
        PairFit(
            members=(f["members"][0], f["members"][1]),
            score=int(f["score"]),
            satisfaction=(int(f["satisfaction"][0]), int(f["satisfaction"][1])),
            points=tuple((int(a), int(b)) for a, b in f["points"]),
        )
        for f in data["fits"]
    )
    if not fits:
        raise ValueError("a partnership without people")
    return Partnership(
        tuple(data["members"]), int(data["value"]), fits, bool(data["locked"]), data["joined"]
    )


def _unplaced(data: Mapping[str, Any]) -> Unplaced:
    r = data["relaxation"]
    relaxation = r and Relaxation(
        tuple(r["criteria"]), r["opens"], tuple(r["nearest"]), bool(r["places"])
    )
    excludes = tuple((int(c), int(k)) for c, k in data["excludes"])
    return Unplaced(data["person"], data["reason"], data["eligible"], excludes, relaxation)


def _quality(data: Mapping[str, Any]) -> Quality:
    low, middle, high = data["quartiles"]
    return Quality(**{**data, "quartiles": (low, middle, high)})


def _certificate(data: Mapping[str, Any]) -> Certificate:
    return Certificate(
        base=int(data["base"]),
        step=int(data["step"]),
        minimum=int(data["minimum"]),
        y2=tuple(int(y) for y in data["y2"]),
        sets=_sets(data["sets"]),
        bound2=int(data["bound2"]),
        total2=int(data["total2"]),
        bonus=int(data["bonus"]),
        floor=tuple(
            Bound(
                minimum=int(b["minimum"]),
                scored=int(b["scored"]),
                y2=tuple(int(y) for y in b["y2"]),
                sets=_sets(b["sets"]),
                bound2=int(b["bound2"]),
            )
            for b in data["floor"]
        ),
    )


def _sets(data: Sequence[Mapping[str, Any]]) -> tuple[Blossom, ...]:
    return tuple(Blossom(tuple(s["people"]), tuple(s["inside"]), int(s["z2"])) for s in data)
