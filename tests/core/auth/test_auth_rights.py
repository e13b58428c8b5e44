"""Changing rights: they hold at once, are on record, and nobody gives more than he has (P27, SEC-29)."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from core.actor import ALL, NONE, OWN, SUBTEAMS, TEAM
from core.audit.models import audit
from core.auth import rights
from core.auth.actors import merge_grants
from core.auth.models import role_grant
from core.errors import Forbidden, Invalid, NotFound
from tests.core.auth.world import EVERYTHING

PERMISSIONS = st.sampled_from(["a.b.view", "a.b.change", "a.b.delete", "c.d.view"])
GRANTS = st.lists(st.tuples(PERMISSIONS, st.integers(NONE, ALL)), max_size=12)


@given(GRANTS)
def test_merged_grants_are_the_widest_of_each_permission(rows):
    merged = merge_grants(rows)
    assert all(merged.get(name, NONE) >= scope for name, scope in rows)
    assert all((name, scope) in rows for name, scope in merged.items())
    assert NONE not in merged.values()


@given(GRANTS, GRANTS)
def test_another_role_never_takes_anything_away(first, second):
    alone, both = merge_grants(first), merge_grants([*first, *second])
    assert all(both[name] >= scope for name, scope in alone.items())
    assert merge_grants([*second, *first]) == both


@given(st.lists(st.tuples(PERMISSIONS, st.integers(-5, 99)), max_size=5))
def test_nonsense_in_the_table_is_never_more_than_all(rows):
    assert set(merge_grants(rows).values()) <= {OWN, TEAM, SUBTEAMS, ALL}


@pytest.fixture
def home(company):
    return company.organisation()


@pytest.fixture
def admin(company, home):
    return company.actor(company.admin())


@pytest.fixture
def manager(company, home):
    """May manage users and roles and see contacts, and nothing else."""
    role = company.role("Manager", {**EVERYTHING, "contacts.contact.view": TEAM})
    return company.actor(company.user("manager@example.com", roles=[role]))


class TestRoleGrants:
    def test_grants_are_set_changed_and_taken_away(self, company, admin):
        role = company.role(grants={"a.b.view": OWN, "a.b.change": OWN, "kept.by.all": TEAM})
        company.do(rights.set_role_grants, role, {"a.b.view": ALL, "a.b.change": NONE, "a.b.add": ALL}, who=admin)
        rows = company.all(sa.select(role_grant.c.permission, role_grant.c.scope))
        assert dict(rows) == {"a.b.view": ALL, "a.b.add": ALL, "kept.by.all": TEAM}

    def test_the_change_raises_the_stamp_and_is_on_record(self, company, admin):
        role, before = company.role("Sales", {"a.b.view": OWN}), company.rights_stamp()
        company.do(rights.set_role_grants, role, {"a.b.view": ALL, "a.b.add": NONE}, who=admin)
        assert company.rights_stamp() == before + 1
        assert company.acts() == [(admin.id, "core.role", role, "Sales", "rights_change")]
        ((changes,),) = company.all(sa.select(audit.c.changes))
        assert json.loads(changes) == {"a.b.view": ["own", "all"]}

    def test_no_change_leaves_no_record(self, company, admin):
        role = company.role(grants={"a.b.view": OWN})
        company.do(rights.set_role_grants, role, {"a.b.view": OWN}, who=admin)
        assert company.acts() == []

    @pytest.mark.parametrize("scope", [-1, 5, 99])
    def test_there_are_five_scopes(self, company, admin, scope):
        with pytest.raises(Invalid):
            company.do(rights.set_role_grants, company.role(), {"a.b.view": scope}, who=admin)

    def test_a_role_that_does_not_exist(self, company, admin):
        with pytest.raises(NotFound):
            company.do(rights.set_role_grants, 999, {"a.b.view": ALL}, who=admin)

    def test_it_needs_the_right_to_change_roles(self, company):
        role = company.role()
        rep = company.actor(company.user(roles=[company.role(grants={"core.role.view": ALL})]))
        with pytest.raises(Forbidden):
            company.do(rights.set_role_grants, role, {"a.b.view": OWN}, who=rep)
        assert company.all(sa.select(role_grant.c.permission)) == [("core.role.view",)]

    def test_nobody_gives_more_than_he_has(self, company, manager):
        role = company.role()
        company.do(rights.set_role_grants, role, {"contacts.contact.view": TEAM}, who=manager)
        for grants in ({"contacts.contact.view": ALL}, {"contacts.contact.delete": OWN}):
            with pytest.raises(Forbidden):
                company.do(rights.set_role_grants, role, grants, who=manager)
        found = company.all(sa.select(role_grant.c.scope).where(role_grant.c.role_id == role))
        assert found == [(TEAM,)]

    def test_nobody_takes_away_more_than_he_has(self, company, manager):
        role = company.role(grants={"contacts.contact.view": ALL})
        with pytest.raises(Forbidden):
            company.do(rights.set_role_grants, role, {"contacts.contact.view": NONE}, who=manager)


class TestUserRoles:
    def test_roles_are_replaced_and_the_names_are_on_record(self, company, admin):
        old, new = company.role("Old"), company.role("New")
        user = company.user(roles=[old])
        company.do(rights.set_user_roles, user, [new], who=admin)
        assert company.do(rights.roles_of, user) == {new}
        assert company.acts() == [(admin.id, "core.user", user, "sara", "rights_change")]
        ((changes,),) = company.all(sa.select(audit.c.changes))
        assert json.loads(changes) == {"roles": [["Old"], ["New"]]}

    def test_a_role_that_does_not_exist_is_refused(self, company, admin):
        with pytest.raises(Invalid) as refused:
            company.do(rights.set_user_roles, company.user(), [999], who=admin)
        assert set(refused.value.errors) == {"roles"}

    def test_only_an_administrator_makes_an_administrator(self, company, manager):
        boss = company.role("Boss", is_admin=True)
        user = company.user()
        for target in (user, manager.id):
            with pytest.raises(Forbidden):
                company.do(rights.set_user_roles, target, [boss], who=manager)
        assert company.do(rights.roles_of, user) == set()

    def test_only_an_administrator_removes_an_administrator(self, company, admin, manager):
        company.admin("second@example.com")
        with pytest.raises(Forbidden):
            company.do(rights.set_user_roles, admin.id, [], who=manager)

    def test_nobody_gives_a_role_that_may_do_more_than_he(self, company, manager):
        strong = company.role("Strong", {"contacts.contact.delete": ALL})
        weak = company.role("Weak", {"contacts.contact.view": OWN})
        user = company.user()
        company.do(rights.set_user_roles, user, [weak], who=manager)
        with pytest.raises(Forbidden):
            company.do(rights.set_user_roles, user, [weak, strong], who=manager)
        assert company.do(rights.roles_of, user) == {weak}

    def test_the_last_administrator_stays(self, company, admin):
        with pytest.raises(Invalid):
            company.do(rights.set_user_roles, admin.id, [], who=admin)
        second = company.admin("second@example.com")
        company.do(rights.set_user_roles, admin.id, [], who=admin)
        assert company.actor(second).is_admin
        assert not company.actor(admin.id).is_admin

    def test_a_disabled_administrator_does_not_count_as_the_last_one(self, company, admin):
        company.user("off@example.com", roles=[company.role(is_admin=True)], active=False)
        with pytest.raises(Invalid):
            company.do(rights.set_user_roles, admin.id, [], who=admin)

    def test_it_needs_the_right_to_change_users(self, company):
        rep = company.actor(company.user(roles=[company.role(grants={"core.user.view": ALL})]))
        for change in (rights.set_user_roles, rights.set_user_teams, rights.set_user_organisations):
            with pytest.raises(Forbidden):
                company.do(change, rep.id, [], who=rep)


class TestTeamsAndOrganisations:
    def test_teams_decide_whose_records_are_covered(self, company, admin):
        team, user = company.team(), company.user()
        company.do(rights.set_user_teams, user, [team], who=admin)
        assert company.actor(user).team_ids == (team,)
        company.do(rights.set_user_teams, user, [], who=admin)
        assert company.actor(user).team_ids == ()

    def test_nobody_joins_a_team_he_does_not_cover(self, company, manager):
        team = company.team()
        with pytest.raises(Forbidden):
            company.do(rights.set_user_teams, manager.id, [team], who=manager)

    def test_a_head_moves_people_within_his_teams(self, company, home):
        top = company.team("Top")
        below = company.team("Below", top)
        role = company.role(grants=EVERYTHING)
        head = company.actor(company.user("head@example.com", roles=[role], teams=[top]))
        user = company.user()
        company.do(rights.set_user_teams, user, [below], who=head)
        assert company.do(rights.teams_of, user) == {below}

    def test_the_border_of_an_organisation_is_crossed_by_administrators_only(self, company, home, manager, admin):
        user = company.user()
        foreign = company.organisation("Foreign")
        with pytest.raises(Forbidden):
            company.do(rights.set_user_organisations, user, [foreign], who=manager)
        assert company.do(rights.organisations_of, user) == {home}
        company.do(rights.set_user_organisations, user, [foreign], who=admin)
        assert company.do(rights.organisations_of, user) == {foreign}


class TestIsBeyond:
    """Whoever may change somebody's email or password could become him."""

    def test_an_administrator_is_beyond_everyone_else(self, company, admin, manager):
        assert company.do(rights.is_beyond, admin.id, manager)
        assert not company.do(rights.is_beyond, manager.id, admin)

    def test_a_wider_grant_is_beyond_and_a_narrower_one_is_not(self, company, manager):
        wide = company.user("a@example.com", roles=[company.role(grants={"contacts.contact.view": ALL})])
        narrow = company.user("b@example.com", roles=[company.role(grants={"contacts.contact.view": OWN})])
        assert company.do(rights.is_beyond, wide, manager)
        assert not company.do(rights.is_beyond, narrow, manager)

    def test_nobody_is_beyond_himself(self, company, manager):
        assert not company.do(rights.is_beyond, manager.id, manager)


def test_rights_of_people_beyond_the_border_are_out_of_reach(company, manager):
    """Whoever may change users may do so with those he sees, not by guessing ids."""
    company.organisation("Foreign")
    stranger = company.user("stranger@example.com", organisations=[company.organisation("Other")])
    for change in (rights.set_user_roles, rights.set_user_teams, rights.set_user_organisations):
        with pytest.raises(NotFound):
            company.do(change, stranger, [], who=manager)
    own = {**EVERYTHING, "core.user.change": OWN}
    narrow = company.actor(company.user("narrow@example.com", roles=[company.role(grants=own)]))
    with pytest.raises(NotFound):
        company.do(rights.set_user_roles, manager.id, [], who=narrow)
