"""Users through the one write path: made, changed, switched off; what the guards refuse at every door."""

import pytest
import sqlalchemy as sa

from core import records
from core.actor import ALL, ANONYMOUS, SYSTEM
from core.audit.models import audit
from core.auth import accounts, rights, tokens
from core.auth.models import Organisation, Role, Team, User, credential, session, token
from core.errors import Forbidden, Invalid, Unauthenticated
from tests.core.auth.world import EVERYTHING, PASSWORD


@pytest.fixture
def admin(company):
    home = company.organisation()
    role = company.role("Administrator", is_admin=True)
    return company.actor(company.user("admin@example.com", roles=[role], organisations=[home]))


@pytest.fixture
def manager(company, admin):
    """May manage users, but is no administrator."""
    role = company.role(
        "Manager", {**EVERYTHING, "core.user.delete": ALL, "core.team.change": ALL, "core.team.add": ALL}
    )
    made = company.user("manager@example.com", roles=[role], organisations=admin.organisation_ids)
    return company.actor(made)


def _create(company, who, **values):
    values = {"name": "Sara", "email": "sara@example.com", "password": PASSWORD, **values}
    return company.do(
        accounts.create_user, values.pop("name"), values.pop("email"), values.pop("password"), who=who, **values
    )


class TestCreate:
    def test_a_new_user_signs_in_and_works_where_his_maker_works(self, company, admin):
        role = company.role("Rep", {"contacts.contact.view": ALL})
        user = _create(company, admin, role_ids=[role], language="fa")
        identity = company.identify(company.sign_in("sara@example.com", PASSWORD).session.token)
        assert identity.actor.id == user
        assert identity.actor.organisation_ids == admin.organisation_ids
        assert identity.actor.scope("contacts.contact.view") == ALL
        assert identity.display.chosen_language == "fa"
        assert identity.must_change_password is False

    def test_the_email_is_unique_whatever_its_letters(self, company, admin):
        _create(company, admin)
        with pytest.raises(Invalid) as refused:
            _create(company, admin, email="SARA@Example.com")
        assert set(refused.value.errors) == {"email"}

    def test_a_poor_password_leaves_no_user(self, company, admin):
        with pytest.raises(Invalid) as refused:
            _create(company, admin, password="password123")
        assert set(refused.value.errors) == {"password"}
        assert company.all(sa.select(User.email)) == [("admin@example.com",)]

    def test_without_a_password_nobody_signs_in(self, company, admin):
        _create(company, admin, password="")
        with pytest.raises(Unauthenticated):
            company.sign_in("sara@example.com", "")

    def test_it_needs_the_right(self, company, admin):
        rep = company.actor(company.user("rep@example.com", roles=[company.role(grants={"core.user.change": ALL})]))
        with pytest.raises(Forbidden):
            _create(company, rep)

    def test_everything_is_on_record_and_no_password_is(self, company, admin):
        user = _create(company, admin, role_ids=[company.role("Rep")])
        assert [(act[0], act[2], act[4]) for act in company.acts()] == [
            (admin.id, user, "create"), (admin.id, user, "rights_change"), (admin.id, user, "password_set"),
        ]  # fmt: skip
        assert PASSWORD not in str(company.all(sa.select(audit)))


class TestDisable:
    def test_sessions_and_tokens_end_at_once_and_for_good(self, company, admin):
        user = company.user(organisations=admin.organisation_ids)
        made, text = company.session(user), company.do(tokens.create, user, "write")
        company.do(accounts.disable_user, user, who=admin)
        assert company.identify(made.token) is None
        assert (company.count(session), company.count(token)) == (0, 0)
        company.do(records.update, User, user, {"active": True}, who=admin)
        assert company.identify(made.token) is None
        assert text

    def test_the_same_holds_for_every_other_door(self, company, admin):
        user = company.user(organisations=admin.organisation_ids)
        company.session(user)
        company.do(records.update, User, user, {"active": False}, who=admin)
        assert company.count(session) == 0

    def test_deleting_a_user_ends_his_sessions_too(self, company, admin):
        user = company.user(organisations=admin.organisation_ids)
        made = company.session(user)
        company.do(records.delete, User, [user], who=admin)
        assert company.identify(made.token) is None
        assert company.count(session) == 0

    def test_the_last_administrator_can_be_neither_switched_off_nor_deleted(self, company, admin):
        for change in (lambda: accounts.disable_user(admin.id), lambda: records.delete(User, [admin.id])):
            with pytest.raises(Invalid):
                company.do(change, who=SYSTEM)
        assert company.actor(admin.id).is_admin

    def test_nobody_switches_himself_off_or_deletes_himself(self, company, admin):
        company.admin("second@example.com")
        for change in (lambda: accounts.disable_user(admin.id), lambda: records.delete(User, [admin.id])):
            with pytest.raises(Invalid):
                company.do(change, who=admin)


