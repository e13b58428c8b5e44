"""`PluginContract`: the tests that every plugin has to pass, for three lines.

What is asserted of the package is what `diwan plugin check` reports; what is asserted of its entities is found
through the registry, so that it holds for each one that exists or will exist.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from core import registry as registries
from core.actor import OWN
from core.audit.verify import verify
from core.entity.spec import EntitySpec
from core.ops.authoring import check, scratch
from core.plugin import loader
from core.testing.samples import sample_record
from core.testing.site import Api, Site
from core.transfer import commands

#: Actions whose scope a user with rights to own records only gets.
OWN_ACTIONS = ("view", "add", "change", "delete")


class PluginContract:
    """Subclass it, name the plugin, and the tests of the contract run for it and for each of its entities.

        class TestVisits(PluginContract):
            plugin = "visits"

    Override `sample` where an entity has rules that values made from its declaration alone do not meet.
    """

    plugin: ClassVar[str] = ""

    def sample(self, api: Api, entity: str, n: int) -> dict[str, Any]:
        """JSON values of a valid record; `n` makes unique values differ. What it refers to is made with `api`."""
        return sample_record(api, entity, n, everything=True)

    @pytest.mark.parametrize("checked", check.ALL, ids=lambda one: one.__name__)
    def test_the_package(self, checked: check.Check) -> None:
        """Imports, declarations, listeners, texts, translations, help, pages, package, migrations, downgrade."""
        assert [str(problem) for problem in checked(scratch.installed(self.plugin))] == []

    def test_lists_forms_and_records_open_in_every_language(self, site: Site) -> None:
        client, api = site.client(), site.api()
        for n, spec in enumerate(self._entities(), 1):
            made = self._create(api, spec, n)
            for page in (spec.path, f"{spec.path}/new", f"{spec.path}/{made['id']}", f"{spec.path}/{made['id']}/edit"):
                for language, direction in (("ar", "rtl"), ("fa", "rtl"), ("en", "ltr")):
                    answer = client.get(f"{page}?lang={language}")
                    assert answer.status_code == 200, (page, language, answer.text[-500:])
                    assert re.search(rf'<html[^>]* lang="{language}"[^>]* dir="{direction}"', answer.text), page

    def test_the_api_creates_changes_deletes_and_restores(self, site: Site) -> None:
        api = site.api()
        for n, spec in enumerate(self._entities(), 1):
            made = self._create(api, spec, n)
            path = f"{spec.path}/{made['id']}"
            changed = api.call("PATCH", path, {spec.meta.title: self._title(spec, "Changed"), "version": 1})
            assert changed.status_code == 200, changed.text
            stale = api.call("PATCH", path, {spec.meta.title: self._title(spec, "Late"), "version": 1})
            assert stale.status_code == 409, "somebody else's change would be lost"
            assert api.call("DELETE", path).status_code == 204
            assert api.call("GET", path).status_code == 404
            assert api.call("POST", f"{path}/restore").status_code == 200
            assert api.get(path)[spec.meta.title] == self._title(spec, "Changed")

    def test_the_form_saves_and_keeps_what_is_wrong(self, site: Site) -> None:
        client, api = site.client(), site.api()
        for n, spec in enumerate(self._entities(), 1):
            typed = {name: value for name, value in self.sample(api, spec.name, n).items()
                     if isinstance(value, str) or spec.fields[name].required}
            saved = client.post(f"{spec.path}/new", typed)
            assert saved.status_code == 303, (spec.name, _complaints(saved.text))
            if any(f.required for f in spec.writable()):
                assert client.post(f"{spec.path}/new", {"note": "kept"}).status_code == 422, spec.name

    def test_who_has_no_right_sees_and_changes_nothing(self, site: Site) -> None:
        api, nobody = site.api(), site.user("nobody@example.com")
        client, program = site.client(nobody), site.api(nobody)
        for n, spec in enumerate(self._entities(), 1):
            made = self._create(api, spec, n, "Canaryzq")
            path = f"{spec.path}/{made['id']}"
            for page in (spec.path, path, f"{path}/history", f"{spec.path}/export?format=csv", "/search?q=Canary"):
                assert self._title(spec, "Canaryzq") not in client.get(page).text, page
            assert program.call("GET", path).status_code in (403, 404)
            assert program.call("PATCH", path, {spec.meta.title: "Stolen"}).status_code in (403, 404)
            assert program.call("DELETE", path).status_code in (403, 404)
            assert program.call("POST", spec.path, self.sample(api, spec.name, n + 50)).status_code == 403

    def test_who_may_see_own_records_sees_no_others(self, site: Site) -> None:
        api = site.api()
        for n, spec in enumerate(self._entities(), 1):
            role = site.role(f"Own {n}", **{f"{spec.plugin}__{spec.noun}__{action}": OWN for action in OWN_ACTIONS})
            user = site.user(f"own{n}@example.com")
            site.give_roles(user, role)
            other, mine = self._create(api, spec, n), self._create(api, spec, n + 20)
            self._hand_over(site, spec, {other["id"]: 1, mine["id"]: user})
            seen = [row["id"] for row in site.api(user).get(spec.path)["data"]]
            assert seen == [mine["id"]], spec.name
            assert site.api(user).call("GET", f"{spec.path}/{other['id']}").status_code == 404
            assert f"/{other['id']}\"" not in site.client(user).get(spec.path).text

    def test_what_is_exported_can_be_imported(self, site: Site) -> None:
        api, client = site.api(), site.client()
        for n, spec in enumerate(self._entities(), 1):
            made = api.get(f"{spec.path}/{self._create(api, spec, n)['id']}")
            exported = client.get(f"{spec.path}/export?format=csv&fields=*")
            assert exported.status_code == 200, exported.text
            assert api.call("DELETE", f"{spec.path}/{made['id']}").status_code == 204
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "export.csv"
                file.write_bytes(exported.get_data())
                told = commands.import_file(site.app.engine, spec.name, file, on_match="error")
            assert (told["created"], told["failed"]) == (1, 0), (spec.name, told)
            (again,) = api.get(f"{spec.path}?fields=*")["data"]
            for f in spec.writable():
                if f.name in told["columns"].values() and not f.target:
                    assert again[f.name] == made[f.name], (spec.name, f.name)

    def test_every_change_is_in_the_audit_log(self, site: Site) -> None:
        api, client = site.api(), site.client()
        for n, spec in enumerate(self._entities(), 1):
            made = self._create(api, spec, n)
            api.call("PATCH", f"{spec.path}/{made['id']}", {spec.meta.title: self._title(spec, "Noted")})
            page = client.get(f"/settings/log?entity={spec.name}&record={made['id']}")
            assert self._title(spec, "Noted") in page.text, spec.name
        assert verify(site.app.engine).first_broken is None

    def test_search_finds_the_title(self, site: Site) -> None:
        api = site.api()
        for n, spec in enumerate(self._entities(), 1):
            if spec.is_searchable and spec.title_field.search:
                made = self._create(api, spec, n, "Lighthouse")
                found = api.get(f"{spec.path}?q=lighth")["data"]
                assert [row["id"] for row in found] == [made["id"]], spec.name

    def test_fields_that_admins_add_are_fields_like_any_other(self, site: Site) -> None:
        names = [spec.name for spec in self._entities() if spec.meta.customizable]
        for name in names:
            site.add_field(name, "shelf", filter=True)
        api = site.api()
        for n, spec in enumerate(map(registries.current().entity, names), 1):
            values = {**self.sample(api, spec.name, n), "custom": {"shelf": "Upper"}}
            made = api.create(spec.name, **values)
            self._create(api, spec, n + 20)
            assert [row["id"] for row in api.get(f"{spec.path}?custom.shelf=Upper")["data"]] == [made["id"]], spec.name
            assert "Upper" in site.client().get(f"{spec.path}/{made['id']}").text, spec.name

    def _entities(self) -> list[EntitySpec]:
        assert self.plugin in loader.installed().plugins, f"the plugin {self.plugin!r} is not installed"
        return [spec for spec in registries.current().entities.values() if spec.plugin == self.plugin]

    def _create(self, api: Api, spec: EntitySpec, n: int, title: str = "") -> Any:
        values = self.sample(api, spec.name, n)
        if title:
            values[spec.meta.title] = self._title(spec, title)
        return api.create(spec.name, **values)

    @staticmethod
    def _hand_over(site: Site, spec: EntitySpec, owners: dict[int, int]) -> None:
        """Let each record belong to a user, whether the entity has an owner or only a creator."""
        column = spec.table.c["owner_id" if "owner_id" in spec.table.c else "created_by_id"]
        with site.unit() as unit:
            unit.begin_write()
            for record_id, user_id in owners.items():
                unit.execute(sa.update(spec.table).where(spec.table.c.id == record_id).values({column: user_id}))

    @staticmethod
    def _title(spec: EntitySpec, text: str) -> str:
        """`text` as a title: another one where the title is something else than plain text."""
        kind = spec.title_field.type.name
        return {"email": f"{text.lower()}@example.com", "url": f"https://{text.lower()}.example.com"}.get(kind, text)


def _complaints(page: str) -> list[str]:
    """What a form says is wrong."""
    return re.findall(r'class="dw-error-text"[^>]*>(?:<svg.*?</svg>)?([^<]+)', page)
