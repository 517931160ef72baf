"""What is asked of rounds: a policy's effect, proposals, costs of a swap, figures."""

from peerloom.rounds.queries.effect import Effect, policy_effect
from peerloom.rounds.queries.figures import (
    ComparedRow,
    audit_choices,
    check_round,
    comparable_rounds,
    compare_rounds,
    holds_others_answers,
    kept_result,
    may_be_taken,
    round_audit,
    round_figures,
    rounds_of,
    uses_sensitive_answers,
)
from peerloom.rounds.queries.parting import PartingEffect, parting_effect
from peerloom.rounds.queries.proposals import (
    FitView,
    ProposalView,
    RuleView,
    UnplacedView,
    opened_of,
    proposal_views,
    proposals_of,
    rules_of,
    unplaced_of,
    unplaced_views,
)
from peerloom.rounds.queries.swaps import Swap, swaps_for
from peerloom.rounds.queries.voices import (
    Exposure,
    ShownPerson,
    exposure,
    short_list_job,
    short_list_of,
)

__all__ = [
    "ComparedRow",
    "Effect",
    "Exposure",
    "FitView",
    "PartingEffect",
    "ProposalView",
    "RuleView",
    "ShownPerson",
    "Swap",
    "UnplacedView",
    "audit_choices",
    "check_round",
    "comparable_rounds",
    "compare_rounds",
    "exposure",
    "holds_others_answers",
    "kept_result",
    "may_be_taken",
    "opened_of",
    "parting_effect",
    "policy_effect",
    "proposal_views",
    "proposals_of",
    "round_audit",
    "round_figures",
    "rounds_of",
    "rules_of",
    "short_list_job",
    "short_list_of",
    "swaps_for",
    "unplaced_of",
    "unplaced_views",
    "uses_sensitive_answers",
]
