"""Stars that users give to records, in a table of the plugin's own: they go along when records become one."""

import sqlalchemy as sa

from core.api import Manifest, RecordTable, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0")

stars = sa.Table(
    "example_star",
    sa.MetaData(),
    sa.Column("entity", sa.String(80), primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
)


@hookimpl
def register_record_tables():
    return [RecordTable(stars, "user_id", label=_("Stars"))]
