"""Fields that code declares and no plugin of Diwan has yet: as columns, in every door; hostile values stay out."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from typing import Any

import pytest

from core import query
from core.actor import SYSTEM, Origin, acting
from core.entity.spec import FieldSpec
from core.entity.type_list import KERNEL_TYPES
from core.entity.types import CleanContext, FieldError
from core.files import sweeping
from core.language.i18n import Preferences, use
from core.plugin import lifecycle, loader
from core.registry import current
from core.testing import Site
from core.transfer import commands, exporter

THING, PATH = "everything.thing", "/everything/thing"
TYPES = {one.name: one for one in KERNEL_TYPES}
PERSIAN = Preferences(language="fa")
GIVEN = {
    "name": "One", "sizes": ["m", "s"], "takes": "PT1H30M", "point": "24.7136,46.6753", "label": "4006381333931",
    "place": {"street": "شارع العليا ۱۲", "city": "الرياض", "postal_code": "11564", "country": "SA"},
}  # fmt: skip


@pytest.fixture
def things(site: Site, tmp_path: Any) -> Any:
    facts = tmp_path / "packages" / "everything-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: everything\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[diwan.plugins]\neverything = tests.examples.everything.plugin\n")
    sys.path.insert(0, str(facts.parent))
    loader.installed.cache_clear()
    with acting(SYSTEM, Origin("cli")):
        lifecycle.enable(site.app.engine, ["everything"])
    yield site
    sys.path.remove(str(facts.parent))
    loader.installed.cache_clear()


def test_columns_of_every_kind_go_through_every_door(things: Site, tmp_path: Any) -> None:
    api, client = things.api(), things.client()
    company = api.create("contacts.company", name="Acme")["id"]
    sent = api.flask.post("/api/v1/files?name=a.pdf", data=b"%PDF-1.4", headers=api.headers).get_json()
    made = api.create(THING, **GIVEN, company_id=company, paper=sent["upload"])
    # How the thing is reached, what it is and which way goes first is what its entity says.
    made = api.call("PATCH", f"{PATH}/{made['id']}", {"mobile": "+989121234567", "best_way": "text"}).get_json()
    page = client.get(f"{PATH}/{made['id']}?lang=en").text
    acts = re.findall(r'dw-btn-label ">([^<]+)', page.partition('class="dw-record-acts"')[2])[:3]
    assert acts == ["SMS", "Call", "WhatsApp"]
    assert re.search(r'dw-record-subtitle">[^/]*4006381333931.*?href="/contacts/company/', page, re.S)
    assert "dw-avatar-square" in client.get(PATH).text
    assert client.get(f"{PATH}/{made['id']}/file/paper").data == b"%PDF-1.4"
    assert [row["id"] for row in api.get(f"{PATH}?paper__empty=0")["data"]] == [made["id"]]
    assert "a.pdf" in client.get(PATH).text
    with things.app.engine.connect() as connection:
        assert sweeping.holding(connection) == {made["paper"]["sha256"]}
    assert (made["sizes"], made["place"]) == (["s", "m"], GIVEN["place"])
    assert (made["takes"], made["point"], made["other_id"]) == ("PT1H30M", "24.7136,46.6753", None)
    api.create(THING, name="Two", sizes=["l"], takes=60)
    api.create(THING, name="Three")
    asked = {
        "sizes=s": ["One"], "sizes=s,m": ["One"], "sizes=s,l": [], "sizes__in=s,l": ["One", "Two"],
        "sizes__ne=s": ["Three", "Two"], "sizes__empty=1": ["Three"], "takes__gte=1:00": ["One"],
        "takes=1 min": ["Two"], "point=24.7136, 46.6753": ["One"], "place__contains=رياض": ["One"],
        "place__empty=1": ["Three", "Two"], "company_id.name=acme": ["One"], "q=الریاض": ["One"],
        "label__startswith=4006": ["One"],
    }  # fmt: skip
    for conditions, names in asked.items():
        assert sorted(row["name"] for row in api.get(f"{PATH}?{conditions}")["data"]) == names, conditions
    for refused in ("sort=sizes", "sort=place", "sort=point", "other_id=1", "sizes=huge", "takes=90"):
        assert api.call("GET", f"{PATH}?{refused}").status_code == 400, refused
    assert [row["name"] for row in api.get(f"{PATH}?sort=takes")["data"]][:2] == ["Two", "One"]
    form = {"name": "One", "sizes": ["l"], "takes": "۲:۰۵", "point": "۱٫۵، ۲", "place": "12 Road", "place__city": "Qom",
            "place__country": "IR", "company_id": str(company), "version": made["version"]}  # fmt: skip
    for language in ("ar", "fa", "en"):
        page = client.get(f"{PATH}/{made['id']}/edit?lang={language}").text
        assert (page.count('name="place__city"'), page.count('name="sizes"')) == (1, 3)
    assert client.post(f"{PATH}/{made['id']}/edit?lang=fa", form).status_code == 303
    after = api.get(f"{PATH}/{made['id']}")
    assert (after["sizes"], after["takes"], after["point"]) == (["l"], "PT2H5M", "1.5,2")
    assert after["place"] == {"street": "12 Road", "city": "Qom", "country": "IR"}
    history = client.get(f"{PATH}/{made['id']}/history").text
    assert all(part in history for part in ("Medium, or so", "1:30", "Qom"))
    for reader in (PERSIAN, Preferences(language="en")):
        _there_and_back(things, after, reader, tmp_path)
    shape = api.get("/openapi.json")["components"]["schemas"]["EverythingThingInput"]["properties"]
    assert (shape["sizes"]["items"]["enum"], shape["place"]["type"]) == (["s", "m", "l"], ["object", "null"])
    with things.unit():
        found = current().entity(THING).fields
        assert (found["other_id"].readonly, found["company_id"].readonly) == (True, False)


def _there_and_back(site: Site, record: dict[str, Any], reader: Preferences, folder: Any) -> None:
    """A file for people and one for machines hold the same values."""
    names = ("name", "sizes", "takes", "point", "place", "label")
    api = site.api()
    for for_machines in (False, True):
        out = io.BytesIO()
        with site.unit():
            asked = query.parse_args(current().entity(THING), [("id", str(record["id"]))], reader).with_fields(names)
            exporter.export(asked, "csv", out, reader, for_machines=for_machines)
        api.call("PATCH", f"{PATH}/{record['id']}", dict.fromkeys(names[1:]))
        path = folder / "things.csv"
        path.write_bytes(out.getvalue())
        with site.unit():
            done = commands.import_file(site.app.engine, THING, path, match="name")
        assert (done["updated"], done["failed"]) == (1, 0), (done, out.getvalue().decode())
        after = api.get(f"{PATH}/{record['id']}")
        assert [after[name] for name in names] == [record[name] for name in names], out.getvalue().decode()


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("duration", "1:30", 5400), ("duration", "۱:۳۰", 5400), ("duration", "٢ ساعة و٥ دقائق", 7500),
    ("duration", "1.5 h", 5400), ("duration", "P1DT1H", 90_000), ("duration", "۲ ساعت و ۳۰ دقیقه", 9000),
    ("duration", "90", None), ("duration", "1h 1h", None), ("duration", "9" * 5000 + "h", None),
    ("duration", "-1:00", None),
    ("barcode", "۴۰۰۶۳۸۱۳۳۳۹۳۱", "4006381333931"), ("barcode", "LOT-7/a", "LOT-7/a"), ("barcode", "1234567", "1234567"),
    ("barcode", "4006381333932", None), ("barcode", "کالا", None),
    ("geo", "۳۵٫۶۸۹۲، ۵۱٫۳۸۹", "35.6892,51.389"), ("geo", "35°41'21\"N 51°23'20\"E", "35.689167,51.388889"),
    ("geo", "91,0", None), ("geo", "0,181", None), ("geo", "1,2);drop", None), ("geo", "<svg onload=x>", None),
    ("address", "A | B | | ۱۲ | ایران", ("A", "B", "", "12", "IR")), ("address", "1|2|3|4|5|6", None),
    ("address", "A | | | | Nowhereland", None), ("address", "x" * 501, None), ("address", '{"street": 1}', None),
    ("address", "{" * 100_000, None),
])  # fmt: skip
def test_what_people_type_is_read_or_refused_in_words(kind: str, text: str, value: Any) -> None:
    one = TYPES[kind]
    f = FieldSpec(type=one, label="")
    if value is None:
        with pytest.raises(FieldError) as refused:
            one.clean(f, one.parse(f, text, PERSIAN), CleanContext())
        with use(replace(PERSIAN, digits="arabext")):
            assert "1:30" not in str(refused.value.message), "an example is in the reader's digits"
    else:
        assert one.clean(f, one.parse(f, text, PERSIAN), CleanContext()) == value
