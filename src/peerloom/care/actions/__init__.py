"""What may be done about partnerships that are not well."""

from peerloom.care.actions.answering import answer_link, say_it_works, we_talked
from peerloom.care.actions.asking import (
    ask_for_help,
    close_request,
    note_on,
    reopen_request,
    take_in_hand,
)
from peerloom.care.actions.leaving import let_go
from peerloom.care.actions.nudging import (
    NO_NUDGES,
    had_turn,
    may_be_nudged,
    quieten,
    send_nudges,
    take_turns,
)
from peerloom.care.actions.parting import (
    ask_to_part,
    end_kindly,
    part_those_who_asked,
    take_back_parting,
)
from peerloom.care.actions.repairing import (
    drop_repairing,
    repair_weekly,
    start_repairing,
    take_way,
)
from peerloom.care.actions.watching import catch_up, watch

__all__ = [
    "NO_NUDGES",
    "answer_link",
    "ask_for_help",
    "ask_to_part",
    "catch_up",
    "close_request",
    "drop_repairing",
    "end_kindly",
    "had_turn",
    "let_go",
    "may_be_nudged",
    "note_on",
    "part_those_who_asked",
    "quieten",
    "reopen_request",
    "repair_weekly",
    "say_it_works",
    "send_nudges",
    "start_repairing",
    "take_back_parting",
    "take_in_hand",
    "take_turns",
    "take_way",
    "watch",
    "we_talked",
]
