"""Stars that users give to records, in a table of the plugin's own: whoever leaves hands them over."""

import sqlalchemy as sa

from core.api import Belonging, Manifest, _, hookimpl, unit

manifest = Manifest("example", _("Example"), "1.0")

stars = sa.Table(
    "example_star",
    sa.MetaData(),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
)


def held(user_id):
    return list(unit().execute(sa.select(stars.c.record_id).where(stars.c.user_id == user_id)).scalars())


def give(ids, before, after):
    unit().begin_write()
    there = sa.select(stars.c.record_id).where(stars.c.user_id == after)
    mine = (stars.c.user_id == before, stars.c.record_id.in_(ids), stars.c.record_id.not_in(there))
    moved = sa.update(stars).where(*mine).values(user_id=after).returning(stars.c.record_id)
    return list(unit().execute(moved).scalars())


@hookimpl
def register_belongings():
    return [Belonging("example.stars", _("Stars"), held, give, icon="star")]
