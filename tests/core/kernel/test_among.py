"""Many values are compared as few are: the same records, whatever stands in the values."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core import records
from core.among import FEW, among
from core.registry import current as registry
from core.testing import Site
from tests.core.transfer.steps import CONTACT

NAMES = ["سارا احمدی", "O'Brien \"Q\"", "back\\slash", "{x,\"y\"}", "a,b;c", "100%", "\U0001f600"]


@pytest.mark.parametrize("more", [0, 3 * FEW])
def test_texts_and_numbers_are_found_among_few_and_many(site: Site, more: int) -> None:
    table = registry().entity(CONTACT).table
    with site.unit() as opened:
        opened.begin_write()
        ids = [records.create(CONTACT, name=name, email=f"n{place}@example.com").id
               for place, name in enumerate(NAMES)]
        others = [f"nobody {number}" for number in range(more)]
        by_name = sa.select(table.c.id).where(among(table.c.name, [*NAMES[1:], *others])).order_by(table.c.id)
        assert list(opened.execute(by_name).scalars()) == ids[1:]
        by_id = sa.select(table.c.name).where(among(table.c.id, [*ids[:3], *range(10**6, 10**6 + more)]))
        assert sorted(opened.execute(by_id).scalars()) == sorted(NAMES[:3])
        nobody = sa.select(table.c.id).where(among(table.c.name, others))
        assert opened.execute(nobody).all() == []


def test_a_long_list_is_one_parameter(site: Site) -> None:
    """Otherwise each value costs, on PostgreSQL more than looking for it."""
    table = registry().entity(CONTACT).table
    with site.unit() as opened:
        condition = among(table.c.email, [f"{number}@example.com" for number in range(5000)])
        made = sa.select(table.c.id).where(condition).compile(
            opened.connection, compile_kwargs={"render_postcompile": True})
    assert len(made.params) == 1
