"""Holds circles against the definition of their worth, and recomputes their bound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from peerloom.matching.circles.bound import priced, upper_bound
from peerloom.matching.circles.table import table_of
from peerloom.matching.circles.worth import MAY_NOT, worth
from peerloom.matching.encoding import Encoded
from peerloom.matching.progress import Progress
from peerloom.matching.result import Result


def check_circles(
    result: Result, encoded: Encoded, progress: Progress | None = None
) -> Iterator[str]:
    """What does not hold about circles: must-haves among all, worth, and the bound."""
    c = result.certificate
    place = {person: row for row, person in enumerate(encoded.pool.ids)}
    for p in result.partnerships:
        table = table_of(encoded, [place[m] for m in p.members])
        value = int(worth(table, np.arange(len(p.members)), len(p.members)))
        who = f"the circle of {', '.join(p.members)}"
        if value == MAY_NOT:
            yield f"{who} breaks a must-have, or leaves somebody the only one"
        elif value != p.value:
            yield f"{who} is worth {value}, not {p.value}"
    if c.total2 != 2 * sum(p.value for p in result.partnerships):
        yield "the total of the certificate is not that of the circles"
    prices = np.array(c.y2, np.int64)
    if not priced(prices, encoded):
        yield "the prices are not for these people"
    elif c.bound2 != 2 * upper_bound(encoded, prices, *result.policy.objective.size, progress):
        yield "the bound does not follow from the prices"
