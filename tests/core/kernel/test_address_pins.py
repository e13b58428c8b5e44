"""Several addresses, each with its own pin: it goes with its address, and is read, shown and kept everywhere."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from core import query, records, registry
from core.actor import ALL, HIDDEN
from core.auth import rights
from core.language.i18n import Preferences, use
from core.records import erase as erasing
from core.testing import Api, Site
from core.transfer import commands, exporter

CONTACT = "contacts.contact"
PATH = "/contacts/contact"
OFFICE = {"street": "Valiasr 12", "city": "Tehran", "country": "IR"}
STORE = {"street": "Anbar 7", "city": "Karaj", "country": "IR"}
SHOP = {"street": "Naghsh-e Jahan 3", "city": "Isfahan", "country": "IR"}
MOVED = {"street": "Anbar 17"}
AT_OFFICE, AT_STORE, AT_SHOP = "35.7,51.4", "35.84,50.9391", "32.6546,51.668"


#: The same addresses as the database has them.
OLD = (("Valiasr 12", "Tehran", "", "", "IR"), ("Anbar 7", "Karaj", "", "", "IR"))


def held(record: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(entry["value"]["city"], entry.get("point")) for entry in record["addresses"] or ()]


def own(record: dict[str, Any]) -> tuple[str, str | None, str | None]:
    return record["city"], record["latitude"], record["longitude"]


def sara(api: Api, **values: Any) -> dict[str, Any]:
    addresses = [{"value": OFFICE, "point": AT_OFFICE}, {"value": STORE, "label": "warehouse", "point": AT_STORE}]
    return api.create(CONTACT, **{"name": "Sara", "email": "sara@peyk.example", "addresses": addresses, **values})


def test_a_pin_goes_with_its_address(site: Site) -> None:
    api = site.api()
    made = sara(api)
    assert own(made) == ("Tehran", "35.700000", "51.400000")
    assert held(made) == [("Tehran", AT_OFFICE), ("Karaj", AT_STORE)]
    path = f"{PATH}/{made['id']}"

    # Another one becomes the main one; a program that knows nothing of pins takes none away.
    turned = api.call("PATCH", path, {"addresses": [{"value": STORE, "label": "warehouse"}, {"value": OFFICE}]}).json
    assert own(turned) == ("Karaj", "35.840000", "50.939100")
    assert held(turned) == [("Karaj", AT_STORE), ("Tehran", AT_OFFICE)]
    # A text that is only corrected keeps its pin, and one that is put there by hand goes before all others.
    corrected = api.call("PATCH", path, {"address": "Anbar 17"}).json
    assert held(corrected) == [("Karaj", AT_STORE), ("Tehran", AT_OFFICE)]
    moved = api.call("PATCH", path, {"latitude": "35.85", "longitude": "50.94"}).json
    assert held(moved) == [("Karaj", "35.85,50.94"), ("Tehran", AT_OFFICE)]
    # A new one before the others has no pin yet, and theirs stay.
    added = api.call("PATCH", path, {"addresses": [{"value": SHOP, "primary": True}, {"value": STORE | MOVED},
                                                   {"value": OFFICE}]}).json  # fmt: skip
    assert own(added) == ("Isfahan", None, None)
    assert held(added) == [("Isfahan", None), ("Karaj", "35.85,50.94"), ("Tehran", AT_OFFICE)]
    api.call("PATCH", path, {"addresses": [{"value": SHOP, "point": AT_SHOP}, {"value": OFFICE}]})
    # The main one is taken away: the next one takes its place with its own pin.
    gone = api.call("PATCH", path, {"address": None, "city": None, "country": None}).json
    assert own(gone) == ("Tehran", "35.700000", "51.400000")
    assert gone["addresses"] is None


def test_a_pin_is_taken_away_by_name_and_kept_otherwise(site: Site) -> None:
    api = site.api()
    made = sara(api)
    path = f"{PATH}/{made['id']}"
    same = api.call("PATCH", path, {"addresses": [{"value": OFFICE, "point": None}, {"value": STORE}]}).json
    assert own(same) == ("Tehran", None, None)
    assert held(same) == [("Tehran", None), ("Karaj", AT_STORE)]
    alone = api.call("PATCH", path, {"addresses": [{"value": OFFICE}, {"value": STORE, "point": ""}]}).json
    assert held(alone) == [("Tehran", None), ("Karaj", None)]
    for point in ("nowhere", "91,0", 7, {"latitude": 1}):
        wrong = api.call("PATCH", path, {"addresses": [{"value": OFFICE}, {"value": STORE, "point": point}]})
        assert wrong.status_code == 422, point
        assert wrong.json["errors"].keys() == {"addresses"}
    assert api.call("PATCH", path, {"phones": [{"value": "+989121234567", "point": AT_SHOP}]}).status_code == 422
    # A record that had a pin before it had an address keeps it as the pin of the first one.
    pinned = api.create(CONTACT, name="Omid", email="o@x.example", latitude="32.6546", longitude="51.668")
    first = api.call("PATCH", f"{PATH}/{pinned['id']}", {"addresses": [{"value": SHOP}, {"value": STORE}]}).json
    assert held(first) == [("Isfahan", AT_SHOP), ("Karaj", None)]


def test_an_older_list_takes_the_pin_of_the_main_one_along(site: Site) -> None:
    """Records that had further addresses before those had pins."""
    api = site.api()
    made = api.create(CONTACT, name="Sara", email="s@x.example", latitude="35.7", longitude="51.4",
                      addresses=[{"value": OFFICE}, {"value": STORE}])  # fmt: skip
    path = f"{PATH}/{made['id']}"
    with site.unit() as unit:
        table = registry.current().entity(CONTACT).table
        unit.execute(table.update().values(addresses=[[OLD[0], "", ""], [OLD[1], "", ""]]))
    turned = api.call("PATCH", path, {"city": "Karaj", "address": "Anbar 7"}).json
    assert own(turned) == ("Karaj", None, None)
    assert held(turned) == [("Karaj", None), ("Tehran", AT_OFFICE)]


def test_pages_forms_maps_and_the_history_show_each(site: Site) -> None:
    api, client = site.api(), site.client()
    made = sara(api)
    api.create(CONTACT, name="Omid", email="o@x.example", addresses=[{"value": SHOP}, {"value": STORE}])
    path = f"{PATH}/{made['id']}"

    def pins(address: str) -> list[str]:
        found = re.findall(r'data-latitude="([^"]+)" data-longitude="([^"]+)"', client.get(address).text)
        return [f"{float(latitude):g},{float(longitude):g}" for latitude, longitude in found]

    assert sorted(pins(f"{path}?lang=en")) == sorted([AT_OFFICE, AT_STORE])
    assert pins(f"{PATH}/map?lang=en") == [AT_OFFICE, AT_STORE]
    listed = client.get(f"{PATH}/map?lang=en").text
    assert "Valiasr 12" in listed
    assert "Anbar 7" in listed
    assert "Warehouse" in listed
    # Whose main address has no pin is there by another one.
    api.call("PATCH", path, {"latitude": None, "longitude": None})
    assert pins(f"{PATH}/map?lang=en") == [AT_STORE]
    history = client.get(f"{path}/history?lang=en").text
    assert "35.84,\u00a050.9391" in history, "no line ends between them"

    form = client.get(f"{path}/edit?lang=fa").text
    assert 'name="addresses__point" value="35.84, 50.9391"' in form
    assert 'data-several-place="latitude longitude"' in form
    rows = {"addresses": "", "addresses__label": ["warehouse", ""], "addresses__state": ["", ""],
            "addresses__street": ["Anbar 7", "Valiasr 12"], "addresses__city": ["Karaj", "Tehran"],
            "addresses__region": ["", ""], "addresses__postal_code": ["", ""], "addresses__country": ["IR", "IR"],
            "addresses__point": ["۳۵٫۹، ۵۰٫۹", ""]}  # fmt: skip
    version = str(api.get(path)["version"])
    saved = client.post(f"{path}/field/addresses?lang=fa", {**rows, "version": version})
    assert saved.status_code == 200, saved.text
    assert own(api.get(path)) == ("Karaj", "35.900000", "50.900000")
    without = {**rows, "addresses__street": ["Anbar 7", ""], "addresses__city": ["Karaj", ""],
               "addresses__country": ["IR", ""], "addresses__point": ["35.9, 50.9", "35.1, 51.2"]}  # fmt: skip
    wrong = client.post(f"{path}/field/addresses?lang=en", {**without, "version": str(int(version) + 1)})
    assert wrong.status_code == 422
    assert "A pin needs its address" in wrong.text
    assert 'value="35.1, 51.2"' in wrong.text


@pytest.mark.parametrize("language", ["en", "ar", "fa"])
def test_files_bring_pins_out_and_in_again(site: Site, language: str) -> None:
    made = sara(site.api())
    reader = Preferences(language=language)
    with site.unit(), use(reader):
        spec = registry.current().entity(CONTACT)
        asked = query.parse_args(spec, (("fields", "name,email,country,city,address,addresses"),), reader)
        out = io.BytesIO()
        exporter.export(asked, "csv", out, reader)
    header, row = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert any("geo:35.84,50.9391" in cell for cell in row), (header, row)
    file = site.folder / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        moved = [cell.replace("35.84", "35.5") for cell in row]
        csv.writer(stream).writerows([header, moved])
    done = commands.import_file(site.app.engine, CONTACT, file, match="email")
    assert (done["updated"], done["failed"]) == (1, 0), done
    with site.unit():
        found = records.get(CONTACT, made["id"])
    assert [(entry.value[1], entry.label, entry.point) for entry in found["addresses"]] == [
        ("Tehran", "", AT_OFFICE), ("Karaj", "warehouse", "35.5,50.9391")]  # fmt: skip


def test_pins_are_as_closed_as_the_place_of_the_main_one_and_go_with_the_person(site: Site) -> None:
    made = sara(site.api())
    role = site.role("Narrow", contacts__contact__view=ALL, contacts__contact__change=ALL)
    user_id = site.user("narrow@example.com")
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"latitude": HIDDEN})
        rights.set_user_roles(user_id, [role])
    path = f"{PATH}/{made['id']}"
    assert "50.9391" not in site.api(user_id).call("GET", f"{path}?fields=*").text
    assert "50.9391" not in site.client(user_id).get(path).text
    with site.unit():
        erased = erasing.erase(CONTACT, made["id"])
    assert (erased["addresses"], erased["latitude"]) == (None, None)
    assert "50.9391" not in site.client().get(f"{path}/history").text
