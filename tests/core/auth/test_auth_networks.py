"""From where somebody may work: lists of networks of users and roles, at the door and on every request (P35)."""

import re
from contextlib import nullcontext

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from core import permissions, records
from core.actor import ALL, SYSTEM, Actor, acting
from core.audit.models import audit
from core.auth import networks
from core.auth.models import Role, User
from core.cli.users import networks_of
from core.errors import Invalid
from core.ops.streams.door import came_from
from core.ops.streams.door import read as read_request
from core.registry import current as registry
from tests.core.auth.world import PASSWORD

OFFICE, HOME = "192.0.2.7", "198.51.100.9"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("  ۱۹۲.۰.۲.۰/۲۴، 2001:DB8::/32؛2001:db8::1 ", "192.0.2.0/24, 2001:db8::/32, 2001:db8::1"),
        ("192.0.2.0/24 192.0.2.0/24", "192.0.2.0/24"),
        ("", ""),
    ],
)
def test_lists_are_kept_in_one_way_of_writing(text, kept):
    assert networks.written(networks.parse(text)) == kept


@pytest.mark.parametrize("text", ["office", "192.0.2.0/33", "192.0.2", "192.0.2.0/24 -", "http://192.0.2.1", "::g"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=re.escape(text.split()[-1])):
        networks.parse(text)


@pytest.mark.parametrize(
    ("lists", "address", "may"),
    [
        ([], "anything", True),
        (["192.0.2.0/24"], OFFICE, True),
        (["192.0.2.0/24"], f"::ffff:{OFFICE}", True),
        (["192.0.2.0/24"], HOME, False),
        (["192.0.2.0/24"], "", False),
        (["192.0.2.0/24"], "192.0.2.7, 10.0.0.1", False),
        (["2001:db8::/32"], "2001:db8:1::9", True),
        (["2001:db8::/32"], OFFICE, False),
        (["192.0.2.0/24", "192.0.2.7"], OFFICE, True),
        (["192.0.2.0/24", "198.51.100.0/24"], OFFICE, False),
    ],
)
def test_every_list_has_to_hold_the_address(lists, address, may):
    actor = Actor(1, "Sara", networks=tuple(networks.parse(one) for one in lists))
    assert actor.may_come_from(address) is may


def test_a_stream_comes_from_where_a_trusted_proxy_says():
    asked = read_request(b"GET /live/stream HTTP/1.1\r\nX-Forwarded-For: 10.9.9.9, 198.51.100.9\r\n\r\n")
    assert came_from(asked, ("127.0.0.1", 5), frozenset({"127.0.0.1"})) == HOME
    assert came_from(asked, ("192.0.2.7", 5), frozenset({"127.0.0.1"})) == OFFICE


def test_a_role_is_held_to_its_networks_at_the_door_in_sessions_and_by_tokens(site):
    clerk = site.company.role("Clerk", is_admin=True)
    sara = site.company.user("sara@example.com", roles=[clerk])
    # Refusals are remembered by the process, which has one application for both databases here.
    home = {"sqlite": HOME, "postgresql": "198.51.100.10"}[site.company.engine.dialect.name]
    admin, inside, outside = site.admin(), site.browser(OFFICE), site.browser(home)
    assert inside.sign_in("sara@example.com").status_code == 303
    assert outside.sign_in("sara@example.com").status_code == 303
    made = inside.post("/settings/me", {"intent": "token", "token_name": "x", "token_scope": "read", "token_days": ""})
    headers = {"Authorization": "Bearer " + re.search(r'id="new-token">([^<]+)<', made.get_data(as_text=True))[1]}
    admin.get(f"/settings/roles/{clerk}")
    wrong = admin.post(f"/settings/roles/{clerk}/log-in", {"networks": "the office"})
    assert wrong.status_code == 422
    assert 'value="the office"' in wrong.get_data(as_text=True)
    assert admin.post(f"/settings/roles/{clerk}/log-in", {"networks": "192.0.2.0/24"}).status_code == 303

    assert inside.get("/settings/me").status_code == 200
    assert inside.get("/api/v1/core/user", headers=headers).status_code == 200
    refused = outside.get("/settings/users")
    assert refused.status_code == 403
    assert "sara" not in refused.get_data(as_text=True).lower()
    assert 'href="/login"' in refused.get_data(as_text=True)
    by_token = outside.get("/api/v1/core/user", headers=headers)
    assert (by_token.status_code, by_token.get_json()["code"]) == (403, "network")
    assert outside.get("/login").status_code == 200, "somebody else may log in there"
    assert outside.sign_in("sara@example.com").status_code == 401
    assert outside.sign_in("sara@example.com", PASSWORD + "x").status_code == 401
    told = site.company.all(sa.select(audit.c.actor_id, audit.c.record_id, audit.c.address)
                            .where(audit.c.action == "network_refused").order_by(audit.c.id))  # fmt: skip
    # Two requests from one address within a minute are one refusal; that at the door is nobody's yet.
    assert [tuple(row) for row in told] == [(sara, sara, home), (None, sara, home)]


def test_nobody_locks_himself_out_and_a_command_lifts_the_list(site, monkeypatch):
    admin = site.admin()
    helper = site.company.user("helper@example.com", roles=[site.company.role("Helper", {"core.user.change": 4})])
    page = admin.post("/settings/roles/1/log-in", {"networks": "203.0.113.0/24"})
    assert page.status_code == 422
    assert OFFICE in page.get_data(as_text=True)
    strict = site.company.role("Strict")
    site.company.execute(sa.update(Role.__table__).where(Role.id == strict).values(networks="203.0.113.0/24"))
    own = admin.get("/settings/users/1").get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', own)[1]
    sent = {"name": "Admin", "email": "admin@example.com", "active": "1", "version": version}
    assert admin.post("/settings/users/1", {**sent, "roles": ["1", str(strict)]}).status_code == 422
    assert admin.post("/settings/users/1", {**sent, "roles": ["1"], "networks": HOME}).status_code == 422
    assert admin.post("/settings/users/1", {**sent, "roles": ["1"], "networks": OFFICE}).status_code == 303
    with pytest.raises(Invalid, match="administrator"):
        site.company.do(records.update, User, 1, {"networks": None}, who=site.company.actor(helper))
    assert site.browser(HOME).sign_in().status_code == 401
    monkeypatch.setattr("core.cli.users.opened", lambda: nullcontext(site.app.engine))
    with acting(SYSTEM):
        shown = CliRunner().invoke(networks_of, ["admin@example.com", "--lift"])
    assert shown.exit_code == 0, shown.output
    assert OFFICE in shown.output
    assert site.browser(HOME).sign_in().status_code == 303


def test_colleagues_do_not_read_from_where_somebody_may_work(company):
    looking = company.user("a@example.com", roles=[company.role("Looks", {"core.user.view": ALL})])
    cares = company.role("Cares", {"core.user.view": ALL, "core.user.change": ALL})
    caring = company.user("b@example.com", roles=[cares])
    spec = registry().of(User)
    assert "networks" not in permissions.readable(spec, company.actor(looking))
    assert "networks" in permissions.readable(spec, company.actor(caring))
