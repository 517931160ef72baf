"""Matching of peers: people in, partnerships with a proof out. Knows no web and no database.

>>> from peerloom.matching import match, read_pool, read_policy, verify
"""

from peerloom.matching.audit import Audit, audit, fairness, satisfaction_of, what_moves_the_gap
from peerloom.matching.encoding import encode
from peerloom.matching.errors import (
    Cancelled,
    MatchingError,
    PolicyError,
    PoolError,
    Problem,
    ResultError,
)
from peerloom.matching.learn import Learned, learn
from peerloom.matching.outlook import Outlook, outlook
from peerloom.matching.policy import Criterion, Objective, Policy
from peerloom.matching.policy_reading import policy_from_dict, read_policy
from peerloom.matching.pool import Pool, parse_csv, pool_from_rows, read_pool
from peerloom.matching.repair import frontier, repair, standing_of
from peerloom.matching.result import (
    Certificate,
    PairFit,
    Partnership,
    Quality,
    Relaxation,
    Result,
    Unplaced,
)
from peerloom.matching.result_reading import read_result, result_from_dict
from peerloom.matching.rounds import Rotation, match_rounds
from peerloom.matching.short_lists import ShortLists, short_lists
from peerloom.matching.solve import match
from peerloom.matching.suggest import suggest_policy
from peerloom.matching.verify import verify

__all__ = [
    "Audit",
    "Cancelled",
    "Certificate",
    "Criterion",
    "Learned",
    "MatchingError",
    "Objective",
    "Outlook",
    "PairFit",
    "Partnership",
    "Policy",
    "PolicyError",
    "Pool",
    "PoolError",
    "Problem",
    "Quality",
    "Relaxation",
    "Result",
    "ResultError",
    "Rotation",
    "ShortLists",
    "Unplaced",
    "audit",
    "encode",
    "fairness",
    "frontier",
    "learn",
    "match",
    "match_rounds",
    "outlook",
    "parse_csv",
    "policy_from_dict",
    "pool_from_rows",
    "read_policy",
    "read_pool",
    "read_result",
    "repair",
    "result_from_dict",
    "satisfaction_of",
    "short_lists",
    "standing_of",
    "suggest_policy",
    "verify",
    "what_moves_the_gap",
]
