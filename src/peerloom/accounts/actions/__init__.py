"""What may be done with organisations, people, roles and records."""

from peerloom.accounts.actions.people import (
    Newcomer,
    change_self,
    drop_out,
    ensure_participants,
    ensure_person,
    found_organisation,
    give_role,
    set_roles,
    sign_out_everywhere,
    speak,
    start_organisation,
    take_in,
)
from peerloom.accounts.actions.privacy import LONGEST, erase, forget_due, set_privacy
from peerloom.accounts.actions.records import RecordsRead, read_records

__all__ = [
    "LONGEST",
    "Newcomer",
    "RecordsRead",
    "change_self",
    "drop_out",
    "ensure_participants",
    "ensure_person",
    "erase",
    "forget_due",
    "found_organisation",
    "give_role",
    "read_records",
    "set_privacy",
    "set_roles",
    "sign_out_everywhere",
    "speak",
    "start_organisation",
    "take_in",
]
