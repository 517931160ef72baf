"""What is asked of care: by partners of their own, by managers of what reached them."""

from peerloom.care.queries.desk import (
    Case,
    Desk,
    Waiting,
    case_of,
    desk_of,
    in_need,
    request_views,
    requests_in,
)
from peerloom.care.queries.hats import HatsPage, hats_of, hats_on_agenda
from peerloom.care.queries.links import link_of, offered
from peerloom.care.queries.simulated import Simulated, simulated
from peerloom.care.queries.ways import Way, repairing_of, ways_of

__all__ = [
    "Case",
    "Desk",
    "HatsPage",
    "Simulated",
    "Waiting",
    "Way",
    "case_of",
    "desk_of",
    "hats_of",
    "hats_on_agenda",
    "in_need",
    "link_of",
    "offered",
    "repairing_of",
    "request_views",
    "requests_in",
    "simulated",
    "ways_of",
]
