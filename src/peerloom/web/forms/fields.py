"""Fields that browsers draw themselves: they take and send days and clocks in one way, whatever the
language of the page."""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A calendar to choose a day from."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A clock to choose a time from."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")
