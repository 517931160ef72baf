"""The ten kinds of criterion: from cells of text to small integer arrays.

Each kind becomes one of five shapes, so that scoring has five short loops instead of ten. All
benefits are integers in millionths: 0 is nothing, `ONE` is all that was hoped for.

| shape | benefit of j to i | kinds |
| --- | --- | --- |
| CHOICE | ``table[code i, code j]`` | same, different, apart |
| NUMBER | ``1 - distance / (2 tolerance)`` | close |
| SETS | ``|left i & right j| / |left i|`` | overlap, exchange, observed |
| WEEK | shared quarter hours in the poorest week, up to what is enough | schedule |
| VECTOR | cosine of two texts | text |
| LIST | place on i's own list | rank |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from peerloom.matching.criteria.choices import apart, different, same
from peerloom.matching.criteria.hours import schedule
from peerloom.matching.criteria.numbers import close
from peerloom.matching.criteria.ranks import rank
from peerloom.matching.criteria.sets import exchange, observed, overlap
from peerloom.matching.criteria.shapes import ONE, Answers, Shape
from peerloom.matching.criteria.texts import text
from peerloom.matching.errors import Problem
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool

Encoder = Callable[[Pool, Criterion, str, list[Problem]], Answers]

ENCODERS: Mapping[str, Encoder] = {
    "same": same,
    "different": different,
    "close": close,
    "overlap": overlap,
    "exchange": exchange,
    "schedule": schedule,
    "text": text,
    "observed": observed,
    "apart": apart,
    "rank": rank,
}

__all__ = ["ENCODERS", "ONE", "Answers", "Shape"]
