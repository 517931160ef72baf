"""The `peerloom` command. Each subcommand is imported when it is called, so help is quick."""

from __future__ import annotations

import importlib

import click

import peerloom

# name: (module, attribute, help line)
COMMANDS = {
    "serve": ("serve", "serve", "Start Peerloom on this machine: pages and jobs together."),
    "demo": ("serve", "demo", "Start an organisation full of life to look around in."),
    "match": ("matching", "match", "Match the people in a CSV or Parquet file."),
    "verify": ("matching", "verify", "Check a matched round independently of the solver."),
    "repair": ("matching", "repair", "Re-pair people of a round, touching few others."),
    "policy": ("matching", "policy", "Suggest a first matching policy for a file of people."),
    "tick": ("tick", "tick", "Do what is due now: reminders, letters that wait."),
    "doctor": ("doctor", "doctor", "Look over this server: settings, database, keys, clock, jobs."),
    "backup": ("backup", "backup", "Write the whole database to one file."),
    "restore": ("backup", "restore", "Fill an empty database from a backup."),
    "rotate-keys": ("keys", "rotate_keys", "A new key for what partners write."),
    "audit": ("audit", "audit", "Check that the log of who did what is as it was written."),
    "manage": ("serve", "manage", "Django's own commands: migrate, createsuperuser, shell ..."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        found = getattr(importlib.import_module(f"peerloom.cli.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, _, words) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(peerloom.__version__, prog_name="peerloom")
def main() -> None:
    """Peer mentorship programs, from the first invitation to the last look back.

    Start with `peerloom demo` to look around, or `peerloom serve` to begin in earnest. Matching
    alone works without the web: `peerloom match people.csv --policy policy.toml`.
    """
