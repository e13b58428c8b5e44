"""What roles granted before sub-teams were a scope of their own is what they grant after the upgrade."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from core.db import make_engine
from core.plugin import migrate

#: (permission, scope as stored before, scope as stored since)
GRANTS = (("a.b.view", 1, 1), ("a.b.change", 2, 3), ("a.b.delete", 3, 4), ("core.user.view", 3, 4))


def test_scopes_keep_their_reach_and_many_changes_their_right(database_url: str) -> None:
    engine = make_engine(database_url)
    _upgrade(engine, "core_0002")
    with engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO core_role (id, version, name, is_admin, created_at, updated_at, name_sort_fa, name_sort_ar,"
            " name_sort_en) VALUES (1, 1, 'Old', :no, :at, :at, :key, :key, :key)"
        ), {"no": False, "at": "2026-01-01 00:00:00", "key": b""})  # fmt: skip
        for permission, before, _after in GRANTS:
            connection.execute(sa.text("INSERT INTO core_role_grant VALUES (1, :permission, :scope)"),
                               {"permission": permission, "scope": before})  # fmt: skip
    _upgrade(engine, "core_0003")
    with engine.connect() as connection:
        found = dict(connection.execute(sa.text("SELECT permission, scope FROM core_role_grant")).all())
    assert found == {**{permission: after for permission, _before, after in GRANTS}, "core.mass.change": 4}
    engine.dispose()


def _upgrade(engine: sa.Engine, to: str) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(migrate.KERNEL, migrate.versions_folder(None), connection), to)
