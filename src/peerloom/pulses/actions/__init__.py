"""What may be done with pulses: asked, answered, their keys wrapped anew."""

from peerloom.pulses.actions.answering import answer, note_answers, rewrap_keys
from peerloom.pulses.actions.asking import ask_pulses

__all__ = ["answer", "ask_pulses", "note_answers", "rewrap_keys"]
