"""What may be done with pulses: asked, answered, their keys wrapped anew."""

from peerloom.pulses.actions.answering import answer, note_answers, rewrap_keys
from peerloom.pulses.actions.asking import ask_pulses
from peerloom.pulses.actions.meetings import ask_after_meetings, may_say, say_how_it_was

__all__ = [
    "answer",
    "ask_after_meetings",
    "ask_pulses",
    "may_say",
    "note_answers",
    "rewrap_keys",
    "say_how_it_was",
]
