"""What is asked of rounds: a policy's effect, proposals, costs of a swap, figures."""

from peerloom.rounds.queries.effect import Effect, policy_effect
from peerloom.rounds.queries.figures import (
    ComparedRow,
    audit_choices,
    check_round,
    comparable_rounds,
    compare_rounds,
    kept_result,
    round_audit,
    round_figures,
    rounds_of,
    uses_sensitive_answers,
)
from peerloom.rounds.queries.proposals import (
    FitView,
    ProposalView,
    UnplacedView,
    proposal_views,
    unplaced_views,
)
from peerloom.rounds.queries.swaps import Swap, swaps_for
from peerloom.rounds.queries.voices import Exposure, ShownPerson, exposure, short_list_of

__all__ = [
    "ComparedRow",
    "Effect",
    "Exposure",
    "FitView",
    "ProposalView",
    "ShownPerson",
    "Swap",
    "UnplacedView",
    "audit_choices",
    "check_round",
    "comparable_rounds",
    "compare_rounds",
    "exposure",
    "kept_result",
    "policy_effect",
    "proposal_views",
    "round_audit",
    "round_figures",
    "rounds_of",
    "short_list_of",
    "swaps_for",
    "unplaced_views",
    "uses_sensitive_answers",
]
