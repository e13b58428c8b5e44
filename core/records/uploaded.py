"""Files of a batch: tickets become what was uploaded, and nothing else becomes a file."""

from __future__ import annotations

from collections.abc import Iterable

from core.entity.spec import EntitySpec
from core.entity.types_file import ImageType, StoredFile, Ticket
from core.files.uploads import is_file, redeemed
from core.language.i18n import _
from core.records.change import Change


def resolve(spec: EntitySpec, changes: Iterable[Change]) -> None:
    """Put files in the place of their tickets; an error where there is none, or for a file the record never held."""
    fields = [f for f in spec.fields.values() if is_file(f)]
    for change in changes if fields else ():
        for f in fields:
            value = change.after.get(f.name)
            if value is None or value == change.before.get(f.name):
                continue
            if change.is_former and isinstance(value, StoredFile):
                continue
            found = redeemed(value, isinstance(f.type, ImageType)) if isinstance(value, Ticket) else None
            change.after[f.name] = found
            if found is None:
                change.error(f.name, _("Upload the file first, as an image where an image is asked for."))
