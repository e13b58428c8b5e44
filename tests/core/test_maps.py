"""Records on a map: pins of a list within its conditions and the reader's rights, and where the pictures come from."""

from __future__ import annotations

import re

from core import registry as registries
from core.registry import settings
from core.testing import Client, Site

LIST = "/contacts/contact"


def pins(client: Client, query: str = "") -> list[tuple[str, str]]:
    page = client.get(f"{LIST}/map{query}").get_data(as_text=True)
    return re.findall(r'data-latitude="([^"]+)" data-longitude="([^"]+)"', page)


def test_a_list_is_a_map_of_its_records_with_a_pin(site: Site) -> None:
    api, client = site.api(), site.client()
    people = {"Tehran": ("35.7", "51.4"), "Riyadh": ("24.7136", "46.6753"), "Nowhere": (None, None)}
    ids = [api.create("contacts.contact", name=city, email=f"{city}@example.com", city=city, latitude=place[0],
                      longitude=place[1])["id"] for city, place in people.items()]  # fmt: skip
    assert f'href="{LIST}/map' in client.get(LIST).get_data(as_text=True)
    assert pins(client) == [("24.713600", "46.675300"), ("35.700000", "51.400000")]
    assert pins(client, "?city=Tehran") == [("35.700000", "51.400000")]
    assert pins(site.client(site.user("nobody@example.com"))) == []
    assert client.get("/contacts/tag/map").status_code == 404

    # The page of a record shows its pin, the form picks it, in the reader's digits.
    assert "data-pin-shown" in client.get(f"{LIST}/{ids[0]}").get_data(as_text=True)
    without = client.get(f"{LIST}/{ids[2]}").get_data(as_text=True)
    assert "data-pin-shown" not in without
    assert f'href="{LIST}/{ids[2]}/edit#pick-place"' in without
    assert 'id="pick-place" data-pin-open' in site.client().get(f"{LIST}/{ids[2]}/edit").text
    form = client.get(f"{LIST}/{ids[2]}/edit?lang=fa")
    assert 'data-pin="f-latitude f-longitude' in form.get_data(as_text=True)
    saved = client.post(f"{LIST}/{ids[2]}/field/latitude", {"latitude": "۳۵٫۵", "version": "1"})
    assert saved.status_code == 200, saved.get_data(as_text=True)
    api.create("contacts.company", name="Peyk", latitude="35.7", longitude="51.4")
    assert "35.700000" in client.get("/contacts/company/map").get_data(as_text=True)


def test_pictures_come_from_where_the_administrator_says_and_from_nowhere_else(site: Site) -> None:
    client = site.client()
    present = {name: value if isinstance(value, list) else str(value or "")
               for name in registries.current().settings for value in [settings(name)]}  # fmt: skip

    def policy() -> str:
        return str(client.get(f"{LIST}/map").headers["Content-Security-Policy"])

    assert "img-src 'self' data: blob:;" in policy()
    for address, allowed in (
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "https://*.tiles.example.org"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
        ("", ""),
    ):
        assert client.post("/settings/general", {**present, "core.map_tiles": address}).status_code == 303
        assert f"img-src 'self' data: blob:{' ' if allowed else ''}{allowed};" in policy()
    for address in ("https://tiles.example.org; script-src */{z}/{x}/{y}", "javascript:alert(1)//{z}{x}{y}",
                    "https://tiles.example.org/{z}/{x}.png", "tiles"):  # fmt: skip
        refused = client.post("/settings/general", {**present, "core.map_tiles": address})
        assert refused.status_code == 422
        assert "This is not an address of map tiles." in refused.text
        assert "script-src *" not in policy()
        assert "img-src 'self' data: blob:;" in policy()
    assert "*.tiles" not in site.app.test_client().get("/login").headers["Content-Security-Policy"]
