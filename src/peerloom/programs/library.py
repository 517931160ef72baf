"""What a program can be made of: objectives, what each brings along, questions, KPIs, materials.

An objective says which questions it needs, which criteria it puts into the policy and which KPIs
tell whether it is reached, so that purpose comes first and each part of a program can say which
objective it serves. Words are in `template_library`, by language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from peerloom.core.words import later
from peerloom.programs.models import Material, Question
from peerloom.programs.template_library import LANGUAGES, words

Kind, Seen = Question.Kind, Question.Seen


@dataclass(frozen=True)
class Objective:
    """Something a program can be for.

    Attributes
    ----------
    key
        For storage and for its words.
    criteria, kpis
        Keys of what it adds.
    safeguards
        Which of care's safeguards it moves, and to what.
    """

    key: str
    criteria: tuple[str, ...]
    kpis: tuple[str, ...]
    safeguards: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """As managers read it."""
        return str(_words_here()["objectives"][self.key]["name"])

    @property
    def why(self) -> str:
        """What it is about, in a sentence."""
        return str(_words_here()["objectives"][self.key]["why"])


def _words_here() -> Mapping[str, Any]:
    """The library's words in the language of whoever reads."""
    language = get_language()
    return words(language if language in LANGUAGES else "en")


OBJECTIVES = (
    # Learning from each other is what a lean undoes, meeting what connects.
    Objective("skills", ("exchange",), ("skill_growth",), (("early", "usual"),)),
    Objective("connect", ("another_function",), ("new_ties",), (("rhythm", "usual"),)),
    # Belonging is made of being met: silence is noticed early.
    Objective("belonging", ("challenges",), ("belonging",), (("rhythm", "early"),)),
    # Who wants to grow has to get to ask, who wants to lead has to listen: a lean is seen early.
    Objective("grow", ("hopes",), ("goal_attainment",), (("early", "early"),)),
    Objective("lead", ("exchange", "challenges"), ("leadership",), (("early", "early"),)),
    Objective(
        "arrive",
        ("exchange", "another_function"),
        ("belonging", "retention"),
        (("rhythm", "early"),),
    ),
)

# Criteria by key; what a criterion reads is what has to be asked.
CRITERIA: dict[str, dict[str, Any]] = {
    "stage": {"kind": "close", "field": "stage", "tolerance": 5, "must": True, "missing": "allow"},
    "exchange": {
        "kind": "exchange",
        "wants": "wants",
        "offers": "offers",
        "weight": "matters a lot",
    },
    "another_function": {"kind": "different", "field": "function", "weight": "matters"},
    "another_site": {"kind": "different", "field": "site", "weight": "a little"},
    "challenges": {"kind": "overlap", "field": "challenges", "weight": "matters"},
    "hopes": {"kind": "text", "field": "hopes", "weight": "matters"},
    "other_employer": {
        "kind": "apart",
        "field": "employer",
        "competitors": "competitors",
        "must": True,
        "missing": "allow",
    },
    "another_organisation": {
        "kind": "apart",
        "field": "_organisation",
        "competitors": "_rivals",
        "must": True,
        "missing": "allow",
    },
    "languages": {"kind": "overlap", "field": "languages", "must": True, "missing": "allow"},
    "interests": {"kind": "overlap", "field": "interests", "weight": "a little"},
    "hours": {
        "kind": "schedule",
        "field": "hours",
        "zone": "time_zone",
        "minutes": 60,
        "weight": "a little",
    },
    "way_to_meet": {"kind": "same", "field": "way_to_meet", "weight": "a little"},
    "gender": {
        "kind": "same",
        "field": "gender",
        "personal": "wants_same_gender",
        "missing": "exclude",
    },
}

