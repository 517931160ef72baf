"""What is asked of programs' designs; each starts from the person who asks."""

from peerloom.programs.consequences import Consequences, Part, consequences
from peerloom.programs.messages import (
    care_messages,
    letter_messages,
    message_words,
    unasked_said,
)
from peerloom.programs.queries.offers import (
    Offer,
    design_from,
    managed_programs,
    offers_for,
    poster_of,
    public_program,
    sponsored_programs,
)
from peerloom.programs.queries.sharing import (
    FIGURES,
    GOALS,
    Field,
    crossing,
    fields_of,
    invitations_for,
    is_shared,
    joined_parts,
    looked_after,
    organisations_in,
    rivals_among,
    shared_with,
    side_of,
    team_programs,
)
from peerloom.programs.safeguards import SIGNALS, WHEN, SafeguardChoice, safeguards_of
from peerloom.programs.training import TrainingError, read_training

__all__ = [
    "FIGURES",
    "GOALS",
    "SIGNALS",
    "WHEN",
    "Consequences",
    "Field",
    "Offer",
    "Part",
    "SafeguardChoice",
    "TrainingError",
    "care_messages",
    "consequences",
    "crossing",
    "design_from",
    "fields_of",
    "invitations_for",
    "is_shared",
    "joined_parts",
    "letter_messages",
    "looked_after",
    "managed_programs",
    "message_words",
    "offers_for",
    "organisations_in",
    "poster_of",
    "public_program",
    "read_training",
    "rivals_among",
    "safeguards_of",
    "shared_with",
    "side_of",
    "sponsored_programs",
    "team_programs",
    "unasked_said",
]
