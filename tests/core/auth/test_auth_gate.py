"""The gate: one query says who asks, what he may do, how to show it, and whether anything has changed."""

import dataclasses

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from core.actor import ALL, OWN, TEAM
from core.audit.models import head
from core.auth import gate, rights, tokens
from core.auth.actors import load_actor
from core.auth.models import Organisation, Role, Team, User, role_grant, user_role
from core.db import make_engine
from core.plugin.models import stamp
from tests.core.auth import world


@pytest.fixture
def statements(company):
    """The statements sent to the database, in order."""
    sent = []
    event.listen(company.engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    return sent


def test_one_query_identifies_a_session(company, statements):
    made = company.session(company.user(roles=[company.role(grants={"a.b.view": OWN})]))
    with company.engine.connect() as connection:
        first = gate.identify_session(connection, made.token)
        statements.clear()
        second = gate.identify_session(connection, made.token)
    assert len([sql for sql in statements if not sql.startswith("BEGIN")]) == 1
    assert second == first
    assert second.actor is first.actor


def test_one_query_identifies_a_token(company, statements):
    text = company.do(tokens.create, company.user(), "read")
    with company.engine.connect() as connection:
        gate.identify_token(connection, text)
        statements.clear()
        assert gate.identify_token(connection, text) is not None
    assert len([sql for sql in statements if not sql.startswith("BEGIN")]) == 1


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


def test_the_query_reads_by_key_alone(company, statements):
    """No table is read through, so the gate costs the same in a large company."""
    company.identify(company.session(company.user()).token)
    sent = []
    event.listen(company.engine, "before_cursor_execute", lambda *a: sent.append(a[2:4]))
    company.identify("x" * 43)
    sql, values = next(one for one in sent if "core_session" in one[0])
    with company.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # With a handful of rows it would read the whole table, which says nothing about a large one.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(EXPLAIN[connection.dialect.name] + sql, values).all()
    lines = [str(row[-1]) for row in plan]
    assert any("core_session" in line or "sqlite_autoindex" in line for line in lines)
    assert [line for line in lines if line.startswith("SCAN") or "Seq Scan" in line] == []


def test_the_stamps_and_the_number_of_the_last_change_come_along(company):
    made = company.session(company.user())
    company.execute(sa.update(stamp).where(stamp.c.name == "registry").values(value=7))
    company.execute(sa.update(head).values(seq=123))
    identity = company.identify(made.token)
    assert (identity.registry_stamp, identity.change_number) == (7, 123)
    assert identity.rights_stamp == company.rights_stamp()


def test_a_database_without_stamps_still_answers(company):
    made = company.session(company.user())
    company.execute(sa.delete(stamp))
    company.execute(sa.delete(head))
    identity = company.identify(made.token)
    assert (identity.registry_stamp, identity.rights_stamp, identity.change_number) == (0, 0, 0)


def test_new_rights_hold_from_the_next_request_on(company):
    role = company.role(grants={"contacts.contact.view": OWN})
    made = company.session(company.user(roles=[role]))
    company.admin()
    assert company.identify(made.token).actor.scope("contacts.contact.view") == OWN
    company.do(rights.set_role_grants, role, {"contacts.contact.view": ALL})
    assert company.identify(made.token).actor.scope("contacts.contact.view") == ALL


def test_actors_are_kept_until_the_stamp_changes(company):
    role = company.role(grants={"contacts.contact.view": OWN})
    made = company.session(company.user(roles=[role]))
    company.identify(made.token)
    company.execute(sa.update(role_grant).values(scope=ALL))
    assert company.identify(made.token).actor.scope("contacts.contact.view") == OWN
    company.do(rights.bump)
    assert company.identify(made.token).actor.scope("contacts.contact.view") == ALL


def test_a_new_name_shows_at_once(company):
    user = company.user()
    made = company.session(user)
    company.identify(made.token)
    company.execute(sa.update(User.__table__).where(User.id == user).values(name="سارة", email="s@example.com"))
    actor = company.identify(made.token).actor
    assert (actor.name, actor.email) == ("سارة", "s@example.com")


def test_actors_of_two_databases_are_not_mixed_up(company, database_kind, copied_database):
    other = world.World(make_engine(copied_database(database_kind, "auth", world.prepare)))
    here, there = company.user("sara@example.com"), other.user("ali@example.com")
    assert here == there
    assert company.identify(company.session(here).token).actor.name == "sara"
    assert other.identify(other.session(there).token).actor.name == "ali"
    other.engine.dispose()


def test_the_widest_scope_of_all_roles_holds(company):
    narrow = company.role("Narrow", {"a.b.view": OWN, "a.b.change": TEAM})
    wide = company.role("Wide", {"a.b.view": ALL})
    actor = company.actor(company.user(roles=[narrow, wide]))
    assert dict(actor.grants) == {"a.b.view": ALL, "a.b.change": TEAM}
    assert not actor.is_admin


def test_a_deleted_role_grants_nothing(company):
    role = company.role(grants={"a.b.view": ALL}, is_admin=True)
    user = company.user(roles=[role])
    assert company.actor(user).is_admin
    company.execute(sa.update(Role.__table__).values(deleted_at=sa.func.current_timestamp()))
    actor = company.actor(user)
    assert not actor.is_admin
    assert dict(actor.grants) == {}


def test_teams_below_ones_own_are_covered_at_any_depth(company):
    top = company.team("Sales")
    middle = company.team("North", top)
    bottom = company.team("North-East", middle)
    company.team("Support")
    head_of_sales = company.actor(company.user("head@example.com", teams=[top]))
    rep = company.actor(company.user("rep@example.com", teams=[bottom]))
    assert head_of_sales.team_ids == (top, middle, bottom)
    assert (head_of_sales.own_team_ids, rep.own_team_ids, rep.team_ids) == ((top,), (bottom,), (bottom,))


def test_a_circle_of_teams_ends(company):
    first = company.team("One")
    second = company.team("Two", first)
    company.execute(sa.update(Team.__table__).where(Team.id == first).values(parent_id=second))
    assert company.actor(company.user(teams=[first])).team_ids == (first, second)


def test_a_session_works_in_its_organisation_while_the_user_belongs_to_it(company):
    waha, noor = company.organisation("Waha"), company.organisation("Noor", currency="IRR")
    company.organisation("Foreign")
    user = company.user(organisations=[waha, noor])
    made = company.session(user, noor)
    identity = company.identify(made.token)
    assert identity.actor.organisation_id == noor
    assert (identity.actor.organisation_ids, identity.actor.is_narrowed) == ((noor,), True)
    assert identity.actor.organisations == ((waha, "Waha"), (noor, "Noor"))
    assert (identity.organisation_name, identity.currency) == ("Noor", "IRR")
    company.admin()
    company.do(rights.set_user_organisations, user, [waha])
    assert company.identify(made.token).actor.organisation_id == waha
    assert company.identify(made.token).organisation_name == "Waha"


@pytest.mark.parametrize("foreign", [True, False])
def test_a_session_never_works_in_a_foreign_or_deleted_organisation(company, foreign):
    waha, noor = company.organisation("Waha"), company.organisation("Noor")
    user = company.user(organisations=[waha] if foreign else [waha, noor])
    if not foreign:
        gone = sa.update(Organisation.__table__).where(Organisation.id == noor)
        company.execute(gone.values(deleted_at=sa.func.current_timestamp()))
    actor = company.identify(company.session(user, noor).token).actor
    assert (actor.organisation_id, actor.organisation_ids) == (waha, (waha,))


def test_a_user_without_organisation_has_none(company):
    identity = company.identify(company.session(company.user()).token)
    assert identity.actor.organisation_id is None
    assert identity.organisation_name == ""


def test_a_disabled_user_is_no_actor_for_jobs_either(company):
    user = company.user(active=False)
    with company.engine.connect() as connection:
        assert load_actor(connection, user) is None
        assert load_actor(connection, 999) is None


def test_an_identity_cannot_be_changed(company):
    identity = company.identify(company.session(company.user()).token)
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.csrf_token = "x"


def test_a_role_taken_away_is_gone_from_the_next_request_on(company):
    role = company.role(is_admin=True)
    user = company.user(roles=[role])
    company.admin("other@example.com")
    made = company.session(user)
    assert company.identify(made.token).actor.is_admin
    company.do(rights.set_user_roles, user, [])
    assert not company.identify(made.token).actor.is_admin
    assert company.all(sa.select(user_role.c.role_id).where(user_role.c.user_id == user)) == []
