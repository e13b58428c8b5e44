"""The board of a list: columns with figures, moves that are saves like any other, and nothing beyond one's rights."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from core.actor import ALL, HIDDEN, OWN
from core.auth import rights
from core.testing import Site, counted_queries

LIST, BOARD = "/contacts/contact", "/contacts/contact/board"


def _columns(page: str) -> dict[str, str]:
    """{value: the column} of a board's page."""
    return dict(re.findall(r'data-column="([^"]*)"(.*?)</section>', page, re.S))


def _cards(text: str) -> list[str]:
    return re.findall(r'class="dw-board-title"[^>]*><bdi[^>]*>([^<]*)', text)


def _head(text: str) -> tuple[str, str]:
    count = re.search(r"data-column-count>([^<]*)", text)
    summed = re.search(r"data-column-sum>(?:<bdi[^>]*>)?([^<]*)", text)
    assert count
    return count[1], summed[1] if summed else ""


def _contact(site: Site, name: str, **values: Any) -> int:
    values.setdefault("email", f"{name.lower()}@example.com")
    return int(site.api().create("contacts.contact", name=name, **values)["id"])


def _place(client: Any, record_id: int, to: str, version: int, **query: str) -> Any:
    given = {"to": to, "version": version}
    address = f"{LIST}/{record_id}/board?{urlencode(query)}"
    return client.post(address, json=given, headers={"Accept": "application/json"})


def test_a_board_stands_in_columns_with_figures_and_a_move_is_saved_with_its_reasons(site: Site) -> None:
    admin, api = site.client(), site.api()
    assert f'href="{BOARD}"' in admin.get(LIST).text, "offered beside the table"
    first = _contact(site, "Sara", status="new", opening_purchases="1200.50", city="Tehran")
    _contact(site, "Omid", status="new", opening_purchases="99.50", city="Shiraz")
    lost = _contact(site, "Lena", status="lost", city="Tehran")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE contacts_contact SET status = NULL WHERE id = :id"), {"id": lost})
    columns = _columns(admin.get(f"{BOARD}?lang=en").text)
    assert list(columns) == ["new", "in_progress", "converted", "lost", ""]
    assert _cards(columns["new"]) == ["Omid", "Sara"], "newest first, as in the list"
    assert _head(columns["new"]) == ("2", "1,300")
    assert _cards(columns[""]) == ["Lena"]
    assert "No next activity" in columns["new"], "what the activities say"

    # The conditions, search and order of the list hold.
    columns = _columns(admin.get(f"{BOARD}?city=Tehran&sort=name&sum=none&lang=en").text)
    assert (_cards(columns["new"]), _head(columns["new"])) == (["Sara"], ("1", ""))

    # A move is a save: version, figures, log.
    answer = _place(admin, first, "converted", 1, by="status", sum="opening_purchases").get_json()
    assert answer["version"] == 2
    assert answer["columns"]["converted"]["count"] == "1"
    assert ">1,200.5</bdi>" in answer["columns"]["converted"]["sum"]
    assert answer["columns"]["new"]["count"] == "1"
    assert api.get(f"{LIST}/{first}")["status"] == "converted"
    history = admin.get(f"{LIST}/{first}/history").text
    assert "Converted" in history

    # Somebody changed it meanwhile; no such value; a plugin's or field's own refusal comes in words.
    late = _place(admin, first, "new", 1)
    assert (late.status_code, "changed" in late.get_json()["detail"]) == (409, True)
    wrong = _place(admin, first, "nowhere", 2)
    assert (wrong.status_code, bool(wrong.get_json()["errors"])) == (422, True)
    assert admin.get(f"{BOARD}?by=name").status_code == 404
    assert admin.get(f"{BOARD}?sum=latitude").status_code == 404


def test_a_board_by_a_value_list_or_an_added_choice(site: Site) -> None:
    admin, api = site.client(), site.api()
    gold = api.create("contacts.category", name="Gold", name_fa="طلایی", hue="amber", position=2)["id"]
    silver = api.create("contacts.category", name="Silver", position=1)["id"]
    site.add_field("contacts.contact", "heat", "choice", filter=True, choices={"hot": "Hot", "cold": "Cold"})
    one = _contact(site, "Sara", category_id=gold, custom={"heat": "hot"})
    page = admin.get(f"{BOARD}?by=category_id&lang=fa").text
    columns = _columns(page)
    assert list(columns) == [str(silver), str(gold), ""], "in the order of the list"
    assert "طلایی" in columns[str(gold)]
    assert "dw-hue-amber" in page
    assert f"new?category_id={gold}" in columns[str(gold)], "a new record stands in the column at once"
    assert _place(admin, one, str(silver), 1, by="category_id").status_code == 200
    assert api.get(f"{LIST}/{one}")["category_id"] == silver

    columns = _columns(admin.get(f"{BOARD}?by=custom.heat&lang=en").text)
    assert list(columns) == ["hot", "cold", ""]
    assert _place(admin, one, "", 2, by="custom.heat").status_code == 200
    assert _cards(_columns(admin.get(f"{BOARD}?by=custom.heat").text)[""]) == ["Sara"]


