"""Records that become one: nothing leads to the others any more, nothing is lost, and taking it back restores all."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from core import pointing, records
from core.actor import ALL, NONE, OWN
from core.merging import acting, suspects
from core.ops import erase
from core.registry import current
from core.testing import Client, Site

LIST = "/contacts/contact"
CONTACT = "contacts.contact"
#: What a merge that was taken back leaves other than it was: that there were changes.
TRACES = {"version", "updated_at"}


def person(site: Site, name: str, **values: Any) -> int:
    return int(site.api().create(CONTACT, name=name, **values)["id"])


def stored(site: Site) -> dict[str, list[dict[str, Any]]]:
    """Every row of every entity, of what links them, and of what lies beside records, without traces of changes."""
    found = {}
    with site.unit() as opened:
        specs = [spec for spec in current().entities.values() if spec.plugin != "core"]
        tables = [table for spec in specs for table in (spec.table, *spec.links.values(), *spec.lookups.values())]
        for table in (*tables, *(one.table for one in pointing.tables())):
            rows = opened.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
            found[table.name] = [{name: value for name, value in row.items() if name not in TRACES} for row in rows]
    return found


def leading_to(site: Site, ids: list[int]) -> dict[str, int]:
    """How many rows of each place lead to one of these contacts, told apart from what such a contact says itself."""
    with site.unit() as opened:
        spec = current().entity(CONTACT)
        found = {}
        for one in pointing.pointers(spec):
            own = [one.spec.table.c.id.not_in(ids)] if one.spec is spec else []
            statement = sa.select(sa.func.count()).select_from(one.spec.table).where(one.leads_to(ids), *own)
            found[one.place] = opened.execute(statement).scalar_one()
        for table in pointing.tables():
            mine = sa.and_(table.table.c.entity == CONTACT, table.table.c.record_id.in_(ids))
            statement = sa.select(sa.func.count()).select_from(table.table).where(mine)
            found[table.table.name] = opened.execute(statement).scalar_one()
    return found


def three(site: Site) -> tuple[int, int, int]:
    """Three records of one person, with all kinds of things that lead to them."""
    api, client = site.api(), site.client()
    site.add_field(CONTACT, "partner", "ref", target=CONTACT)
    site.add_field(CONTACT, "size", "text")
    kept = person(site, "Sara Ahmadi", email="sara@example.com", city="Tehran", country="IR", tags=["customer"])
    second = person(site, "ساره احمدی", phone="+989121234567", tags=["fair"], note="from the fair",
                    custom={"size": "M"})
    third = person(site, "Sara", phone="+989121234568", email="s@example.com", note="calls back",
                   birth_date="1990-04-07", address="Azadi 5", city="Tehran", country="IR", phones=[
                       {"value": "+989121234568", "primary": True}, {"value": "+982188776655", "label": "work"}])
    other = person(site, "Other", email="other@example.com", custom={"partner": second})
    company = api.create("contacts.company", name="Arman")["id"]
    for one in (kept, second, third):
        api.create("activities.activity", subject=f"Call {one}", type="call", entity=CONTACT, record_id=one,
                   done_at=f"2026-0{one}-01T10:00:00Z")
        api.create("activities.comment", body=f"About {one}", entity=CONTACT, record_id=one)
        client.post(f"/api/v1{LIST}/{one}/attachments?name=offer.txt", data=f"text {one}", content_type="text/plain")
        client.get(f"{LIST}/{one}")
    api.create("activities.activity", subject="Lunch", type="meeting", contacts=[kept, second, other])
    api.create("activities.activity", subject="Dinner", type="meeting", contacts=[third, second])
    api.create("contacts.relation", contact_id=other, other_id=second, kind="friend")
    api.create("contacts.relation", contact_id=kept, other_id=third, kind="colleague")
    gone = api.create("contacts.position", contact_id=third, company_id=company, role="Buyer")["id"]
    assert api.call("DELETE", f"/contacts/position/{gone}").status_code == 204
    return kept, second, third


def test_nothing_leads_to_what_was_merged_nothing_is_lost_and_undoing_restores_all(site: Site) -> None:
    kept, second, third = three(site)
    before, losers = stored(site), leading_to(site, [second, third])
    assert min(losers[place] for place in ("contacts.relation.other_id", "contacts.position.contact_id",
               "activities.activity.record_id", "activities.comment.record_id", "core_attachment", "core_opened",
               "activities_follower", "contacts.contact.custom.partner")) > 0  # fmt: skip
    owned = leading_to(site, [kept, second, third])
    api = site.api()
    answer = api.call("POST", f"{LIST}/{kept}/merge", {"ids": [second, third], "take": {"email": kept}})
    made = answer.get_json()
    assert answer.status_code == 200, made

    after = leading_to(site, [second, third])
    # A follower and an opening of both stay where they are: the record that is kept has them already.
    assert {place for place, number in after.items() if number} <= {"core_opened", "activities_follower"}
    assert leading_to(site, [kept, second, third]) == owned
    assert made["email"] == "sara@example.com"
    assert [one["value"] for one in made["emails"]] == ["sara@example.com", "s@example.com"]
    assert {one["value"] for one in made["phones"]} == {"+989121234567", "+989121234568", "+982188776655"}
    assert {one["name"] for one in made["tags"]} == {"customer", "fair"}
    assert (made["address"], made["birth_date"], made["custom"]["size"]) == ("Azadi 5", "1990-04-07", "M")
    assert made["note"] == "from the fair\n\ncalls back"
    assert made["last_interaction_at"].startswith("2026-03-01")
    meetings = api.get("/activities/activity?fields=subject,contacts&type=meeting")["data"]
    guests = {one["subject"]: {guest["id"] for guest in one["contacts"]} for one in meetings}
    assert guests == {"Lunch": {kept, kept + 3}, "Dinner": {kept}}
    with site.unit() as opened:
        names = opened.execute(sa.text("SELECT name FROM core_attachment ORDER BY name")).scalars().all()
        assert names == ["offer (2).txt", "offer (3).txt", "offer.txt"]
        joined = opened.execute(sa.text("SELECT deleted_at FROM contacts_relation WHERE contact_id = other_id"))
        assert joined.scalar_one() is not None

    assert api.call("POST", f"{LIST}/{kept}/unmerge", {}).status_code == 200
    assert stored(site) == before


def test_the_old_address_leads_to_the_record_and_the_log_tells_who_and_what(site: Site) -> None:
    kept, gone = person(site, "Sara", email="a@example.com"), person(site, "Sarah", email="b@example.com")
    api, client = site.api(), site.client()
    api.create("activities.activity", subject="Call", type="call", entity=CONTACT, record_id=gone)
    place = client.get(f"{LIST}/merge?id={kept}&id={gone}")
    form = {"id": [str(kept), str(gone)], "keep": str(kept), "take-name": str(gone), "take-email": str(kept),
            f"version-{kept}": "1", f"version-{gone}": "1",
            "form_id": re.search(r'name="form_id" value="([^"]+)', place.get_data(as_text=True))[1]}  # type: ignore[index]
    done = client.post(f"{LIST}/merge", form)
    assert done.headers["Location"] == f"{LIST}/{kept}" == client.post(f"{LIST}/merge", form).headers["Location"]
    assert client.get(f"{LIST}/{gone}").headers["Location"] == f"{LIST}/{kept}"
    missing = api.call("GET", f"{LIST}/{gone}")
    assert (missing.status_code, missing.get_json()["merged_into"]) == (404, kept)
    again = api.call("POST", f"{LIST}/{kept}/merge", {"ids": [gone]})
    assert (again.status_code, again.get_json()["name"]) == (200, "Sarah")
    assert "Merged into “Sarah”" in client.get(f"{LIST}/trash").get_data(as_text=True)
    history = client.get(f"{LIST}/{kept}/history").get_data(as_text=True)
    assert "Merged with other records by" in history
    assert "1 linked item" in history
    with site.unit() as opened:
        merge_id = opened.execute(sa.text("SELECT max(id) FROM core_merge")).scalar_one()
        told = opened.execute(sa.text("SELECT action, record_id FROM core_audit WHERE request_id = :id ORDER BY id"),
                              {"id": done.headers["X-Request-Id"]}).all()  # fmt: skip
    assert [tuple(row) for row in told] == [("update", 1), ("delete", gone), ("update", kept), ("merge", kept)]
    # What somebody changes in the meantime stays, and undoing says so.
    api.call("PATCH", f"{LIST}/{kept}", {"name": "Sara Karimi"})
    back = client.post(f"{LIST}/merge/{merge_id}/undo")
    assert back.status_code == 303
    assert api.get(f"{LIST}/{gone}")["name"] == "Sarah"
    assert "it stays: Name" in client.get(f"{LIST}/{kept}").get_data(as_text=True)
    assert client.post(f"{LIST}/merge/{merge_id}/undo").status_code == 422


def test_merging_asks_for_rights_on_all_records_and_for_their_versions(site: Site) -> None:
    mine = site.role("Sellers", contacts__contact__view=ALL, contacts__contact__change=ALL,
                     contacts__contact__delete=OWN)  # fmt: skip
    user = site.user("seller@example.com")
    site.give_roles(user, mine)
    theirs, own = person(site, "A", email="a@example.com"), person(site, "B", email="b@example.com", owner_id=user)
    api = site.api(user)
    assert api.call("POST", f"{LIST}/{own}/merge", {"ids": [theirs]}).status_code == 404
    site.give_roles(user, site.role("Readers", contacts__contact__view=ALL, contacts__contact__change=ALL,
                                    contacts__contact__delete=NONE))  # fmt: skip
    assert api.call("POST", f"{LIST}/{own}/merge", {"ids": [theirs]}).status_code == 403
    admin = site.api()
    for body, status in (({"ids": [theirs], "versions": {str(theirs): 9}}, 409), ({"ids": [own]}, 422),
                         ({"ids": []}, 422), ({"ids": [theirs, 4, 5, 6, 7]}, 422), ({"ids": "x"}, 400),
                         ({"ids": [theirs], "take": {"number": theirs}}, 422), ({"ids": [99999]}, 404),
                         ({"ids": [theirs], "take": {"name": 99999}}, 422)):  # fmt: skip
        assert admin.call("POST", f"{LIST}/{own}/merge", body).status_code == status, body
    assert admin.get(f"{LIST}/{theirs}")["version"] == 1
    assert admin.call("POST", "/activities/activity/1/merge", {"ids": [2]}).status_code == 404


def text_of(client: Client, place: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", client.get(place).get_data(as_text=True))


def test_records_that_are_alike_stand_on_a_page_until_somebody_says_they_are_not_the_same(site: Site) -> None:
    client = site.client()
    assert "No duplicate records found" in text_of(client, f"{LIST}/suspects")
    first = person(site, "علي أحمد", phone="+966501112233", city="Riyadh")
    second = person(site, "على احمد", email="ali@example.com", city="Riyadh")
    third = person(site, "Someone", email="some@example.com", phones=["+966501112244", "+966501112233"])
    with site.unit():
        spec = current().entity(CONTACT)
        found = {rule: [group.ids for group in suspects.page(spec, rule, 20)] for rule in suspects.rules(spec)}
        assert {rule: groups for rule, groups in found.items() if groups} == {
            ("phone",): [(third, first)], ("name", "city"): [(second, first)]}
        assert suspects.counted(spec) == {rule: len(groups) for rule, groups in found.items()}
    shown = text_of(client, f"{LIST}/suspects?rule=3")
    assert "على احمد" in shown
    assert "Someone" not in shown
    chosen = client.post(f"{LIST}/bulk/merge", {"id": [str(first), str(second)]})
    assert chosen.headers["Location"] == f"{LIST}/merge?id={first}&id={second}"
    assert client.post(f"{LIST}/bulk/merge", {"id": [str(first)]}).status_code == 422
    client.post(f"{LIST}/suspects/apart", {"id": [str(first), str(second)]})
    assert "على احمد" not in text_of(client, f"{LIST}/suspects?rule=3")
    warned = client.get(f"{LIST}/duplicates?name=علي أحمد&city=Riyadh&exclude={first}").get_data(as_text=True)
    assert "على" not in warned
    # A third one like them makes the group new.
    fourth = person(site, "علی احمد", email="x@example.com", city="Riyadh")
    with site.unit():
        assert suspects.page(current().entity(CONTACT), ("name", "city"), 20)[0].ids == (fourth, second, first)
    client.post(f"{LIST}/suspects/together?id={first}&id={second}")
    assert f"merge?id={first}&amp;id={second}" in client.get(
        f"{LIST}/duplicates?name=علي أحمد&exclude={first}").get_data(as_text=True)


def test_many_children_are_moved_by_as_many_statements_as_few(site: Site) -> None:
    counts: list[int] = []
    said: list[str] = []
    for children in (2, 60):
        kept, gone = (person(site, f"P{children}{n}", email=f"p{children}{n}@example.com") for n in range(2))
        with site.unit() as opened:
            activity, spec = current().entity("activities.activity"), current().entity(CONTACT)
            about = {"type": "call", "entity": CONTACT, "record_id": gone}
            calls = [records.Change(values={**about, "subject": f"Call {n}"}) for n in range(children)]
            records.save_many(activity, calls)
            said.clear()
            sa.event.listen(opened.connection, "before_cursor_execute", lambda *given: said.append(given[2]))
            acting.part(spec, acting.merge(spec, kept, [gone]))
            counts.append(len(said))
    assert counts[0] == counts[1]


def test_whoever_is_erased_is_erased_with_what_was_merged_into_his_record(site: Site) -> None:
    kept, gone = person(site, "Sara", email="a@example.com"), person(site, "Hidden Name", email="hidden@example.com")
    assert site.api().call("POST", f"{LIST}/{kept}/merge", {"ids": [gone]}).status_code == 200
    erase.forget(site.app.settings, CONTACT, kept, "asked for")
    with site.unit() as opened:
        left = [str(opened.execute(sa.text(f"SELECT {columns} FROM {table}")).all()) for columns, table in (
            ("name, email, search_text", "contacts_contact"), ("before, after, state", "core_merge"),
            ("changes, record_title", "core_audit"))]  # fmt: skip
    assert not any(text in told.lower() for told in left for text in ("hidden", "sara"))
    assert "closed" in left[1]
