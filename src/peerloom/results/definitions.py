"""What each figure is and is not: beside it on the page, in reports and in the data dictionary."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.core.words import later


@dataclass(frozen=True)
class Definition:
    """What a figure counts, of whom, from what, how its interval is made, and what it cannot say."""

    key: str
    counts: str
    whom: str
    source: str
    how: str
    limits: str


_BOTH = later("Everybody who answered both the first and the last pulse.")
_BOOT = later("Mean of people's own changes; 95 % interval by studentised bootstrap (Efron 1981).")
_WILSON = later("Share; 95 % interval by Wilson (1927).")
_NO_OTHERS = later(
    "Nobody knows how people would have changed without the program: it is an "
    "association. Who left or did not answer is not in it."
)

DEFINITIONS = {
    d.key: d
    for d in (
        Definition(
            "skill_growth",
            later(
                "Change in how able people say they are in up to three things they wanted to learn, "
                "from 1 (not yet) to 5 (others ask me). Beside it the same change as they see it at "
                "the end, looking back."
            ),
            _BOTH,
            later("First and last pulse."),
            _BOOT,
            _NO_OTHERS,
        ),
        Definition(
            "belonging",
            later(
                "Share of people whose mean over three statements on belonging is 3.5 or more of 5, "
                "and the same people's share before."
            ),
            _BOTH,
            later("First and last pulse."),
            _WILSON,
            _NO_OTHERS,
        ),
        Definition(
            "leadership",
            later(
                "Change in the mean of four statements: coaching, motivating, challenging, giving "
                "feedback, from 1 to 5, as people see themselves."
            ),
            _BOTH,
            later("First and last pulse."),
            _BOOT,
            later(
                "Nobody knows how people would have changed without the program: it is an "
                "association. Who left or did not answer is not in it. People who learn to lead "
                "often judge themselves more strictly."
            ),
        ),
        Definition(
            "match_satisfaction",
            later(
                "Share who agree (4 or 5 of 5) that they would choose to meet the same peer again."
            ),
            later("Everybody who answered half-way; at the end where nobody was asked half-way."),
            later("Middle pulse, without the partner knowing."),
            _WILSON,
            later("Those whose partnership ended before are asked about the peer they have then."),
        ),
        Definition(
            "goal_attainment",
            later(
                "Mean of people's latest marks on their own goals, from -2 (much less than hoped) to "
                "2 (much better), 0 as hoped; beside it the T-score."
            ),
            later("Everybody who marked a goal at least once."),
            later("Goals and their marks, on scales people wrote themselves."),
            later(
                "Mean; 95 % interval by studentised bootstrap. T-score by Kiresuk and Sherman (1968)."
            ),
            later("Goals differ in how bold they are."),
        ),
        Definition(
            "engagement",
            later(
                "Share of partnerships that met at least three times in their first three months."
            ),
            later("Every partnership that is three months old."),
            later("Meetings that were held, by the partners' own calendar and check-ins."),
            _WILSON,
            later("Meetings that nobody noted are not in it."),
        ),
        Definition(
            "new_ties",
            later(
                "Share of ties between partners of different units (or sites, or functions), against "
                "the same people put together at random."
            ),
            later("Every partnership all of whose members' units are known."),
            later("The organisation's own file of its people; else the join form."),
            later("All ties were counted; the range of chance is that of 2,000 random drawings."),
            later(
                "That two people met is not yet that they know each other: see how many still talk."
            ),
        ),
        Definition(
            "retention",
            later(
                "Share of those who took part who are still in the organisation twelve months after "
                "the program began, beside people with the same unit, site, stage and years who did "
                "not."
            ),
            later(
                "Everybody who had a peer, was there when the program began, and is in the file."
            ),
            later("The organisation's own file of its people: joined, left."),
            later(
                "Kaplan and Meier (1958), interval by Greenwood on the log(-log) scale; others "
                "weighted by coarsened exact matching (Iacus, King and Porro 2012; Xie and Liu 2005)."
            ),
            later("An association: who joins a program may be more likely to stay anyway."),
        ),
        Definition(
            "safety",
            later("Mean of three statements on speaking freely with one's peer, from 1 to 5."),
            later("Everybody who answered half-way."),
            later("Middle pulse."),
            later("Mean; 95 % interval by studentised bootstrap."),
            later("There is no value before, as there was no peer."),
        ),
        Definition(
            "hats",
            later(
                "Mean of three statements: both ask and share, they know what they expect, they come "
                "closer to what they hoped for; from 1 to 5."
            ),
            later("Everybody who answered half-way."),
            later("Middle pulse."),
            later("Mean; 95 % interval by studentised bootstrap."),
            later("What hats really were, partners see for themselves; managers do not."),
        ),
        Definition(
            "company",
            later(
                "Change in the mean of two statements: knowing whom to ask, and being alone with "
                "one's work, which counts the other way round; from 1 to 5."
            ),
            _BOTH,
            later("First and last pulse."),
            _BOOT,
            _NO_OTHERS,
        ),
        Definition(
            "reach",
            later(
                "Change in how many people of other teams somebody could ask for help: nobody counts "
                "as 0, one or two as 1.5, three to five as 4, six to ten as 8, more as 12."
            ),
            _BOTH,
            later("First and last pulse."),
            _BOOT,
            _NO_OTHERS,
        ),
        Definition(
            "stay",
            later(
                "Share who agree (4 or 5 of 5) that they see themselves here in two years, and the "
                "same people's share before."
            ),
            _BOTH,
            later("First and last pulse."),
            _WILSON,
            later("An intention: see retention for who stayed."),
        ),
        Definition(
            "again",
            later("Share who agree (4 or 5 of 5) that they would take part again."),
            later("Everybody who answered the last pulse."),
            later("Last pulse."),
            _WILSON,
            later("Who left early was not asked."),
        ),
    )
}
# Of figures that are no KPI of the library.
NAMES = {
    "safety": later("Safe to speak"), "again": later("Would take part again"), "hats": later("Both hats"),
    "company": later("Somebody to turn to"), "reach": later("People to ask elsewhere"), "stay": later("Meaning to stay"),
    "belonging": later("Belonging"), "leadership": later("Leadership"), "skill_growth": later("Skill growth"),
    "match_satisfaction": later("Match satisfaction"), "engagement": later("Engagement"),
}  # fmt: skip
