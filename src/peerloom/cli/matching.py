"""`peerloom match`, `verify` and `policy suggest`: the matching engine without the web."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from peerloom import matching as engine
from peerloom.matching.explain import unplaced_in_words
from peerloom.matching.report import write_report
from peerloom.tables import TableError, read_csv

MOST_PROBLEMS = 20  # of a round that does not hold, shown
LARGEST_PAIRS_FILE = 5000


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What is wrong with data or policy, on standard error, with exit code 1."""
    try:
        yield
    except (engine.MatchingError, TableError, OSError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None


def _pairs_of(path: Path | None) -> list[tuple[str, str]]:
    """Pairs of ids from the first two columns of a CSV file with a header."""
    if path is None:
        return []
    rows, _ = read_csv(path.read_bytes())
    if rows and len(rows[0]) < 2:
        raise engine.PoolError(f"'{path.name}' needs two columns of ids")
    return [(cells[0], cells[1]) for cells in (list(row.values()) for row in rows)]


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("people", type=_FILE)
@click.option("--policy", "policy_file", type=_FILE, required=True, help="Criteria and objective.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("round"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--keep", type=_FILE, help="CSV of pairs of ids that stay together.")
@click.option("--apart", type=_FILE, help="CSV of pairs of ids never to match, as past partners.")
@click.option(
    "--pairs",
    "pairs_file",
    type=click.Path(path_type=Path),
    help="Also write every eligible pair and its score (up to 5,000 people).",
)
@click.option(
    "--rounds",
    default=1,
    show_default=True,
    type=click.IntRange(1, 50),
    help="Rounds in which nobody meets twice, each in a folder of its own.",
)
@click.option("--audit", "attribute", help="Column of groups to hold the round's fairness against.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    help="Stop proving after so long; the best so far is written, with its proven gap.",
)
@click.option(
    "--memory",
    type=click.FloatRange(min=0),
    help="Stop proving once so many megabytes are held; the best so far is written, with its gap.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
def match(
    people: Path,
    policy_file: Path,
    out: Path,
    keep: Path | None,
    apart: Path | None,
    pairs_file: Path | None,
    rounds: int,
    attribute: str | None,
    seconds: float | None,
    memory: float | None,
    quiet: bool,
) -> None:
    """Match the PEOPLE in a CSV or Parquet file.

    Writes partnerships.csv, unplaced.csv, round.json (with the proof) and report.html. Exit code
    0: done; 1: the data or the policy can't be used; 2: wrong arguments.
    """
    with _plain_errors():
        policy = engine.read_policy(policy_file)
        pool = engine.read_pool(people, id_column=policy.id_column)
        answers = dict(zip(pool.ids, pool.column(attribute), strict=True)) if attribute else {}
        if pairs_file and len(pool) > LARGEST_PAIRS_FILE:
            raise engine.PoolError(f"--pairs writes at most {LARGEST_PAIRS_FILE:,} people's pairs")
        locks, never = _pairs_of(keep), _pairs_of(apart)
        if rounds > 1:
            if locks:
                raise engine.PoolError("--keep and --rounds do not go together")
            with _progress(quiet) as progress:
                rotation = engine.match_rounds(pool, policy, rounds, never=never, progress=progress)
            for k, each in enumerate(rotation.rounds, 1):
                _write(each, out / f"round-{k}", answers)
                _summary(each, out / f"round-{k}")
            click.echo(
                f"{rounds} rounds, nobody meets twice; others that place as many could gain at "
                f"most {rotation.gap / 1e6:.3f} on a total of {rotation.total / 1e6:.3f}"
            )
            return
        with _progress(quiet) as progress:
            result = engine.match(
                pool,
                policy,
                locks=locks,
                never=never,
                seconds=seconds,
                megabytes=memory,
                progress=progress,
            )
        _write(result, out, answers)
        if pairs_file:
            _write_pairs(pool, policy, locks, never, pairs_file)
    _summary(result, out)


@click.command()
@click.argument("where", type=click.Path(exists=True, path_type=Path))
@click.option("--without", "gone", multiple=True, metavar="ID", help="Somebody who left.")
@click.option("--parted", multiple=True, metavar="ID", help="Somebody who needs another peer.")
@click.option(
    "--price",
    type=click.FloatRange(min=0),
    help="Touch another pair where that gains more than this (0 to 1); never by default.",
)
@click.option("--frontier", "show_steps", is_flag=True, help="Only show what touching more gains.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("repaired"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
def repair(
    where: Path,
    gone: tuple[str, ...],
    parted: tuple[str, ...],
    price: float | None,
    show_steps: bool,
    out: Path,
    quiet: bool,
) -> None:
    """Re-pair people of a round with the least disturbance to the others.

    WHERE is round.json or the folder it is in. Those who parted never meet again.
    """
    with _plain_errors():
        standing = engine.standing_of(engine.read_result(where), gone=gone, parted=parted)
        with _progress(quiet) as progress:
            if show_steps:
                steps = engine.frontier(standing, progress=progress)
            else:
                result = engine.repair(standing, price=price, progress=progress)
                _write(result, out, {})
    if not show_steps:
        _summary(result, out)
        click.echo(f"{result.touched} of {len(result.standing)} standing pairs were touched")
        return
    for step in steps:
        gain = (step.total - steps[0].total) / 1e6
        click.echo(
            f"touch {step.touched} other pair{'' if step.touched == 1 else 's'}: "
            f"{step.placed} placed, {gain:+.3f} in total"
        )


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("reading", total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield tell


def _write(result: engine.Result, out: Path, answers: Mapping[str, str]) -> None:
    """All files or none: they are written beside and moved in when complete."""
    names = [c.name for c in result.policy.criteria]
    words = unplaced_in_words(names)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".round-") as beside:
        folder = Path(beside)
        (folder / "round.json").write_text(result.to_json(), "utf-8")
        (folder / "partnerships.csv").write_text(result.partnerships_csv(), "utf-8")
        unplaced = result.unplaced_csv({u.person: words(u) for u in result.unplaced})
        (folder / "unplaced.csv").write_text(unplaced, "utf-8")
        write_report(result, folder / "report.html", answers)
        for written in sorted(folder.iterdir()):
            written.replace(out / written.name)


def _write_pairs(
    pool: engine.Pool,
    policy: engine.Policy,
    locks: list[tuple[str, str]],
    never: list[tuple[str, str]],
    path: Path,
) -> None:
    from peerloom.matching.scoring import score_rows

    encoded = engine.encode(pool, policy, locks=locks, never=never)
    ids = encoded.pool.ids
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("a", "b", "score"))
        for row in range(len(ids)):
            scores = score_rows(encoded.arrays, row, row + 1)[0].tolist()
            writer.writerows(
                (ids[row], ids[other], scores[other])
                for other in range(row + 1, len(ids))
                if scores[other] >= 0
            )


def _summary(result: engine.Result, out: Path) -> None:
    q, gap = result.quality, result.certificate.gap2
    trios = sum(bool(p.joined) for p in result.partnerships)
    proof = "proven best, gap 0" if gap == 0 else _distance(result)
    seconds = sum(result.timings.values())
    lines = [
        f"{q.placed} of {q.people} people placed in {len(result.partnerships)} partnerships"
        + (f" ({trios} of three)" if trios else ""),
        f"fit: mean {q.mean / 1e6:.3f}, lowest {q.lowest / 1e6:.3f}; {q.top_ten} got one of their ten best",
        f"{proof}, over {q.eligible_pairs:,} eligible pairs, in {seconds:.1f} s",
        f"written to {out}/: partnerships.csv unplaced.csv round.json report.html",
    ]
    click.echo("\n".join(lines))


def _distance(result: engine.Result) -> str:
    c, bound = result.certificate, result.certificate.bound2
    if not result.policy.objective.circles:
        return f"at most {c.gap2 / 2e6:.3f} in total from the best"
    return f"within {100 * result.certificate.gap2 / max(1, bound):.1f} % of what no circles exceed"


@click.command()
@click.argument("where", type=click.Path(exists=True, path_type=Path))
def verify(where: Path) -> None:
    """Check a round: WHERE is round.json or the folder it is in.

    Exit code 0: everything holds; 1: something does not, and what.
    """
    with _plain_errors():
        result = engine.read_result(where)
        problems = engine.verify(result)
    if problems:
        click.echo("This round does not hold:", err=True)
        for problem in problems[:MOST_PROBLEMS]:
            click.echo(f"  {problem}", err=True)
        if len(problems) > MOST_PROBLEMS:
            click.echo(f"  and {len(problems) - MOST_PROBLEMS:,} more", err=True)
        raise SystemExit(1)
    c = result.certificate
    best = f"the pairs proven best (gap {c.gap2})" if not c.gap2 else _distance(result)
    click.echo(
        f"Everything holds: {result.quality.placed} of {result.quality.people} people placed, every "
        f"must-have kept, and {best}."
    )


@click.group()
def policy() -> None:
    """Matching policies."""


@policy.command()
@click.argument("people", type=_FILE)
@click.option("--id", "id_column", default="id", show_default=True, help="Column of ids.")
def suggest(people: Path, id_column: str) -> None:
    """Guess a first policy from the columns of a file; prints TOML to read and change."""
    with _plain_errors():
        pool = engine.read_pool(people, id_column=id_column)
        click.echo(engine.suggest_policy(pool, id_column=id_column), nl=False)
