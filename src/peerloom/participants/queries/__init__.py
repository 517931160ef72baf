"""What is asked of places in programs."""

from peerloom.participants.queries.places import (
    ShownAnswer,
    answers_of,
    count_states,
    observed_tags,
    people_in,
    place_in_line,
    places_of,
    tags_in,
)
from peerloom.participants.queries.reach import Reach, ReachedGroup, reach
from peerloom.participants.queries.skills import (
    SKILLS,
    SkillCount,
    compared,
    items_of,
    skills_in,
    standing_for,
    who_could_help,
    with_one_word,
)

__all__ = [
    "SKILLS",
    "Reach",
    "ReachedGroup",
    "ShownAnswer",
    "SkillCount",
    "answers_of",
    "compared",
    "count_states",
    "items_of",
    "observed_tags",
    "people_in",
    "place_in_line",
    "places_of",
    "reach",
    "skills_in",
    "standing_for",
    "tags_in",
    "who_could_help",
    "with_one_word",
]
