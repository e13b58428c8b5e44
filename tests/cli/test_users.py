"""`diwan user` and `diwan token`, on both databases."""

import datetime as dt
import json
import re

from core.app import create_app
from core.auth.passwords import matches
from core.cli.output import print_json
from tests.support.installation import ADMIN


def _stored_hash(installation, email):
    return installation.value("SELECT password_hash FROM core_credential c JOIN core_user u ON u.id = c.user_id"
                              " WHERE u.email = :email", email=email)


def test_a_user_is_added_with_roles_and_a_password_shown_once(installed):
    done = installed.diwan("user", "add", "Mina@Example.com", "--name", "مینا", "--role", "sales_manager",
                           "--role", "Read-only")
    assert done.exit_code == 0
    password = re.search(r"^Password: (\S+)$", done.output, re.MULTILINE)[1]
    assert matches(_stored_hash(installed, "mina@example.com"), password)
    listed = json.loads(installed.diwan("user", "list", "--json").output)
    assert [one["email"] for one in listed] == [ADMIN, "mina@example.com"]
    assert listed[1]["roles"] == ["sales_manager", "read_only"]
    assert listed[1]["name"] == "مینا"


def test_a_program_reads_instants_as_the_api_writes_them(capsys):
    print_json([dt.datetime(2026, 3, 21, 3, 30, tzinfo=dt.timezone(dt.timedelta(hours=3.5)))])
    assert json.loads(capsys.readouterr().out) == ["2026-03-21T00:00:00Z"]


def test_a_given_password_is_not_printed(installed_sqlite):
    done = installed_sqlite.diwan("user", "add", "a@example.com", "--password", "seven-brass-kettles")
    assert done.exit_code == 0
    assert "kettles" not in done.output
    assert "no role yet" in done.output
    assert matches(_stored_hash(installed_sqlite, "a@example.com"), "seven-brass-kettles")


def test_what_cannot_be_added_is_refused_with_nothing_left(installed):
    for arguments, reason in (
        (("a@example.com", "--role", "emperor"), "sales_manager"),
        (("a@example.com", "--password", "short"), "10 characters"),
        (("no address",), "email"),
        ((ADMIN,), "email"),
    ):  # fmt: skip
        refused = installed.diwan("user", "add", *arguments)
        assert refused.exit_code == 1
        assert reason in refused.stderr
    assert installed.value("SELECT count(*) FROM core_user") == 1


def test_a_new_password_replaces_the_old_one(installed):
    before = _stored_hash(installed, ADMIN)
    done = installed.diwan("user", "password", ADMIN.upper())
    password = re.search(r"^Password: (\S+)$", done.output, re.MULTILINE)[1]
    assert _stored_hash(installed, ADMIN) != before
    assert matches(_stored_hash(installed, ADMIN), password)
    refused = installed.diwan("user", "password", "nobody@example.com")
    assert refused.exit_code == 1
    assert "nobody@example.com" in refused.stderr


def test_the_list_for_people_is_aligned(installed_sqlite):
    lines = installed_sqlite.diwan("user", "list").output.splitlines()
    assert lines[0].split() == ["Email", "Name", "Roles", "Active", "Last", "seen"]
    assert lines[1].index("administrator") == lines[0].index("Roles")


def test_a_token_is_printed_alone_and_opens_the_api(installed):
    done = installed.diwan("token", "create", ADMIN, "--scope", "read", "--days", "7", "--label", "nightly")
    assert re.fullmatch(r"diwan_\S+\n", done.output)
    client = create_app(installed.config).test_client()
    headers = {"Authorization": f"Bearer {done.output.strip()}"}
    assert client.get("/api/v1/contacts/contact", headers=headers).status_code == 200
    assert client.post("/api/v1/contacts/contact", headers=headers, json={"name": "x"}).status_code == 403


def test_every_change_is_on_record_as_coming_from_the_command_line(installed):
    installed.diwan("user", "add", "a@example.com", "--role", "read_only")
    installed.diwan("user", "password", "a@example.com")
    installed.diwan("token", "create", "a@example.com")
    rows = installed.rows("SELECT action, channel, actor_name, record_title FROM core_audit"
                          " WHERE record_title = 'a' ORDER BY id")
    assert {row[0] for row in rows} >= {"create", "rights_change", "password_set", "token_create"}
    assert {row[1:3] for row in rows} == {("cli", "Diwan")}
    assert installed.value("SELECT count(DISTINCT request_id) FROM core_audit WHERE record_title = 'a'") == 3
