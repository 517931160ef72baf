"""Evidence: what answers, records and draws can show, and how surely. Pure; knows no Django.

Figures come with 95 % intervals whose coverage is measured on simulated programs
(`benchmarks/results`); nothing here decides what may be shown to whom but `disclosure`.
"""

from peerloom.evidence.attainment import attainment, attainment_scale
from peerloom.evidence.comparable import Comparable, comparable, years_there
from peerloom.evidence.disclosure import SMALLEST, Cell, Sums, hidden, may_follow, shown
from peerloom.evidence.estimates import (
    Change,
    Estimate,
    change,
    difference,
    difference_of_means,
    mean,
    share,
)
from peerloom.evidence.lottery import drawn, fingerprint, list_of, new_secret, new_ticket
from peerloom.evidence.survival import Curve, kaplan_meier, stayed_longer
from peerloom.evidence.ties import Ties, ties

__all__ = [
    "SMALLEST",
    "Cell",
    "Change",
    "Comparable",
    "Curve",
    "Estimate",
    "Sums",
    "Ties",
    "attainment",
    "attainment_scale",
    "change",
    "comparable",
    "difference",
    "difference_of_means",
    "drawn",
    "fingerprint",
    "hidden",
    "kaplan_meier",
    "list_of",
    "may_follow",
    "mean",
    "new_secret",
    "new_ticket",
    "share",
    "shown",
    "stayed_longer",
    "ties",
    "years_there",
]
