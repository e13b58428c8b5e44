"""A column of the contacts' list that the plugin computes: how long the name is."""

import sqlalchemy as sa

from core.api import ComputedField, Manifest, _, fields, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_computed_fields():
    return [ComputedField("contacts.contact", "name_length", fields.number(_("Length of the name"), filter=True),
                          sql=lambda table, _entity: sa.func.length(table.c.name))]
