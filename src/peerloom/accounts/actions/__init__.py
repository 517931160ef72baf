"""What may be done with organisations, people, roles and records."""

from peerloom.accounts.actions.people import (
    Newcomer,
    change_self,
    ensure_participants,
    ensure_person,
    found_organisation,
    give_role,
    set_roles,
    sign_out_everywhere,
    speak,
    start_organisation,
)
from peerloom.accounts.actions.records import RecordsRead, read_records

__all__ = [
    "Newcomer",
    "RecordsRead",
    "change_self",
    "ensure_participants",
    "ensure_person",
    "found_organisation",
    "give_role",
    "read_records",
    "set_roles",
    "sign_out_everywhere",
    "speak",
    "start_organisation",
]