# What a policy may read besides questions: a person's zone, the manager's observations, the
# person's own list; in a shared program their organisation, and those it competes with.
OBSERVED, WISHED = "observed", "wished"
# With a dash in front, which no question's key has.
ORGANISATION, RIVALS = "_organisation", "_rivals"
BESIDES = frozenset({"time_zone", OBSERVED, WISHED, ORGANISATION, RIVALS})
# Keys that a program's own questions cannot have.
RESERVED = BESIDES | {"id", "rounds_waited"}

# In every program that asks for what they read: peers stand close, and they can meet. Personal
# wishes last.
FIRST, LAST = ("stage",), ("hours", "way_to_meet", "gender")


@dataclass(frozen=True)
class Suggestion:
    """A question a program may ask."""

    key: str
    kind: Question.Kind
    seen_by: Question.Seen = Seen.MANAGER
    sensitive: bool = False
    step: str = "you"
    usual: bool = True
    required: bool = field(default=False)

    def words(self, language: str) -> dict[str, Any]:
        """Label, help and choices."""
        return {"help": "", "choices": [], **words(language)["questions"][self.key]}

    @property
    def label(self) -> str:
        """As managers read it."""
        return str(_words_here()["questions"][self.key]["label"])


STEPS = {
    "you": later("About you"),
    "hopes": later("What you hope for"),
    "give": later("What you can give"),
    "time": later("When you can meet"),
    "wishes": later("Your own wishes"),
}

QUESTIONS = (
    Suggestion("stage", Kind.NUMBER),
    Suggestion("function", Kind.TEXT, Seen.PARTNER),
    Suggestion("site", Kind.TEXT, Seen.PARTNER, usual=False),
    Suggestion("employer", Kind.TEXT, Seen.PARTNER, usual=False),
    Suggestion("competitors", Kind.SKILLS, Seen.MATCHING, usual=False),
    Suggestion("hopes", Kind.LONG, Seen.PARTNER, step="hopes"),
    Suggestion("success", Kind.LONG, Seen.PARTNER, step="hopes", usual=False),
    Suggestion("wants", Kind.SKILLS, Seen.PARTNER, step="hopes"),
    Suggestion("offers", Kind.SKILLS, Seen.PARTNER, step="give"),
    Suggestion("challenges", Kind.MANY, Seen.PARTNER, step="give"),
    Suggestion("interests", Kind.SKILLS, Seen.PARTNER, step="give", usual=False),
    Suggestion("languages", Kind.SKILLS, Seen.PARTNER, step="time", usual=False),
    Suggestion("way_to_meet", Kind.CHOICE, Seen.PARTNER, step="time"),
    Suggestion("hours", Kind.HOURS, step="time"),
    Suggestion("gender", Kind.TEXT, Seen.MATCHING, sensitive=True, step="wishes", usual=False),
    Suggestion(
        "wants_same_gender", Kind.YES_NO, Seen.MATCHING, sensitive=True, step="wishes", usual=False
    ),
)

# Letters that every program sends, in the order in which people get them.
LETTERS = (
    "message_invitation", "message_reminder", "message_accepted", "message_waiting", "message_draw", "message_not_drawn",
    "message_declined", "message_crossing", "message_voice", "message_introduction",
    "message_introduction_circle",
    "message_meeting_invitation", "message_meeting_change", "message_meeting_place",
    "message_meeting_cancellation", "message_meeting_reminder", "message_step", "message_break",
    "message_parted", "message_pulse", "message_after_meeting",
    "message_report",
)  # fmt: skip
# What care writes to people, in the order in which partnerships may come to it.
CARE = (
    "care_waiting", "care_waiting_peer", "care_silence", "care_moving", "care_clash", "care_unclear",
    "care_leaning_ask", "care_leaning_share", "care_talking_listen", "care_talking_talk",
    "care_no_click", "care_wrong_program", "care_together", "care_still", "care_help",
    "message_ended", "message_circle",
)  # fmt: skip
MATERIALS: tuple[tuple[str, Material.Kind], ...] = (
    ("agreement", Material.Kind.AGREEMENT),
    ("meeting_1", Material.Kind.MEETING),
    ("meeting_2", Material.Kind.MEETING),
    ("meeting_3", Material.Kind.MEETING),
    ("meeting_later", Material.Kind.MEETING),
    ("meeting_last", Material.Kind.MEETING),
    ("mentor_hat", Material.Kind.GUIDE),
    ("mentee_hat", Material.Kind.GUIDE),
    ("training_mentor", Material.Kind.TRAINING),
    ("training_mentee", Material.Kind.TRAINING),
    ("message_accepted", Material.Kind.MESSAGE),
    ("message_waiting", Material.Kind.MESSAGE),
    ("message_declined", Material.Kind.MESSAGE),
    ("message_reminder", Material.Kind.MESSAGE),
    ("message_voice", Material.Kind.MESSAGE),
    ("commitment", Material.Kind.COMMITMENT),
)


