"""`report.html`: one page about a round that opens offline."""

from peerloom.matching.report.page import write_report

__all__ = ["write_report"]
