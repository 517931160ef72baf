"""What may be done between partners."""

from peerloom.partnerships.actions.agreeing import (
    accept_agreement,
    write_agreement,
)
from peerloom.partnerships.actions.breaks import end_break, take_break
from peerloom.partnerships.actions.closing import close_over, look_back
from peerloom.partnerships.actions.feeds import close_feed, open_feed
from peerloom.partnerships.actions.following import follow_up_steps
from peerloom.partnerships.actions.growing import (
    forget_learning,
    give_feedback,
    mark_goal,
    note_learning,
    share_learning,
    show_thanks,
    thank,
)
from peerloom.partnerships.actions.meetings import (
    book,
    cancel,
    hold,
    make_room,
    move,
    note_answer,
    note_that_we_met,
    plan_standing,
    remind_of_meetings,
    set_slot,
    set_video,
)
from peerloom.partnerships.actions.pairing import (
    Opened,
    open_partnership,
    open_partnerships,
    part_members,
)
from peerloom.partnerships.actions.writing import (
    add_item,
    add_step,
    check_in,
    note_history,
    remove_item,
    rewrap_keys,
    tick_item,
    tick_step,
    write_private_note,
    write_shared_note,
)

__all__ = [
    "Opened",
    "accept_agreement",
    "add_item",
    "add_step",
    "book",
    "cancel",
    "check_in",
    "close_feed",
    "close_over",
    "end_break",
    "follow_up_steps",
    "forget_learning",
    "give_feedback",
    "hold",
    "look_back",
    "make_room",
    "mark_goal",
    "move",
    "note_answer",
    "note_history",
    "note_learning",
    "note_that_we_met",
    "open_feed",
    "open_partnership",
    "open_partnerships",
    "part_members",
    "plan_standing",
    "remind_of_meetings",
    "remove_item",
    "rewrap_keys",
    "set_slot",
    "set_video",
    "share_learning",
    "show_thanks",
    "take_break",
    "thank",
    "tick_item",
    "tick_step",
    "write_agreement",
    "write_private_note",
    "write_shared_note",
]
