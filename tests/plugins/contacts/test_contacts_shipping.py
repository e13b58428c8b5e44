"""Where goods are sent: the whole main address while ticked, which follows later edits, and an own one else (S74)."""

from __future__ import annotations

from pathlib import Path

from core.actor import HIDDEN
from core.auth import rights
from core.testing import Site
from core.transfer import commands

CONTACT, PATH = "contacts.contact", "/contacts/contact"
MAIN = {"country": "IR", "region": "Fars", "city": "Shiraz", "postal_code": "7134814", "address": "Zand 5"}
SHIPPING = tuple(f"shipping_{name}" for name in MAIN)


def shipped(record: dict) -> tuple[bool, ...]:
    return (record["shipping_same"], *(record[name] for name in SHIPPING))


def test_the_whole_address_follows_while_ticked_and_is_free_else(site: Site) -> None:
    api, path = site.api(), PATH
    made = api.create(CONTACT, name="Sara", email="sara@x.example", **MAIN)
    assert shipped(made) == (True, *MAIN.values())
    moved = api.call("PATCH", f"{path}/{made['id']}", {"city": "Qom", "postal_code": "3713649"}).get_json()
    assert shipped(moved) == (True, "IR", "Fars", "Qom", "3713649", "Zand 5")
    assert [row["name"] for row in api.get(f"{path}?shipping_city=qom&shipping_country=IR")["data"]] == ["Sara"]
    assert api.get(f"{path}?shipping_city=Shiraz")["data"] == []

    free = api.call("PATCH", f"{path}/{made['id']}", {"shipping_same": False, "shipping_city": "Tehran"}).get_json()
    assert shipped(free) == (False, "IR", "Fars", "Tehran", "3713649", "Zand 5")
    api.call("PATCH", f"{path}/{made['id']}", {"city": "Yazd"})
    assert api.get(f"{path}/{made['id']}")["shipping_city"] == "Tehran"
    again = api.call("PATCH", f"{path}/{made['id']}", {"shipping_same": True}).get_json()
    assert shipped(again) == (True, "IR", "Fars", "Yazd", "3713649", "Zand 5")


def test_who_may_not_see_the_city_is_not_told_it_by_where_goods_go(site: Site) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@x.example", **MAIN)
    role = site.role("Blind", contacts__contact__view=4)
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"city": HIDDEN})
    blind = site.user("blind@example.com")
    site.give_roles(blind, role)
    seen = site.api(blind).get(f"{PATH}/{made['id']}?fields=*")
    assert {"city", "shipping_city"} & seen.keys() == set()
    assert (seen["region"], seen["shipping_region"]) == ("Fars", "Fars")


def test_a_file_with_another_address_and_no_word_of_the_tick_is_sent_there(site: Site, tmp_path: Path) -> None:
    lines = ["Name,Email,Mobile,Shipping country,City,Country,Shipping city,Shipping address is the main address",
             "Sara,sara@x.example,0501234567,AE,Riyadh,SA,Dubai,", "Omid,omid@x.example,09123456789,,Tehran,IR,,",
             "Lina,lina@x.example,,SA,Jeddah,SA,Jeddah,no"]  # fmt: skip
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    commands.import_file(site.app.engine, CONTACT, tmp_path / "list.csv")
    rows = site.api().get(f"{PATH}?fields=name,phone,shipping_same,shipping_city&sort=id")["data"]
    found = [(row["name"], row["phone"], row["shipping_same"], row["shipping_city"]) for row in rows]
    assert found == [("Sara", "+966501234567", False, "Dubai"), ("Omid", "+989123456789", True, "Tehran"),
                     ("Lina", None, False, "Jeddah")]  # fmt: skip
