"""Who may import, whose an import is, and what a file may not set (SEC-23, SEC-26, SEC-27)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import query
from core.actor import ALL, HIDDEN, NONE, OWN
from core.auth import accounts, rights
from core.errors import DiwanError, Forbidden, Invalid
from core.testing import Site
from core.transfer import commands, exporter, running
from core.transfer.models import imports
from core.transfer.pace import Step
from tests.core.transfer.steps import CONTACT, PATH, Wizard, csv_of, rows, text_of, work

TWO = csv_of("Name,Email", ["Sara,sara@example.com", "Omar,omar@example.com"])
#: Columns of the table that are nobody's to give.
SYSTEM = ("id", "version", "created_at", "updated_at", "created_by_id", "deleted_at", "organisation_id")


@pytest.mark.parametrize(("role", "may_import", "may_export"), [
    ("administrator", True, True), ("sales_manager", True, True), ("sales_representative", False, False),
    ("read_only", False, False),
])
def test_only_those_with_the_right_see_the_wizard_and_the_export(
    site: Site, role: str, may_import: bool, may_export: bool
) -> None:
    client = site.client(site.user(f"{role}@example.com", role))
    wanted = 200 if may_import else 403
    for path in ("import", "import/template.csv", "import/template.xlsx"):
        assert client.get(f"{PATH}/{path}").status_code == wanted, path
    assert client.post(f"{PATH}/import", {}).status_code == (422 if may_import else 403)
    assert client.get(f"{PATH}/export?format=csv").status_code == (200 if may_export else 403)
    listing = client.get(PATH).text
    assert (f'href="{PATH}/import"' in listing) is may_import
    assert ("format=xlsx" in listing) is may_export


def holder(site: Site, *actions: str) -> int:
    """A user who may do nothing but these with contacts, and see colleagues as everybody does."""
    grants = {f"contacts__contact__{action}": ALL for action in actions}
    role = site.role("Some rights", core__user__view=ALL, core__organisation__view=ALL, **grants)
    user = site.user("someone@example.com")
    with site.unit():
        rights.set_user_roles(user, [role])
    return user


@pytest.mark.parametrize(("actions", "told"), [
    (("view", "add", "import"), "Add the first one or import a CSV file."), (("view", "add"), "Add the first one."),
    (("view",), "No contacts yet"),
])
def test_an_empty_list_advises_only_what_its_reader_may_do(site: Site, actions: tuple[str, ...], told: str) -> None:
    page = text_of(site.client(holder(site, *actions)).get(PATH))
    assert told in page
    assert ("import a CSV file" in page) is ("import" in actions)
    assert ("Add the first one" in page) is ("add" in actions)


def test_importing_takes_the_right_to_make_records_too(site: Site) -> None:
    answer = site.client(holder(site, "import", "view")).get(f"{PATH}/import")
    assert answer.status_code == 403
    assert "Contacts · Create" in answer.text


def test_an_import_belongs_to_its_user_and_administrators_may_look(site: Site) -> None:
    owner, other = (site.user(f"{name}@example.com", "sales_manager") for name in ("owner", "other"))
    wizard = Wizard(site, owner)
    wizard.choose("a.csv", TWO)
    assert site.client().get(wizard.at).status_code == 404  # nobody looks into a draft
    wizard.run()
    stranger, admin = site.client(other), site.client()
    for rest in ("", "/confirm", "/status", "/errors.csv"):
        assert stranger.get(f"{wizard.at}{rest}").status_code == 404, rest
    for rest in ("", "/preview", "/run", "/cancel", "/undo"):
        assert stranger.post(f"{wizard.at}{rest}").status_code == 404, rest
    assert admin.get(wizard.at).status_code == 200
    assert stranger.get(wizard.at.replace("/contact/", "/company/")).status_code == 404
    assert wizard.client.get(wizard.at.replace("/contact/", "/company/")).status_code == 404
    assert "a.csv" not in text_of(stranger.get(f"{PATH}/import"))
    assert len(rows(site)) == 2


def test_records_belong_to_whoever_imports_and_are_written_with_his_rights(site: Site) -> None:
    user = site.user("manager@example.com", "sales_manager")
    wizard = Wizard(site, user)
    wizard.choose("a.csv", TWO)
    wizard.run()
    assert {(record["owner_id"], record["created_by_id"]) for record in rows(site)} == {(user, user)}
    with site.unit() as opened:
        told = sa.text("SELECT DISTINCT channel, actor_id FROM core_audit WHERE entity = 'contacts.contact'")
        assert opened.execute(told).all() == [("import", user)]


def test_somebody_switched_off_imports_nothing_more(site: Site) -> None:
    user = site.user("leaver@example.com", "sales_manager")
    wizard = Wizard(site, user)
    wizard.choose("a.csv", TWO)
    wizard.client.post(f"{wizard.at}/run")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE core_user SET active = :no WHERE id = :id"), {"no": False, "id": user})
    work(site)
    with site.unit() as opened:
        state, error = opened.execute(sa.select(imports.c.state, imports.c.error)).one()
    assert (state, rows(site)) == ("failed", [])
    assert "may not work any more" in error


@pytest.mark.parametrize(("taken", "said"), [
    ({"contacts.contact.import": NONE}, "Contacts · Import"),
    ({"contacts.contact.add": NONE}, "Contacts · Create"),
    ("switched off", "may not work any more"),
])
def test_what_is_taken_away_while_an_import_runs_stops_it_at_the_next_step(
    site: Site, monkeypatch: pytest.MonkeyPatch, taken: Any, said: str
) -> None:
    """SEC-29: what is in stays in, under the rights there were, and can be undone."""
    monkeypatch.setattr(running, "ALONE", dict.fromkeys(running.ALONE, Step(1, 1, 0.0)))
    monkeypatch.setattr(running.Pace, "step", lambda _self, _opened: Step(1, 1, 0.0))
    user = holder(site, "import", "view", "add", "change")
    wizard = Wizard(site, user)
    wizard.choose("a.csv", TWO)
    wizard.client.post(f"{wizard.at}/run")

    def withdraw(done: int, _total: int) -> None:
        if done == 1:
            with site.unit():
                if taken == "switched off":
                    accounts.disable_user(user)
                else:
                    rights.set_role_grants(*rights.roles_of(user), taken)

    with pytest.raises(Forbidden):
        running.run(site.app.engine, wizard.import_id, withdraw)
    with site.unit() as opened:
        state, error = opened.execute(sa.select(imports.c.state, imports.c.error)).one()
    assert (state, len(rows(site))) == ("failed", 1)
    assert said in error


def test_a_field_that_is_closed_while_an_import_runs_is_written_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "ALONE", dict.fromkeys(running.ALONE, Step(1, 1, 0.0)))
    monkeypatch.setattr(running.Pace, "step", lambda _self, _opened: Step(1, 1, 0.0))
    user = holder(site, "import", "view", "add", "change")
    wizard = Wizard(site, user)
    wizard.choose("a.csv", csv_of("Name,Email,Note", ["Sara,sara@example.com,One", "Omar,omar@example.com,Two"]))
    wizard.client.post(f"{wizard.at}/run")

    def close(done: int, _total: int) -> None:
        if done == 1:
            with site.unit():
                rights.set_role_fields(*rights.roles_of(user), CONTACT, {"note": HIDDEN})

    with contextlib.suppress(DiwanError):
        running.run(site.app.engine, wizard.import_id, close)
    assert [record["note"] for record in rows(site)][:1] == ["One"]
    assert "Two" not in [record["note"] for record in rows(site)]


@pytest.mark.parametrize(("change", "status"), [
    ("export", 403), ("scope", 403), ("field", 403), ("switched off", 403), ("another's", 200)])
def test_what_is_taken_away_while_an_export_runs_ends_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, change: str, status: int
) -> None:
    """SEC-29: the file is not handed out, whatever of it is written. Others' rights do not disturb it."""
    user, other = holder(site, "export", "view"), site.user("other@example.com", "read_only")
    for n in range(3):
        site.api().create(CONTACT, name=f"Contact {n}", email=f"c{n}@example.com", note="secret note")
    monkeypatch.setattr(exporter, "PAGE", 1)
    client, read, pages = site.client(user), query.of_ids, []

    def withdraw() -> None:
        with site.unit():
            (role,) = rights.roles_of(user)
            acts: dict[str, Callable[[], object]] = {
                "export": lambda: rights.set_role_grants(role, {f"{CONTACT}.export": NONE}),
                "scope": lambda: rights.set_role_grants(role, {f"{CONTACT}.view": OWN}),
                "field": lambda: rights.set_role_fields(role, CONTACT, {"note": HIDDEN}),
                "switched off": lambda: accounts.disable_user(user),
                "another's": lambda: rights.set_user_roles(other, []),
            }
            acts[change]()

    def reading(*arguments: Any) -> Any:
        found = read(*arguments)
        pages.append(found)
        if len(pages) == 1:
            withdraw()
        return found

    monkeypatch.setattr(query, "of_ids", reading)
    answer = client.get(f"{PATH}/export?format=csv&fields=*")
    assert answer.status_code == status, answer.text
    assert ("secret note" in answer.text) is (status == 200)
    assert len(pages) == (1 if status == 403 else 3)