def test_a_board_shows_and_moves_what_the_rights_allow(site: Site) -> None:
    mine, theirs = _contact(site, "Mine", status="new"), _contact(site, "Theirs", status="new")
    role = site.role("Caller", contacts__contact__view=ALL, contacts__contact__change=OWN)
    caller_id = site.user("caller@example.com")
    site.give_roles(caller_id, role)
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE contacts_contact SET owner_id = :who WHERE id = :id"),
                       {"who": caller_id, "id": mine})  # fmt: skip
    caller = site.client(caller_id)
    column = _columns(caller.get(BOARD).text)["new"]
    assert set(_cards(column)) == {"Mine", "Theirs"}
    cards = dict(re.findall(r'id="card-(\d+)"([^>]*)', column))
    assert "data-moves" in cards[str(mine)]
    assert "data-moves" not in cards[str(theirs)]
    refused = _place(caller, theirs, "lost", 1)
    assert (refused.status_code, refused.get_json()["detail"]) == (
        403, "You may see this record, but not change it.")  # fmt: skip
    assert _place(caller, mine, "lost", 1).status_code == 200

    # A field that is hidden makes no board, is no sum and stands on no card.
    with site.unit():
        rights.set_role_fields(role, "contacts.contact", {"status": HIDDEN, "opening_purchases": HIDDEN})
    assert caller.get(f"{BOARD}?by=status").status_code == 404
    assert caller.get(f"{BOARD}?sum=opening_purchases").status_code == 404
    assert _place(caller, mine, "new", 2, by="status").status_code == 404


def test_a_board_takes_few_queries_and_loads_more_of_a_column(site: Site) -> None:
    admin = site.client()
    site.api().call("POST", f"{LIST}/bulk", {"create": [
        {"name": f"Person {n:02}", "email": f"p{n}@example.com", "status": "new" if n % 3 else "lost"}
        for n in range(60)]})  # fmt: skip
    address = f"{BOARD}?sort=name"
    page = admin.get(address).text
    new = _columns(page)["new"]
    seen = _cards(new)
    assert len(seen) == 20
    more = re.search(r'data-more-cards="([^"]+)"', new)
    while more:
        part = admin.get(more[1].replace("&amp;", "&")).text
        seen += _cards(part)
        more = re.search(r'data-more-cards="([^"]+)"', part)
    assert seen == [f"Person {n:02}" for n in range(60) if n % 3], "no card is skipped or comes twice"
    with counted_queries(site.app) as asked:
        assert admin.get(address).status_code == 200
    statements = [statement for statement in asked if statement.startswith(("SELECT", "WITH"))]
    assert len(statements) <= 7, statements


def test_a_saved_view_remembers_the_board_and_is_offered_in_every_layout(site: Site) -> None:
    admin = site.client()
    _contact(site, "Sara", status="new", source="email", city="Tehran")
    page = admin.get(f"{BOARD}?by=source&city=Tehran&lang=en").text
    form = dict(re.findall(r'name="(address|columns)" value="([^"]*)"', page))
    saved = admin.post(f"{LIST}/views", {
        "name": "Sources", "audience": "everybody", "pinned": "1", "opens_first": "1",
        **{name: value.replace("&amp;", "&") for name, value in form.items()}})  # fmt: skip
    assert saved.headers["Location"].startswith(f"{BOARD}?view=")
    # It opens first, as a board by that field, and is not told to be changed.
    opened = admin.get(LIST, follow_redirects=True)
    assert opened.request.path == BOARD
    assert list(_columns(opened.text))[:2] == ["facebook", "zalo"]
    assert ">changed<" not in opened.text
    assert "Sources" in admin.get(f"{LIST}/calendar").text
    assert admin.get(f"{LIST}/calendar?view=1", follow_redirects=True).request.path == BOARD
    table = admin.get(f"{LIST}?view=0")
    assert (table.status_code, "Sources" in table.text) == (200, True)
