"""The people to be matched, as they answered: ids and columns of text, nothing interpreted yet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peerloom.matching.errors import PoolError, Problem, nearest
from peerloom.tables import TableError, read_csv, shorten

MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Pool:
    """People and their answers.

    Attributes
    ----------
    ids
        One per person, unique.
    columns
        Name of each column to its cells, in the order of `ids`; a blank cell is a missing answer.
    lines
        Line of each person in the file they came from, for messages; 0 where there is none.
    """

    ids: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> tuple[str, ...]:
        """Cells of one column.

        Raises
        ------
        PoolError
            There is no such column; names the nearest.
        """
        try:
            return self.columns[name]
        except KeyError:
            what = f"there is no column '{name}'.{nearest(name, self.columns)}"
            raise PoolError(Problem("", what)) from None

    def where(self, row: int, column: str) -> str:
        """Place of a cell in words."""
        line = self.lines[row] if self.lines else 0
        start = f"line {line}" if line else f"person '{self.ids[row]}'"
        return f"{start}, column '{column}'"

    def only(self, columns: Iterable[str]) -> Pool:
        """The same people with these columns alone."""
        kept = {name: self.columns[name] for name in sorted(set(columns))}
        return Pool(self.ids, kept, self.lines)

    def subset(self, rows: Sequence[int]) -> Pool:
        """Some of the people, in the order given."""
        columns = {n: tuple(cells[r] for r in rows) for n, cells in self.columns.items()}
        lines = tuple(self.lines[r] for r in rows) if self.lines else ()
        return Pool(tuple(self.ids[r] for r in rows), columns, lines)

    def digest(self) -> str:
        """SHA-256 of ids and cells; the order of rows and columns does not count."""
        names = sorted(self.columns)
        rows = sorted([i, *(self.columns[n][k] for n in names)] for k, i in enumerate(self.ids))
        text = json.dumps([names, rows], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def pool_from_rows(
    rows: Sequence[Mapping[str, str]], *, id_column: str = "id", lines: Sequence[int] = ()
) -> Pool:
    """A pool from one mapping per person.

    Raises
    ------
    PoolError
        Ids missing or given twice; all of them at once.
    """
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    names.pop(id_column, None)
    ids = [(row.get(id_column) or "").strip() for row in rows]
    problems = _id_problems(ids, lines, id_column)
    if problems:
        raise PoolError(shorten(problems))
    columns = {n: tuple((row.get(n) or "").strip() for row in rows) for n in names}
    return Pool(tuple(ids), columns, tuple(lines))


def read_pool(path: str | Path, *, id_column: str = "id") -> Pool:
    """Read people from a CSV (UTF-8) or Parquet file.

    Parameters
    ----------
    path
        The file; ``.parquet`` is read as Parquet, all else as CSV.
    id_column
        Column that names each person.

    Raises
    ------
    PoolError
        With every problem of the file, line and column named.
    """
    path = Path(path)
    if not path.is_file():
        raise PoolError(f"there is no file '{path}'")
    if path.stat().st_size > MAX_BYTES:
        raise PoolError(f"'{path.name}' is larger than {MAX_BYTES // 2**20} MB")
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, id_column)
    return parse_csv(path.read_bytes(), id_column=id_column)


def parse_csv(content: bytes, *, id_column: str = "id") -> Pool:
    """People from the bytes of a CSV file; see `read_pool`."""
    try:
        rows, lines = read_csv(content)
    except TableError as error:
        raise PoolError(error.problems) from None
    if rows and id_column not in rows[0]:
        what = f"there is no column '{id_column}' to name people by.{nearest(id_column, rows[0])}"
        raise PoolError(Problem("line 1", what))
    return pool_from_rows(rows, id_column=id_column, lines=lines)


def _id_problems(ids: Sequence[str], lines: Sequence[int], column: str) -> list[Problem]:
    problems = []
    seen: dict[str, str] = {}
    for row, person in enumerate(ids):
        place = f"line {lines[row]}" if lines else f"person {row + 1}"
        if not person:
            problems.append(Problem(place, f"column '{column}' is empty; each person needs an id"))
        elif person in seen:
            problems.append(Problem(place, f"the id '{person}' is also on {seen[person]}"))
        seen.setdefault(person, place)
    return problems


def _read_parquet(path: Path, id_column: str) -> Pool:
    import polars as pl  # slow to import, and only Parquet needs it

    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise PoolError(f"'{path.name}' is not readable as Parquet ({error})") from None
    if id_column not in frame.columns:
        what = f"there is no column '{id_column}'.{nearest(id_column, frame.columns)}"
        raise PoolError(what)
    rows = [{n: _cell(v) for n, v in row.items()} for row in frame.iter_rows(named=True)]
    return pool_from_rows(rows, id_column=id_column)


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, list):
        return "; ".join(str(v) for v in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
