"""People from a system of the organisation's own (HRIS): brought in or changed, again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.participants.rows import RowFate, count_fates, fates_of, write_rows
from peerloom.programs.models import Program
from peerloom.programs.queries import side_of

MOST_ROWS = 1000


@transaction.atomic
def upsert_people(
    program: Program, rows: Sequence[Mapping[str, str]], *, looking: bool, dry_run: bool, by: Person
) -> list[RowFate]:
    """Bring in people who are new, change those who are here; sent twice, the second changes nothing.

    Parameters
    ----------
    rows
        At most `MOST_ROWS`, each with `email`, and what else there is: `name`, `time_zone`, answers
        by the key of their question.
    looking
        New people have applied elsewhere and look for a peer; else they are to be invited.
    dry_run
        Only say what would become of each.

    Returns
    -------
    list of RowFate
        In the order of the rows, numbered from 1. Rows that are refused keep no other from being
        written.
    """
    allow(by, "participants.invite", program)
    side = side_of(program, by)
    assert side is not None
    fates = fates_of(program, side, rows, range(1, len(rows) + 1))
    if not dry_run:
        wanted = [f for f in fates if f.fate in ("new", "changed")]
        write_rows(program, side, wanted, looking=looking)
        if wanted:
            counts = count_fates(fates)
            record(by, "imported people", program, organisation_id=side.pk, **counts)
    return fates
