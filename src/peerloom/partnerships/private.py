"""The safe of a partnership: what partners write is sealed with a key of their own."""

from __future__ import annotations

from typing import cast

from peerloom.core.encryption import Safe, new_wrapped_key, safe_of
from peerloom.partnerships.models import Partnership, PartnershipKey


def safe(partnership: Partnership) -> Safe:
    """The partnership's safe; its key is made when it is first needed, once."""
    try:
        key = partnership.sealing
    except PartnershipKey.DoesNotExist:
        key, _ = PartnershipKey.objects.get_or_create(
            partnership=partnership, defaults={"wrapped": new_wrapped_key()}
        )
    return safe_of(cast(bytes, key.wrapped))
