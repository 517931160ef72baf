"""What may be done with a program's design."""

from peerloom.programs.actions.holding import hold_program, hold_programs
from peerloom.programs.actions.materials import (
    remove_material,
    require_training,
    reword,
    write_material,
)
from peerloom.programs.actions.pulses import drop_pulse, write_pulse
from peerloom.programs.actions.purpose import (
    StatedKpi,
    change_purpose,
    create_program,
    follow_purpose,
    save_as_template,
    set_kpis,
    start_from,
)
from peerloom.programs.actions.questions import (
    add_question,
    ask_again,
    choose_questions,
    move_question,
    stop_asking,
    write_question,
)
from peerloom.programs.actions.running import (
    change_format,
    close_over,
    open_program,
    set_policy,
    start_running,
)
from peerloom.programs.actions.safeguarding import set_safeguards
from peerloom.programs.actions.sharing import (
    bring_organisation,
    decline_invitation,
    invite_organisation,
    set_terms,
    split_off,
    take_back_invitation,
)

__all__ = [
    "StatedKpi",
    "add_question",
    "ask_again",
    "bring_organisation",
    "change_format",
    "change_purpose",
    "choose_questions",
    "close_over",
    "create_program",
    "decline_invitation",
    "drop_pulse",
    "follow_purpose",
    "hold_program",
    "hold_programs",
    "invite_organisation",
    "move_question",
    "open_program",
    "remove_material",
    "require_training",
    "reword",
    "save_as_template",
    "set_kpis",
    "set_policy",
    "set_safeguards",
    "set_terms",
    "split_off",
    "start_from",
    "start_running",
    "stop_asking",
    "take_back_invitation",
    "write_material",
    "write_pulse",
    "write_question",
]