class TestTakeOver:
    """Whoever may change users must not become an administrator by it."""

    @pytest.mark.parametrize("values", [{"email": "mine@example.com"}, {"active": False}])
    def test_an_administrators_email_and_state_are_out_of_reach(self, company, admin, manager, values):
        company.admin("second@example.com")
        with pytest.raises(Invalid) as refused:
            company.do(records.update, User, admin.id, values, who=manager)
        assert set(refused.value.errors) == set(values)

    def test_so_are_his_password_and_his_account(self, company, admin, manager):
        company.admin("second@example.com")
        before = company.all(sa.select(credential.c.password_hash))
        with pytest.raises(Forbidden):
            company.do(accounts.set_user_password, admin.id, "another-lantern-43", who=manager)
        with pytest.raises(Invalid):
            company.do(records.delete, User, [admin.id], who=manager)
        assert company.all(sa.select(credential.c.password_hash)) == before

    def test_a_colleague_with_fewer_rights_is_within_reach(self, company, manager):
        user = company.user(organisations=manager.organisation_ids)
        company.do(records.update, User, user, {"email": "new@example.com"}, who=manager)
        company.do(accounts.set_user_password, user, "another-lantern-43", who=manager)
        made = company.sign_in("new@example.com", "another-lantern-43").session
        assert company.identify(made.token).must_change_password is True

    def test_a_role_does_not_become_almighty_through_the_record(self, company, admin, manager):
        role, boss = company.role(), company.do(rights.roles_of, admin.id).pop()
        for target, almighty in ((role, True), (boss, False)):
            with pytest.raises(Invalid) as refused:
                company.do(records.update, Role, target, {"is_admin": almighty}, who=manager)
            assert set(refused.value.errors) == {"is_admin"}

    def test_a_team_is_not_hung_below_ones_own(self, company, manager):
        mine, theirs = company.team("Mine"), company.team("Theirs")
        company.do(rights.set_user_teams, manager.id, [mine])
        head = company.actor(manager.id)
        with pytest.raises(Invalid) as refused:
            company.do(records.update, Team, theirs, {"parent_id": mine}, who=head)
        assert set(refused.value.errors) == {"parent_id"}


class TestGuards:
    def test_a_team_is_not_part_of_itself_at_any_depth(self, company, admin):
        top = company.team("Top")
        middle = company.team("Middle", top)
        bottom = company.team("Bottom", middle)
        for parent in (top, middle, bottom):
            with pytest.raises(Invalid):
                company.do(records.update, Team, top, {"parent_id": parent}, who=admin)
        company.do(records.update, Team, bottom, {"parent_id": top}, who=admin)
        assert company.all(sa.select(Team.parent_id).where(Team.id == bottom)) == [(top,)]

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "asia tehran"])
    @pytest.mark.parametrize("entity", [User, Organisation])
    def test_a_time_zone_has_to_exist(self, company, admin, entity, zone):
        record = admin.id if entity is User else admin.organisation_id
        with pytest.raises(Invalid) as refused:
            company.do(records.update, entity, record, {"timezone": zone}, who=admin)
        assert set(refused.value.errors) == {"timezone"}
        company.do(records.update, entity, record, {"timezone": "Asia/Tehran"}, who=admin)
        assert company.all(sa.select(entity.timezone).where(entity.id == record)) == [("Asia/Tehran",)]

    def test_an_administrators_role_is_deleted_by_administrators_only(self, company, admin, manager):
        spare = company.role("Spare", is_admin=True)
        company.do(rights.set_role_grants, company.all(sa.select(Role.id).where(Role.name == "Manager"))[0][0],
                   {"core.role.delete": ALL})  # fmt: skip
        with pytest.raises(Invalid):
            company.do(records.delete, Role, [spare], who=company.actor(manager.id))
        company.do(records.delete, Role, [spare], who=admin)

    def test_the_only_administrators_role_stays(self, company, admin):
        (role,) = company.do(rights.roles_of, admin.id)
        with pytest.raises(Invalid):
            company.do(records.delete, Role, [role], who=admin)
        assert company.actor(admin.id).is_admin

    def test_display_settings_do_not_make_all_processes_load_all_actors(self, company, admin):
        before = company.rights_stamp()
        company.do(records.update, User, admin.id, {"theme": "dark", "name": "Admin"}, who=admin)
        assert company.rights_stamp() == before


class TestOwnSettings:
    def test_everybody_changes_his_own_display_and_it_is_on_record(self, company, admin):
        user = company.user()
        company.do(accounts.change_own_settings, {"language": "ar", "digits": "arab"}, who=company.actor(user))
        assert company.all(sa.select(User.language, User.digits).where(User.id == user)) == [("ar", "arab")]
        assert company.acts() == [(user, "core.user", user, "sara", "update")]

    @pytest.mark.parametrize("values", [{"email": "x@example.com"}, {"active": False}, {"is_admin": True}, {"id": 1}])
    def test_nothing_else_of_himself(self, company, admin, values):
        user = company.user()
        before = company.all(sa.select(User.__table__))
        with pytest.raises(Forbidden):
            company.do(accounts.change_own_settings, values, who=company.actor(user))
        assert company.all(sa.select(User.__table__)) == before

    @pytest.mark.parametrize("values", [{"language": "de"}, {"calendar": "mayan"}, {"timezone": "Mars/Olympus"},
                                        {"week_start": "8"}, {"theme": "../x"}, {"name": ""}])  # fmt: skip
    def test_values_come_from_the_lists(self, company, admin, values):
        with pytest.raises(Invalid) as refused:
            company.do(accounts.change_own_settings, values, who=company.actor(company.user()))
        assert set(refused.value.errors) == set(values)

    def test_nobody_has_no_settings(self, company):
        with pytest.raises(Unauthenticated):
            company.do(accounts.change_own_settings, {"language": "ar"}, who=ANONYMOUS)
