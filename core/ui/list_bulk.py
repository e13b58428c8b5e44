"""What may be done with many rows of a list at once."""

from __future__ import annotations

from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _
from core.merging import acting
from core.permissions import MASS_CHANGE, can, may_write
from core.registry import current as registry
from core.ui.board_fields import status_field
from core.ui.views_model import (
    BulkAction,
    Choice,
)


def bulk_actions(spec: EntitySpec) -> tuple[BulkAction, ...]:
    """What may be done with many rows at once: change owner, status, tags or any other field; export; delete."""
    found: list[BulkAction] = []
    may_change_many = can(MASS_CHANGE)
    if may_change_many and can(f"{spec.name}.change"):
        found += [_bulk_field(spec, f) for f in spec.fields.values() if is_settable_at_once(spec, f)]
        found.append(BulkAction("change", str(_("Change a field")), "pencil"))
    if spec.meta.duplicates and can(f"{spec.name}.change") and can(f"{spec.name}.delete"):
        found.append(BulkAction("merge", str(_("Merge")), "git-merge", at_least=2, at_most=acting.MOST))
    if can(f"{spec.name}.export"):
        found.append(BulkAction("export", str(_("Export")), "download", download=True))
    if may_change_many and can(f"{spec.name}.delete"):
        found.append(
            BulkAction(
                "delete",
                str(_("Delete")),
                "trash",
                danger=True,
                confirm=str(_("Delete the selected records ({n})? They move to the trash.", n="{n}")),
            )
        )
    return tuple(found)


def is_settable_at_once(spec: EntitySpec, f: FieldSpec) -> bool:
    """Whether the reader may give many rows one value of this field: owner, status, tags."""
    if f.system or f.readonly:
        return False
    if f.name == "owner_id":
        return may_write(f) and can(f"{spec.name}.assign")
    is_status = f.type.name == "choice" and f.name == status_field(spec)
    return (is_status or f.type.name == "tags") and may_write(f)


def _bulk_field(spec: EntitySpec, f: FieldSpec) -> BulkAction:
    if f.name == "owner_id":
        return BulkAction(f.name, str(_("Change person in charge")), "user-edit", search_href="/core/user/options")
    if f.type.name == "tags":
        return BulkAction(f.name, str(_("Add tag")), "tag", search_href=f"{registry().entity(f.target).path}/options",
                          create_allowed=can(f"{f.target}.add"))
    choices = tuple(Choice(choice.value, str(choice.label), hue=choice.hue) for choice in f.offered())
    return BulkAction(f.name, str(_("Change status")), "circle-dot", choices=choices)
