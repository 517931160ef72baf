"""Holding rows while they are changed."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

M = TypeVar("M", bound=Model)


def held(rows: Manager[M] | QuerySet[M], *, skip: bool = False) -> QuerySet[M]:
    """The same rows, held from when they are read until the transaction ends.

    Without their key, so that what only names them, a new participant of a held program, say, need
    not wait; and without what is joined to them.

    Parameters
    ----------
    skip
        Leave out what another process holds, rather than wait for it.
    """
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=skip)
