"""Lists whose values are records, such as tags and categories: named in every language, ordered, coloured, retired."""

from __future__ import annotations

from typing import Any

from core.testing import Client, Site

TAGS, CONTACT = "/settings/lists/contacts.tag", "/contacts/contact"
VIP = {"ar": "عميل مميز", "fa": "ویژه", "en": "VIP"}


def save(client: Client, rows: list[tuple[str, dict[str, str]]], off: tuple[str, ...] = ()) -> Any:
    """Post the tags as rows of (id or new-…, {language: name, "hue": …})."""
    data: dict[str, Any] = {"seen": page(client, TAGS).split('name="seen" value="')[1].split('"')[0], "choice": []}
    for row, facts in rows:
        data["choice"].append(row)
        data |= {f"choice.{row}.{'hue' if name == 'hue' else f'label.{name}'}": text for name, text in facts.items()}
        if row not in off:
            data[f"choice.{row}.active"] = "1"
    return client.post(TAGS, data)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def test_a_value_is_called_by_its_name_in_the_readers_language_everywhere(site: Site) -> None:
    client, api = site.client(), site.api()
    made = api.create("contacts.contact", name="Sara", email="s@example.com", tags=["Important", "Plain"])
    tags = {row["name"]: str(row["id"]) for row in api.get("/contacts/tag")["data"]}
    category = api.create("contacts.category", name="Pays well", name_fa="خوش‌حساب", hue="green")
    api.call("PATCH", f"{CONTACT}/{made['id']}", {"category_id": category["id"]})
    assert save(client, [(tags["Plain"], {}), (tags["Important"], {**VIP, "hue": "amber"}),
                         ("new-1", {"fa": "تازه"})]).status_code == 303  # fmt: skip
    shown = page(client, f"{CONTACT}?columns=name,tags,category_id&lang=fa")
    assert "ویژه" in shown
    assert "خوش‌حساب" in shown
    assert "dw-hue-amber" in shown
    assert "Plain" in shown, "not named in Persian: as it was first called"
    assert "Important" not in shown
    for path in (f"{CONTACT}/{made['id']}", f"{CONTACT}/{made['id']}/edit", f"/contacts/tag/{tags['Important']}",
                 "/contacts/tag", f"{CONTACT}?tags={tags['Important']}", "/search?q=ویژه"):  # fmt: skip
        assert VIP["ar"] in page(client, f"{path}{'&' if '?' in path else '?'}lang=ar"), path
    options = client.get("/contacts/tag/options?q=&lang=fa").get_json()["data"]
    assert [one["title"] for one in options] == ["Plain", "ویژه", "تازه"], "in the order of the list"
    for text in VIP.values():  # found by any name, and the filter takes any
        assert [one["id"] for one in client.get(f"/contacts/tag/options?q={text}").get_json()["data"]] == [
            int(tags["Important"])]  # fmt: skip
        assert api.get(f"{CONTACT}?tags={text}")["total"] == 1
    told = api.call("GET", f"{CONTACT}/{made['id']}?expand=1", **{"Accept-Language": "fa"}).get_json()
    assert {one["name"] for one in told["tags"]} == {"ویژه", "Plain"}
    assert told["category"]["title"] == "خوش‌حساب"
    assert "عميل مميز" in client.get(f"{CONTACT}/export?format=csv&fields=name,tags&lang=ar").get_data(as_text=True)


def test_a_value_is_recognised_by_any_of_its_names_and_made_by_one_word(site: Site) -> None:
    client, api = site.client(), site.api()
    tag = api.create("contacts.tag", name="Important", **{f"name_{code}": text for code, text in VIP.items()})
    for number, text in enumerate((*VIP.values(), "important", "ويژه")):
        made = api.create("contacts.contact", name=f"N{number}", email=f"n{number}@example.com", tags=[text])
        assert [one["id"] for one in made["tags"]] == [tag["id"]], text
    twin = api.call("POST", "/contacts/tag", {"name": "Other", "name_en": "ویژه"})
    assert twin.status_code == 422
    assert "name_en" in twin.get_json()["errors"]
    typed = client.post("/contacts/tag/options", {"title": "birthday"})
    assert typed.status_code == 201
    assert "birthday" in page(client, TAGS)
    assert client.post("/contacts/tag/options", {"title": "VIP"}).status_code == 422


def test_a_value_out_of_use_stays_where_it_is_and_is_offered_to_nobody(site: Site) -> None:
    client, api = site.client(), site.api()
    made = api.create("contacts.contact", name="Old", email="o@example.com", tags=["seldom"])
    tag = str(made["tags"][0]["id"])
    assert save(client, [(tag, {"en": "Seldom"})], off=(tag,)).status_code == 303
    assert client.get("/contacts/tag/options?q=sel").get_json()["data"] == []
    refused = api.call("POST", CONTACT, {"name": "N", "email": "n@example.com", "tags": ["seldom"]})
    assert refused.status_code == 422
    assert "not used any more" in refused.get_json()["errors"]["tags"][0]
    assert api.call("PATCH", f"{CONTACT}/{made['id']}", {"tags": ["seldom", "more"]}).status_code == 200
    removed = save(client, [])
    assert removed.status_code == 422
    assert "cannot be removed" in removed.get_data(as_text=True)


def test_the_list_is_saved_as_a_whole_and_by_right_only(site: Site) -> None:
    client, api = site.client(), site.api()
    first, second = (api.create("contacts.tag", name=name)["id"] for name in ("one", "two"))
    stale = page(client, TAGS).split('name="seen" value="')[1].split('"')[0]
    api.call("PATCH", f"/contacts/tag/{first}", {"hue": "red"})
    moved_on = client.post(TAGS, {"seen": stale, "choice": [str(first)], f"choice.{first}.active": "1"})
    assert moved_on.status_code == 409
    twins = save(client, [(str(first), {"fa": "یک"}), (str(second), {"fa": "یک"})])
    assert twins.status_code == 422
    assert "data-choice-errors" in twins.get_data(as_text=True)
    assert save(client, [(str(second), {})]).status_code == 303
    assert [row["id"] for row in api.get("/contacts/tag")["data"]] == [second]
    assert client.get("/settings/lists/contacts.contact").status_code == 404
    assert site.client(site.user("m@example.com", "sales_manager")).get(TAGS).status_code == 403
