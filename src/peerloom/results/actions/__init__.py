"""What may be done with results: counted, sent to those who asked for them."""

from peerloom.results.actions.counting import take_edition, take_editions
from peerloom.results.actions.sending import send_reports, subscribe, unsubscribe

__all__ = ["send_reports", "subscribe", "take_edition", "take_editions", "unsubscribe"]
