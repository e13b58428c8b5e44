"""What holds for a field of every usable type on every entity that admins may add fields to, found through the
registry: it goes through API, form, files, filter, order and audit and comes back the same."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import query
from core.customfields import changing
from core.customfields.checking import usable_types
from core.customfields.definition import ChoiceText, Definition
from core.language.i18n import Preferences
from core.plugin import lifecycle
from core.registry import current
from core.testing import Site, sample_values
from core.transfer import commands, exporter


def customizable() -> list[Any]:
    return [spec for spec in current().entities.values() if spec.meta.customizable]


@pytest.fixture
def full(site: Site) -> Site:
    """Every such entity with a field of every usable type, each named after its type."""
    choices = (ChoiceText("one", {"en": "One", "ar": "واحد", "fa": "یک"}, "blue"), ChoiceText("two", {"en": "Two"}))
    with site.unit():
        for spec in customizable():
            for name in usable_types():
                changing.add(Definition(
                    spec.name, f"of_{name}", name, {"en": f"Of {name}", "ar": f"من {name}", "fa": f"از {name}"},
                    choices=choices if "choice" in name else (), target="contacts.company" if name == "ref" else "",
                    scale=2 if name == "number" else None))  # fmt: skip
    lifecycle.refresh(site.app.engine)
    return site


def values_of(site: Site, spec: Any, n: int) -> dict[str, Any]:
    """A record's values with all custom fields, references too."""
    given = sample_values(spec.name, n, everything=True)
    held = given["custom"]
    if "of_ref" in usable_keys():
        held["of_ref"] = site.api().create("contacts.company", **sample_values("contacts.company", 900 + n))["id"]
    held["of_user"] = 1
    return given


def usable_keys() -> set[str]:
    return {f"of_{name}" for name in usable_types()}


class Inputs(HTMLParser):
    """What a browser would post of a form that nobody touched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.select = self.note = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        facts = dict(attrs)
        name = facts.get("name", "")
        if tag == "input" and name and (facts.get("type") not in ("checkbox", "radio") or "checked" in facts):
            self.found.append((name, facts.get("value") or ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in facts:
            self.found.append((self.select, facts.get("value") or ""))
        elif tag == "textarea":
            self.note = name
            self.found.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self.note:
            self.found[-1] = (self.note, self.found[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.note = ""


def test_every_type_goes_through_api_form_and_audit(full: Site) -> None:
    api, client = full.api(), full.client()
    for n, spec in enumerate(customizable(), 1):
        given = values_of(full, spec, n)
        made = api.create(spec.name, **given)
        held = {key for key, value in made["custom"].items() if value is not None}
        assert held >= given["custom"].keys()
        described = {f["name"]: f["label"] for f in api.get(f"/core/entity/{spec.name}")["fields"]}
        assert {f"custom.{key}" for key in usable_keys()} <= set(described)
        page = Inputs()
        page.feed(client.get(f"{spec.path}/{made['id']}/edit?lang=fa").text)
        values: dict[str, list[str]] = {}
        for name, value in page.found:
            values.setdefault(name, []).append(value)
        posted = client.post(f"{spec.path}/{made['id']}/edit?lang=fa", values)
        if posted.status_code != 404:  # some entities have pages of their own instead of the form
            assert posted.status_code == 303, (spec.name, posted.text[-2000:])
        after = api.get(f"{spec.path}/{made['id']}")
        assert after["custom"] == made["custom"], spec.name
        with full.unit() as unit:
            noted = unit.execute(sa.text("SELECT changes FROM core_audit WHERE entity = :name AND action = 'create' "
                                         "AND record_id = :id"), {"name": spec.name, "id": made["id"]}).scalar_one()
        assert all(f'"custom.{key}"' in noted for key in given["custom"]), spec.name


def test_every_type_is_filtered_and_sorted_by(full: Site) -> None:
    api = full.api()
    for n, spec in enumerate(customizable(), 1):
        made = api.create(spec.name, **values_of(full, spec, n))
        for f in current().entity(spec.name).custom_fields:
            value = made["custom"][f.key]
            if "eq" in f.ops and value is not None:
                one = value[0] if f.type.kind == "list" else value
                text = str(one).lower() if isinstance(one, bool) else str(one)
                found = api.flask.get(f"/api/v1{spec.path}", query_string={f.name: text}, headers=api.headers)
                assert found.status_code == 200, (spec.name, f.name, found.text)
                assert made["id"] in [row["id"] for row in found.get_json()["data"]], (spec.name, f.name)
            if f.sort:
                for sign in ("", "-"):
                    assert api.get(f"{spec.path}?sort={sign}{f.name}&fields={f.name}")["data"], (spec.name, f.name)


def test_every_type_leaves_in_files_and_comes_back(full: Site, tmp_path: Path) -> None:
    """Exported under labels, emptied, and imported again by those labels."""
    api = full.api()
    spec = current().entity("contacts.company")
    given = values_of(full, spec, 7)
    made = api.create(spec.name, **given)
    names = ("name", *(f.name for f in spec.custom_fields if f.type.is_importable))
    for language in ("ar", "en"):
        reader = Preferences(language=language)
        file = io.BytesIO()
        with full.unit():
            asked = query.parse_args(spec, [("id", str(made["id"]))], reader).with_fields(names)
            exporter.export(asked, "csv", file, reader, for_machines=False)
        header, row = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
        assert len(row) == len(header) == len(names)
        emptied = {key: False if key == "of_bool" else None for key in given["custom"]}
        api.call("PATCH", f"{spec.path}/{made['id']}", {"custom": emptied})
        path = tmp_path / f"{language}.csv"
        path.write_bytes(file.getvalue())
        with full.unit():
            done = commands.import_file(full.app.engine, spec.name, path, match="name")
        assert (done["updated"], done["failed"], done["ignored_columns"]) == (1, 0, []), done
        assert api.get(f"{spec.path}/{made['id']}")["custom"] == made["custom"], language


def test_the_openapi_document_and_the_screens_know_every_type(full: Site) -> None:
    shapes = full.api().get("/openapi.json")["components"]["schemas"]
    client = full.client()
    for spec in customizable():
        name = "".join(part.capitalize() for part in spec.name.replace(".", "_").split("_"))
        assert usable_keys() <= set(shapes[name]["properties"]["custom"]["properties"])
        assert usable_keys() <= set(shapes[f"{name}Input"]["properties"]["custom"]["properties"])
        columns = ",".join([spec.meta.title, *(f.name for f in spec.custom_fields)])
        for language in ("ar", "fa", "en"):
            answer = client.get(f"{spec.path}?columns={columns}&lang={language}")
            assert answer.status_code == 200, spec.name
            assert {"ar": "من text", "fa": "از text", "en": "Of text"}[language] in answer.text
