"""What is given to a user, by whatever field names him: he hears of it, and not of what is taken back unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.entity.spec import EntitySpec
from core.notify import several
from core.notify.telling import notify


def tell_given(
    kind: str, entity: EntitySpec, field: str, changes: Iterable[Any],
    counts: Callable[[Any], bool] = lambda _change: True,
) -> None:  # fmt: skip
    """Tell whoever becomes the user in `field` of saved records; several of one batch are one notice.

    Only changes for which `counts` answers true are told of. What is taken from somebody who has not seen it yet is
    not told to him any more, and what he is given back was his before.
    """
    given: dict[int, list[int]] = {}
    taken: dict[int, list[int]] = {}
    for change in changes:
        if not change.changed(field):
            continue
        after, before = change.after.get(field), change.before.get(field)
        if before:
            taken.setdefault(before, []).append(change.id)
        if after and not change.is_former and counts(change):
            given.setdefault(after, []).append(change.id)
    several.take_back(kind, entity.name, taken)
    for user_id, ids in given.items():
        if len(ids) == 1:
            notify([user_id], kind, entity.name, ids[0])
        else:
            notify([user_id], kind, entity.name, href=f"{entity.path}?{field}={user_id}", count=len(ids), of=ids)
