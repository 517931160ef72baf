"""What may be done with a place in a program."""

from peerloom.participants.actions.invitations import add_person, invite
from peerloom.participants.actions.observations import observe, remove_observation
from peerloom.participants.actions.place import (
    StatedGoal,
    apply,
    count_waiting,
    join,
    mark_matched,
    save_answers,
    state_goals,
)
from peerloom.participants.actions.time import add_away, remove_away, take_out_busy

__all__ = [
    "StatedGoal",
    "add_away",
    "add_person",
    "apply",
    "count_waiting",
    "invite",
    "join",
    "mark_matched",
    "observe",
    "remove_away",
    "remove_observation",
    "save_answers",
    "state_goals",
    "take_out_busy",
]
