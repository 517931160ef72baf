"""What may be done with rounds of matching."""

from peerloom.rounds.actions.parting import Parted, part_ways
from peerloom.rounds.actions.publishing import preview_letters, publish_round
from peerloom.rounds.actions.repairing import RepairStep, find_repairs, pair_up
from peerloom.rounds.actions.solving import (
    rule_pair,
    solve,
    solve_again,
    start_round,
    swap,
)
from peerloom.rounds.actions.voices import (
    ON_A_LIST,
    ask_for_voices,
    make_short_lists,
    run_short_lists,
    say,
)

__all__ = [
    "ON_A_LIST",
    "Parted",
    "RepairStep",
    "ask_for_voices",
    "find_repairs",
    "make_short_lists",
    "pair_up",
    "part_ways",
    "preview_letters",
    "publish_round",
    "rule_pair",
    "run_short_lists",
    "say",
    "solve",
    "solve_again",
    "start_round",
    "swap",
]
