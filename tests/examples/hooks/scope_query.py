"""Rows that some may not see, on every surface at once."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def scope_query(entity, actor, action):
    return [entity.table.c.city.is_distinct_from("Hidden")] if entity.name == "contacts.contact" else []
