"""Each KPI from its own source; a function each that returns a `Source`, or `Missing` and why."""

from __future__ import annotations

from collections.abc import Callable

from peerloom.results.figures import Missing, Source
from peerloom.results.kpis import answers, meetings, staying
from peerloom.results.reading import Reading

Builder = Callable[[Reading], Source | Missing]

# By key of the library's KPI, and what every program is told besides.
BUILDERS: dict[str, Builder] = {
    "skill_growth": answers.skill_growth,
    "belonging": answers.belonging,
    "leadership": answers.leadership,
    "match_satisfaction": answers.match_satisfaction,
    "goal_attainment": answers.goal_attainment,
    "engagement": meetings.engagement,
    "new_ties": meetings.new_ties,
    "retention": staying.retention,
    "safety": answers.safety,
    "again": answers.again,
}
BESIDES = ("engagement", "match_satisfaction", "safety", "again")
