"""Signals: each a small pure function from facts to a level with its reason in words."""

from peerloom.balance.signals.kinds import SIGNALS, read_signals
from peerloom.balance.signals.signal import Signal

__all__ = ["SIGNALS", "Signal", "read_signals"]
