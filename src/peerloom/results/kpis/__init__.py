"""Each KPI from its own source; a function each that returns a `Source`, or `Missing` and why."""

from __future__ import annotations

from peerloom.core.words import later
from peerloom.results.kpis import answers, meetings, staying
from peerloom.results.kpis.scales import Builder, changed, half_way, higher, more_people

# By key of the library's KPI, and what a program is told besides.
BUILDERS: dict[str, Builder] = {
    "skill_growth": answers.skill_growth,
    "belonging": answers.belonging,
    "leadership": changed(
        "leadership",
        higher(
            later("In coaching, motivating, challenging and giving feedback people see themselves")
        ),
    ),
    "match_satisfaction": answers.match_satisfaction,
    "goal_attainment": answers.goal_attainment,
    "engagement": meetings.engagement,
    "new_ties": meetings.new_ties,
    "retention": staying.retention,
    "safety": half_way("safety", later("With their peer people feel safe to speak")),
    "hats": half_way("hats", later("Both ask and both share, and they know what they expect")),
    "company": changed("company", higher(later("On having somebody to turn to people stand"))),
    "reach": changed("reach", more_people),
    "stay": answers.stay,
    "again": answers.again,
}
# Besides its KPIs: engagement always, the others where a pulse asks the scale of that name.
ASKED = {
    "match_satisfaction": "match", "safety": "safety", "hats": "hats", "company": "company",
    "reach": "reach", "stay": "stay", "again": "again", "belonging": "belonging",
    "leadership": "leadership", "skill_growth": "skills",
}  # fmt: skip
