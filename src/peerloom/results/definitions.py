"""What each figure is and is not: beside it on the page, in reports and in the data dictionary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """What a figure counts, of whom, from what, how its interval is made, and what it cannot say."""

    key: str
    counts: str
    whom: str
    source: str
    how: str
    limits: str


_BOTH = "Everybody who answered both the first and the last pulse."
_BOOT = "Mean of people's own changes; 95 % interval by studentised bootstrap (Efron 1981)."
_WILSON = "Share; 95 % interval by Wilson (1927)."
_NO_OTHERS = (
    "Nobody knows how people would have changed without the program: it is an association. Who left "
    "or did not answer is not in it."
)

DEFINITIONS = {
    d.key: d
    for d in (
        Definition(
            "skill_growth",
            "Change in how able people say they are in up to three things they wanted to learn, from "
            "1 (not yet) to 5 (others ask me). Beside it the same change as they see it at the end, "
            "looking back.",
            _BOTH,
            "First and last pulse.",
            _BOOT,
            _NO_OTHERS,
        ),
        Definition(
            "belonging",
            "Share of people whose mean over three statements on belonging is 3.5 or more of 5, and "
            "the same people's share before.",
            _BOTH,
            "First and last pulse.",
            _WILSON,
            _NO_OTHERS,
        ),
        Definition(
            "leadership",
            "Change in the mean of four statements: coaching, motivating, challenging, giving "
            "feedback, from 1 to 5, as people see themselves.",
            _BOTH,
            "First and last pulse.",
            _BOOT,
            _NO_OTHERS + " People who learn to lead often judge themselves more strictly.",
        ),
        Definition(
            "match_satisfaction",
            "Share who agree (4 or 5 of 5) that they would choose to meet the same peer again.",
            "Everybody who answered half-way; at the end where nobody was asked half-way.",
            "Middle pulse, without the partner knowing.",
            _WILSON,
            "Those whose partnership ended before are asked about the peer they have then.",
        ),
        Definition(
            "goal_attainment",
            "Mean of people's latest marks on their own goals, from -2 (much less than hoped) to 2 "
            "(much better), 0 as hoped; beside it the T-score.",
            "Everybody who marked a goal at least once.",
            "Goals and their marks, on scales people wrote themselves.",
            "Mean; 95 % interval by studentised bootstrap. T-score by Kiresuk and Sherman (1968).",
            "Goals differ in how bold they are.",
        ),
        Definition(
            "engagement",
            "Share of partnerships that met at least three times in their first three months.",
            "Every partnership that is three months old.",
            "Meetings that were held, by the partners' own calendar and check-ins.",
            _WILSON,
            "Meetings that nobody noted are not in it.",
        ),
        Definition(
            "new_ties",
            "Share of ties between partners of different units (or sites, or functions), against the "
            "same people put together at random.",
            "Every partnership all of whose members' units are known.",
            "The organisation's own file of its people; else the join form.",
            "All ties were counted; the range of chance is that of 2,000 random drawings.",
            "That two people met is not yet that they know each other: see how many still talk.",
        ),
        Definition(
            "retention",
            "Share of those who took part who are still in the organisation twelve months after the "
            "program began, beside people with the same unit, site, stage and years who did not.",
            "Everybody who had a peer, was there when the program began, and is in the file.",
            "The organisation's own file of its people: joined, left.",
            "Kaplan and Meier (1958), interval by Greenwood on the log(-log) scale; others weighted "
            "by coarsened exact matching (Iacus, King and Porro 2012; Xie and Liu 2005).",
            "An association: who joins a program may be more likely to stay anyway.",
        ),
        Definition(
            "safety",
            "Mean of three statements on speaking freely with one's peer, from 1 to 5.",
            "Everybody who answered half-way.",
            "Middle pulse.",
            "Mean; 95 % interval by studentised bootstrap.",
            "There is no value before, as there was no peer.",
        ),
        Definition(
            "hats",
            "Mean of three statements: both ask and share, they know what they expect, they come "
            "closer to what they hoped for; from 1 to 5.",
            "Everybody who answered half-way.",
            "Middle pulse.",
            "Mean; 95 % interval by studentised bootstrap.",
            "What hats really were, partners see for themselves; managers do not.",
        ),
        Definition(
            "company",
            "Change in the mean of two statements: knowing whom to ask, and being alone with one's "
            "work, which counts the other way round; from 1 to 5.",
            _BOTH,
            "First and last pulse.",
            _BOOT,
            _NO_OTHERS,
        ),
        Definition(
            "reach",
            "Change in how many people of other teams somebody could ask for help: nobody counts as "
            "0, one or two as 1.5, three to five as 4, six to ten as 8, more as 12.",
            _BOTH,
            "First and last pulse.",
            _BOOT,
            _NO_OTHERS,
        ),
        Definition(
            "stay",
            "Share who agree (4 or 5 of 5) that they see themselves here in two years, and the same "
            "people's share before.",
            _BOTH,
            "First and last pulse.",
            _WILSON,
            "An intention: see retention for who stayed.",
        ),
        Definition(
            "again",
            "Share who agree (4 or 5 of 5) that they would take part again.",
            "Everybody who answered the last pulse.",
            "Last pulse.",
            _WILSON,
            "Who left early was not asked.",
        ),
    )
}
# Of figures that are no KPI of the library.
NAMES = {
    "safety": "Safe to speak", "again": "Would take part again", "hats": "Both hats",
    "company": "Somebody to turn to", "reach": "People to ask elsewhere", "stay": "Meaning to stay",
    "belonging": "Belonging", "leadership": "Leadership", "skill_growth": "Skill growth",
    "match_satisfaction": "Match satisfaction", "engagement": "Engagement",
}  # fmt: skip
