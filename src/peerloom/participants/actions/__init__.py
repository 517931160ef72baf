"""What may be done with a place in a program."""

from peerloom.participants.actions.crossing import ask_to_cross, let_cross
from peerloom.participants.actions.drawing import announce_draw, draw_places, reseal_draws
from peerloom.participants.actions.invitations import add_person, invite
from peerloom.participants.actions.letters import write_letters
from peerloom.participants.actions.observations import observe, remove_observation
from peerloom.participants.actions.pausing import come_back, end_pauses, stop
from peerloom.participants.actions.place import (
    StatedGoal,
    agree,
    be_found,
    count_waiting,
    join,
    look_again,
    mark_matched,
    rehome,
    save_answers,
    state_goals,
)
from peerloom.participants.actions.recruiting import (
    apply,
    decline,
    fill_places,
    remind,
    remind_by_itself,
    remind_due,
    set_places,
    to_remind,
)
from peerloom.participants.actions.skills import keep_words, merge_skills, part_skills
from peerloom.participants.actions.time import add_away, remove_away, take_out_busy
from peerloom.participants.actions.training import answer_situation
from peerloom.participants.actions.upserting import MOST_ROWS, upsert_people

__all__ = [
    "MOST_ROWS",
    "StatedGoal",
    "add_away",
    "add_person",
    "agree",
    "announce_draw",
    "answer_situation",
    "apply",
    "ask_to_cross",
    "be_found",
    "come_back",
    "count_waiting",
    "decline",
    "draw_places",
    "end_pauses",
    "fill_places",
    "invite",
    "join",
    "keep_words",
    "let_cross",
    "look_again",
    "mark_matched",
    "merge_skills",
    "observe",
    "part_skills",
    "rehome",
    "remind",
    "remind_by_itself",
    "remind_due",
    "remove_away",
    "remove_observation",
    "reseal_draws",
    "save_answers",
    "set_places",
    "state_goals",
    "stop",
    "take_out_busy",
    "to_remind",
    "upsert_people",
    "write_letters",
]
