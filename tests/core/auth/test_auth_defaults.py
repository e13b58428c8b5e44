"""What a new database begins with: an organisation, four roles, the first administrator."""

import pytest
import sqlalchemy as sa

from core.actor import ALL, NONE, OWN, SUBTEAMS, SYSTEM
from core.auth import accounts, defaults, rights
from core.auth.models import Organisation, Role, User, role_grant
from core.registry import current
from tests.core.auth.world import PASSWORD

NAMES = ["administrator", "sales_manager", "sales_representative", "read_only"]


def _granted(site, key):
    statement = sa.select(role_grant.c.permission, role_grant.c.scope).join(Role, Role.id == role_grant.c.role_id)
    return dict(site.company.all(statement.where(Role.key == key)))


def test_a_new_site_has_one_organisation_four_roles_and_an_administrator(site):
    assert site.company.count(Organisation.__table__) == 1
    assert [key for (key,) in site.company.all(sa.select(Role.key).order_by(Role.id))] == NAMES
    ((admin,),) = site.company.all(sa.select(User.id))
    actor = site.company.actor(admin)
    assert actor.is_admin
    assert len(actor.organisation_ids) == 1


@pytest.mark.parametrize(
    ("key", "view", "change", "export"),
    [("sales_manager", SUBTEAMS, SUBTEAMS, SUBTEAMS),
     ("sales_representative", OWN, OWN, NONE), ("read_only", ALL, NONE, NONE)],
)
def test_each_role_reaches_as_far_as_its_name_says(site, key, view, change, export):
    """P27: a representative sees his own, a head the team's; with contacts, which have an owner."""
    granted = _granted(site, key)
    assert granted.get("contacts.contact.view", NONE) == view
    assert granted.get("contacts.contact.change", NONE) == change
    assert granted.get("contacts.contact.export", NONE) == export
    assert granted["core.user.view"] == ALL
    assert "core.role.change" not in granted
    assert "core.user.change" not in granted


def test_a_head_assigns_the_teams_records_and_a_representative_does_not(site):
    assert _granted(site, "sales_manager")["contacts.contact.assign"] == SUBTEAMS
    assert "contacts.contact.assign" not in _granted(site, "sales_representative")


def test_an_administrator_needs_no_grants(site):
    assert _granted(site, "administrator") == {}


def test_look_ups_without_owner_are_seen_by_everyone_and_added_by_those_who_write(site):
    assert {key: _granted(site, key).get("contacts.tag.view") for key in NAMES[1:]} == dict.fromkeys(NAMES[1:], ALL)
    assert _granted(site, "sales_representative")["contacts.tag.add"] == ALL
    assert "contacts.tag.add" not in _granted(site, "read_only")


def test_repeating_it_changes_nothing(company):
    def everything():
        return [defaults.ensure_organisation("Waha"), defaults.ensure_roles(),
                defaults.ensure_first_admin("boss@example.com", PASSWORD)]  # fmt: skip

    first = company.do(everything)
    acts = len(company.acts())
    assert company.do(everything) == first
    assert len(company.acts()) == acts
    assert company.all(sa.select(User.email)) == [("boss@example.com",)]


def test_a_password_is_made_up_when_none_is_given_and_works(company):
    password = company.do(defaults.ensure_first_admin, "boss@example.com")
    made = company.sign_in("boss@example.com", password).session
    assert company.identify(made.token).actor.is_admin
    assert company.do(defaults.ensure_first_admin, "other@example.com") is None


def test_a_given_password_is_not_given_back(company):
    assert company.do(defaults.ensure_first_admin, "boss@example.com", PASSWORD) is None
    assert company.sign_in("boss@example.com", PASSWORD) is not None


def test_a_new_plugins_permissions_reach_the_default_roles(company):
    ids = company.do(defaults.ensure_roles)
    company.do(defaults.add_missing_grants, ["visits.visit.view", "visits.visit.change"])
    assert company.do(rights.grants_of, ids["read_only"])["visits.visit.view"] == ALL
    assert "visits.visit.change" not in company.do(rights.grants_of, ids["read_only"])


def test_what_an_administrator_took_away_is_not_given_again(company):
    ids = company.do(defaults.ensure_roles)
    company.do(defaults.add_missing_grants, ["visits.visit.view"])
    company.do(rights.set_role_grants, ids["read_only"], {"visits.visit.view": NONE})
    company.do(defaults.add_missing_grants, ["visits.visit.view"])
    assert "visits.visit.view" not in company.do(rights.grants_of, ids["read_only"])
    assert company.do(rights.grants_of, ids["sales_manager"])["visits.visit.view"] == ALL


def test_the_kernels_own_rights_stay_with_administrators(company):
    company.do(defaults.ensure_roles)
    granted = {name for (name,) in company.all(sa.select(role_grant.c.permission).distinct())}
    own = ("chat.use", "mass.change", "organisation.view", "team.view", "user.view")
    assert granted == {f"core.{name}" for name in own}
    assert "core.audit.view" in company.do(lambda: current().permissions)


def test_names_of_default_roles_are_shown_in_the_readers_language_until_renamed(company):
    role = defaults.DEFAULT_ROLES[1]
    assert defaults.shown_name("sales_manager", role.name.source) == str(role.name)
    assert defaults.shown_name("sales_manager", "Head of the north") == "Head of the north"
    assert defaults.shown_name(None, "Sales manager") == "Sales manager"
    assert defaults.shown_note("sales_manager", None) == ""


def test_accounts_made_by_the_system_work_in_no_organisation_unless_told(company):
    home = company.do(defaults.ensure_organisation)
    lost = company.do(accounts.create_user, "A", "a@example.com", PASSWORD, who=SYSTEM)
    told = company.do(accounts.create_user, "B", "b@example.com", PASSWORD, organisation_ids=[home], who=SYSTEM)
    assert company.actor(lost).organisation_ids == ()
    assert company.actor(told).organisation_ids == (home,)
