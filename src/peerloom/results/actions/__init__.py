"""What may be done with results: counted, sent to those who asked for them."""

from peerloom.results.actions.counting import count, start_counting, take_edition, take_editions
from peerloom.results.actions.sending import send_reports, subscribe, unsubscribe

__all__ = [
    "count",
    "send_reports",
    "start_counting",
    "subscribe",
    "take_edition",
    "take_editions",
    "unsubscribe",
]