def derived_safeguards(objectives: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What the purpose moves: by safeguard, to what and the name of the objective it serves."""
    found: dict[str, tuple[str, str]] = {}
    for objective in OBJECTIVES:
        if objective.key in set(objectives):
            for name, value in objective.safeguards:
                # Of two objectives the one counts that asks for more.
                if name not in found or (value, found[name][0]) == ("early", "usual"):
                    found[name] = (value, objective.name)
    return found


def criteria_for(
    objectives: Sequence[str],
    asked: Iterable[str],
    *,
    language: str = "en",
    extra: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Criteria that follow from objectives and from what is asked, most important first.

    A criterion whose questions are not asked is left out.
    """
    chosen = [c for o in OBJECTIVES if o.key in objectives for c in o.criteria]
    keys = dict.fromkeys([*FIRST, *chosen, *extra, *LAST])
    names, known = words(language)["criteria"], {*asked, *BESIDES}
    return [
        CRITERIA[key] | {"name": names[key]} for key in keys if columns_of(CRITERIA[key]) <= known
    ]


def derive_policy(
    objectives: Sequence[str],
    asked: Iterable[str],
    *,
    language: str = "en",
    extra: Iterable[str] = (),
) -> dict[str, Any]:
    """The policy that follows from a program's objectives and the questions it asks."""
    return {
        "criterion": criteria_for(objectives, asked, language=language, extra=extra),
        "objective": {"place": "everyone", "reciprocal": "harmonic"},
    }


def with_format(policy: dict[str, Any], *, trios: bool, size: tuple[int, int]) -> dict[str, Any]:
    """The policy for pairs or for circles; aims that are for pairs alone go with them."""
    objective = dict(policy.get("objective", {})) | {"trios": trios, "size": list(size)}
    if size != (2, 2):
        objective["place"] = "everyone"
        for name in ("minimum", "raise_floor"):
            objective.pop(name, None)
    return {**policy, "objective": objective}


def columns_of(criterion: dict[str, Any]) -> set[str]:
    """Questions a criterion reads."""
    names = ("field", "wants", "offers", "zone", "personal", "competitors", "refused", "company")
    return {criterion[n] for n in names if criterion.get(n)}


def key_of(criterion: dict[str, Any]) -> str:
    """Key of the library's criterion that this is, whatever its weight; empty for another."""
    for key, c in CRITERIA.items():
        if c["kind"] == criterion["kind"] and columns_of(c) == columns_of(criterion):
            return key
    return ""


def serves(criterion: dict[str, Any], objectives: Iterable[str] | None = None) -> str:
    """Name of the objective a criterion serves, among these where given; empty for none."""
    key = key_of(criterion)
    for objective in OBJECTIVES:
        if key in objective.criteria and (objectives is None or objective.key in objectives):
            return objective.name
    return ""


def exchange_of(policy: dict[str, Any]) -> tuple[str, str]:
    """Keys of the questions that hold what people want and what they offer."""
    criteria: list[dict[str, Any]] = policy.get("criterion", [])
    for criterion in criteria:
        if criterion["kind"] == "exchange":
            return str(criterion["wants"]), str(criterion["offers"])
    return "wants", "offers"
