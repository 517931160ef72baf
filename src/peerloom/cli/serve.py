"""`peerloom serve`, `demo` and `manage`: the whole server on one machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click


def start_django(data: Path | None = None) -> None:
    """Django with its settings; `data` is the folder where the environment names none."""
    if data is not None:
        os.environ.setdefault("PEERLOOM_DATA_DIR", str(data))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
    import django  # only commands about the server need it

    django.setup()


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    help="Folder for the database, mail and secret.",
)


def _environment(data: Path, url: str) -> None:
    os.environ.setdefault("PEERLOOM_DATA_DIR", str(data))
    os.environ.setdefault("PEERLOOM_URL", url)


_PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")


@click.command()
@_HOST
@_PORT
@data_option
@click.option("--workers", default=1, show_default=True, help="Processes for background jobs.")
def serve(host: str, port: int, data: Path, workers: int) -> None:
    """Start Peerloom on this machine: pages and jobs together. Ctrl-C stops it."""
    _environment(data, f"http://localhost:{port}")
    _prepare()
    click.echo(f"Peerloom is at http://localhost:{port}/  (Ctrl-C stops it)")
    _run(host, port, workers)


@click.command()
@_HOST
@_PORT
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo-data"),
              show_default=True, help="Folder for the demo's data.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Build the demo organisation anew.")
def demo(host: str, port: int, data: Path, fresh: bool) -> None:
    """Start an organisation full of life to look around in."""
    os.environ["PEERLOOM_DEMO"] = "yes"
    _environment(data, f"http://localhost:{port}")
    _prepare()
    from peerloom.demo.build import build_demo  # needs Django

    click.echo("Building the demo organisation from 607 survey people ...")
    build_demo(fresh=fresh, say=click.echo)
    click.echo(f"\nPeerloom's demo is at http://localhost:{port}/")
    click.echo(
        "Sign in with one click as manager, participant, admin, sponsor or the manager of another organisation. Ctrl-C stops it."
    )
    _run(host, port, 1)


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Django's own commands, for example `peerloom manage migrate`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["peerloom manage", *words])


def _prepare() -> None:
    """Bring the database up to date, and compile the engine before anybody waits for it."""
    start_django()
    from peerloom.matching.warm import warm_up  # loads the engine

    warm_up(lambda: click.echo("Preparing the matching engine, once (about a minute) ..."))
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def _run(host: str, port: int, workers: int) -> None:
    """Web and job processes side by side until the web ends or somebody stops them.

    A job process that ends is started again: its job is offered again on its page.
    """
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "peerloom.config.wsgi:application",
         "--bind", f"{host}:{port}", "--workers", "1", "--threads", "8",
         "--log-level", "warning"]
    )  # fmt: skip
    jobs = [_start_worker() for _ in range(workers)]
    ticking = _start_ticking()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while web.poll() is None:
            time.sleep(0.3)
            jobs = [job if job.poll() is None else _start_worker() for job in jobs]
            ticking = ticking if ticking.poll() is None else _start_ticking()
    except KeyboardInterrupt:
        click.echo("\nStopping.")
    finally:
        for process in (web, *jobs, ticking):
            process.terminate()
        for process in (web, *jobs, ticking):
            process.wait(timeout=20)
    if web.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise SystemExit(1)


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "peerloom", "manage", "db_worker",
         "--interval", "0.3", "--no-startup-delay", "-v", "0"]
    )  # fmt: skip


def _start_ticking() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "peerloom", "tick", "--every", "60"])
