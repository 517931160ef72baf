"""Tables as people save them: CSV of any separator, with every problem named by its place."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peerloom.words import _

SHOWN = 50  # problems listed one by one; the rest are counted


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    where
        Place in words: ``"line 12, column 'age'"`` or ``"criterion 3 (close)"``.
    what
        What is wrong and what to do about it.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class TableError(Exception):
    """A file that cannot be read as a table; carries every problem found."""

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem("", problems)
        if isinstance(problems, Problem):
            problems = [problems]
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


def nearest(name: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` for the closest known name, or an empty string."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not close:
        folded = {n.casefold().replace("_", " "): n for n in names}
        keys = difflib.get_close_matches(name.casefold().replace("_", " "), folded, n=1, cutoff=0.6)
        close = [folded[k] for k in keys]
    return _(" Did you mean '{close}'?").format(close=close[0]) if close else ""


def shorten(problems: list[Problem]) -> list[Problem]:
    """The first `SHOWN` problems, and how many more there are."""
    if len(problems) <= SHOWN:
        return problems
    return [
        *problems[:SHOWN],
        Problem("", _("and {problems} more like these").format(problems=len(problems) - SHOWN)),
    ]


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV text in which no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if isinstance(cell, str) and is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    """True if a spreadsheet would compute the cell instead of showing it."""
    return cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def read_csv(content: bytes) -> tuple[list[dict[str, str]], list[int]]:
    """Rows of a CSV file with a header, and the line each one starts on.

    Comma, semicolon and tab are recognised as separators.

    Raises
    ------
    TableError
        Wrong encoding, no header, doubled column names, rows of another length; all at once.
    """
    text = _decode(content)
    if not text.strip():
        raise TableError(_("the file is empty; it needs a header line and a line for each person"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    header: list[str] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                problems += _header_problems(header, line)
            elif len(cells) != len(header):
                what = _("{cells} cells where the header has {header}").format(
                    cells=len(cells), header=len(header)
                )
                problems.append(Problem(_("line {line}").format(line=line), what))
            else:
                stripped = (cell.strip() for cell in cells)
                rows.append(dict(zip(header, stripped, strict=True)))
                lines.append(line)
    except csv.Error as error:
        problems.append(
            Problem(
                _("line {line_num}").format(line_num=reader.line_num),
                _("not readable as CSV ({error})").format(error=error),
            )
        )
    if problems:
        raise TableError(shorten(problems))
    return rows, lines


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(_("the file is UTF-16; save it as 'CSV UTF-8' and try again"))
    if b"\x00" in content[:4096]:
        raise TableError(_("this is not a text file; save the sheet as 'CSV UTF-8' and try again"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = _(
            "the character {content!r} is not UTF-8; save the file as 'CSV UTF-8' and try again"
        ).format(content=content[error.start : error.start + 1])
        raise TableError(Problem(_("line {line}").format(line=line), what)) from None


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(",;\t", key=lambda mark: (header.count(mark), mark == ","))


def _header_problems(header: list[str], line: int) -> list[Problem]:
    problems = []
    for place, name in enumerate(header):
        if not name:
            problems.append(
                Problem(
                    _("line {line}").format(line=line),
                    _("column {place} has no name").format(place=place + 1),
                )
            )
        elif name in header[:place]:
            problems.append(
                Problem(
                    _("line {line}").format(line=line),
                    _("two columns are called '{name}'").format(name=name),
                )
            )
    return problems