def test_without_the_right_to_delete_there_is_no_undo(site: Site) -> None:
    wizard = Wizard(site, holder(site, "import", "view", "add", "change"))
    wizard.choose("a.csv", TWO)
    wizard.run()
    page = wizard.page()
    assert "you need the permission “Contacts · Delete”" in page.replace("\u2068", "").replace("\u2069", "")
    assert "Undo import" not in page
    assert wizard.client.post(f"{wizard.at}/undo").status_code == 403
    assert len(rows(site)) == 2


def test_what_the_kernel_writes_cannot_be_imported(site: Site, tmp_path: Path, subtests: pytest.Subtests) -> None:
    wizard, path = Wizard(site), tmp_path / "a.csv"
    for column in SYSTEM:
        with subtests.test(column):
            text = csv_of(f"Name,Email,{column}", [f"Sara,{column}@example.com,700"])
            path.write_text(text)
            with pytest.raises(Invalid):
                commands.import_file(site.app.engine, CONTACT, path, columns={column: column})
            done = commands.import_file(site.app.engine, CONTACT, path)
            assert done["ignored_columns"] == [column]
            wizard.choose("b.csv", text)
            assert f'value="{column}"' not in wizard.client.get(wizard.at).text
            assert wizard.go_on({0: "name", 1: "email", 2: column}, match="").status_code == 303
            wizard.run()
    found = rows(site)
    assert len(found) == 2 * len(SYSTEM)
    for record in found:
        assert record["id"] < 700
        assert (record["version"], record["deleted_at"]) == (1, None)
        assert record["created_by_id"] in (None, 1)


def test_a_field_one_may_not_write_is_no_target(site: Site) -> None:
    """Numbers are given by hand by right only; an import is no way round it."""
    user = site.user("manager@example.com", "sales_manager")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("DELETE FROM core_role_grant WHERE permission IN "
                               "('contacts.contact.number', 'contacts.contact.assign')"))
    wizard = Wizard(site, user)
    wizard.choose("a.csv", csv_of("Name,Email,Number,Person in charge", ["Sara,sara@example.com,X-1,admin"]))
    page = wizard.client.get(wizard.at).text
    assert 'value="number"' not in page
    assert 'value="owner_id"' not in page
    wizard.go_on({0: "name", 1: "email", 2: "number", 3: "owner_id"})
    wizard.run()
    (record,) = rows(site)
    assert record["number"] == "C-00001"
    assert record["owner_id"] == user
