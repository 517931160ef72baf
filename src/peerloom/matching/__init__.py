"""Matching of peers: people in, partnerships with a proof out. Knows no web and no database.

>>> from peerloom.matching import match, read_pool, read_policy, verify
"""

from peerloom.matching.encoding import encode
from peerloom.matching.errors import (
    Cancelled,
    MatchingError,
    PolicyError,
    PoolError,
    Problem,
    ResultError,
)
from peerloom.matching.policy import Criterion, Objective, Policy, policy_from_dict, read_policy
from peerloom.matching.pool import Pool, parse_csv, pool_from_rows, read_pool
from peerloom.matching.quality import Outlook, outlook
from peerloom.matching.result import (
    Certificate,
    PairFit,
    Partnership,
    Quality,
    Relaxation,
    Result,
    Unplaced,
    read_result,
    result_from_dict,
)
from peerloom.matching.solve import match
from peerloom.matching.suggest import suggest_policy
from peerloom.matching.verify import verify

__all__ = [
    "Cancelled",
    "Certificate",
    "Criterion",
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
    "Unplaced",
    "encode",
    "match",
    "outlook",
    "parse_csv",
    "policy_from_dict",
    "pool_from_rows",
    "read_policy",
    "read_pool",
    "read_result",
    "result_from_dict",
    "suggest_policy",
    "verify",
]
