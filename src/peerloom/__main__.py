"""`python -m peerloom` is the `peerloom` command."""

from peerloom.cli import main

main(prog_name="peerloom")
