"""What may be done with organisations, people, roles and records."""

from peerloom.accounts.actions.directory import (
    bring_back,
    drop_directory_token,
    enter,
    make_directory_token,
    organisation_of_token,
    put_out,
)
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
    "bring_back",
    "change_self",
    "drop_directory_token",
    "drop_out",
    "ensure_participants",
    "ensure_person",
    "enter",
    "erase",
    "forget_due",
    "found_organisation",
    "give_role",
    "make_directory_token",
    "organisation_of_token",
    "put_out",
    "read_records",
    "set_privacy",
    "set_roles",
    "sign_out_everywhere",
    "speak",
    "start_organisation",
    "take_in",
]
