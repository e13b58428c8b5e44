"""Records of any kind: what one may be about."""

from __future__ import annotations

from core.entity.spec import EntitySpec
from core.permissions import can
from core.registry import current as registry

#: Where records of every kind are looked up.
ANY_RECORD = "/options/record"


def kinds_of_record() -> list[EntitySpec]:
    """What the reader may point at: the searchable entities he may view, but none that is itself about a record."""
    return [spec for spec in registry().entities.values() if spec.is_searchable and can(f"{spec.name}.view")
            and not any(f.type.name == "any_record" for f in spec.fields.values())]
