"""One change for many records: told before, carried out by a job within the user's rights, and taken back exactly."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
import sqlalchemy as sa

from core.actor import ALL, NONE, OWN
from core.auth import rights
from core.jobs.worker import Worker
from core.mass import running
from core.testing import Client, Site
from tests.core.transfer.steps import Wizard, csv_of

LIST = "/contacts/contact"


def people(site: Site, count: int, **more: Any) -> list[int]:
    api = site.api()
    return [api.create("contacts.contact", name=f"Person {n}", email=f"p{n}@example.com", **more)["id"]
            for n in range(count)]  # fmt: skip


def cities(site: Site) -> dict[str, str]:
    rows = site.api().get(f"{LIST}?fields=name,city&limit=100")["data"]
    return {row["name"]: row["city"] for row in rows}


def work(site: Site) -> None:
    worker = Worker(site.app.engine, site.app.settings)
    for _turn in range(10):
        if not worker.work_next():
            return


def asked(client: Client, field: str, value: str, **selection: Any) -> str:
    """The address of an act that is ready to be carried out."""
    place = client.post(f"{LIST}/bulk/change", selection).headers["Location"]
    assert client.get(f"{place}?field={field}").status_code == 200
    assert client.post(place, {"field": field, field: value}).status_code == 303
    return place


def text_of(client: Client, place: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", client.get(place).get_data(as_text=True))


def test_a_change_of_many_is_told_carried_out_and_taken_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 3)
    ids, client, api = people(site, 7, city="Tehran"), site.client(), site.api()
    api.call("PATCH", f"{LIST}/{ids[0]}", {"city": "Shiraz"})
    place = asked(client, "city", "Shiraz", all_matching="1", email__contains="example.com")
    for step in ("?again=1", "?field=city"):
        assert "7 records are selected." in text_of(client, f"{place}{step}")
    told = text_of(client, place)
    assert "6 records will be changed." in told
    assert "have this value already" in told
    assert set(cities(site).values()) == {"Tehran", "Shiraz"}

    done = client.post(f"{place}/run")
    work(site)
    assert client.get(f"{place}/status").get_json()["location"] == place
    assert set(cities(site).values()) == {"Shiraz"}
    with site.app.engine.connect() as connection:
        acts = connection.execute(sa.text(
            "SELECT action, count(*) FROM core_audit WHERE request_id = :id GROUP BY action"),
            {"id": done.headers["X-Request-Id"]}).all()  # fmt: skip
        notices = connection.execute(sa.text("SELECT count(*) FROM core_notice WHERE kind = 'core.mass_changed'"))
        assert notices.scalar_one() == 1
    assert dict(map(tuple, acts)) == {"mass_change": 1, "update": 6}

    # Somebody works on two of them in the meantime: these are kept, and named.
    for one in ids[5:]:
        api.call("PATCH", f"{LIST}/{one}", {"city": "Tabriz"})
    assert 'data-confirm-text="6 records are put back' in client.get(place).text
    client.post(f"{place}/undo")
    work(site)
    found = cities(site)
    assert [found[f"Person {n}"] for n in range(7)] == ["Shiraz", *["Tehran"] * 4, "Tabriz", "Tabriz"]
    told = text_of(client, place)
    assert "Person 5" in told
    assert "Somebody has changed it since." in told
    assert client.post(f"{place}/undo").status_code == 422


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_many_press_at_once_happens_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-48: carried out and taken back, each by one job, with one entry in the log."""
    monkeypatch.setattr(running, "CHUNK", 2)
    people(site, 3, city="Tehran")
    place = asked(site.client(), "city", "Shiraz", all_matching="1")
    for act, city in (("run", "Shiraz"), ("undo", "Tehran")):
        # All have seen the act as it was before the first of them changes it.
        together = Barrier(4)
        monkeypatch.setattr(running, "_may", lambda _spec, _act, met=together: met.wait(60))
        with ThreadPoolExecutor(4) as pool:
            pressed = list(pool.map(lambda client, act=act: client.post(f"{place}/{act}"),
                                    [site.client() for _one in range(4)]))  # fmt: skip
        assert sorted(answer.status_code for answer in pressed) == [303, 409, 409, 409]
        monkeypatch.setattr(running, "_may", lambda _spec, _act: None)
        work(site)
        assert set(cities(site).values()) == {city}
    with site.app.engine.connect() as connection:
        told = connection.execute(sa.text("SELECT action, count(*) FROM core_audit WHERE action LIKE '%mass%' "
                                          "GROUP BY action ORDER BY action")).all()  # fmt: skip
        jobs = connection.execute(sa.text("SELECT count(*) FROM core_job WHERE name = 'core.mass_change'")).scalar_one()
    assert (list(map(tuple, told)), jobs) == ([("mass_change", 1), ("undo_mass", 1)], 2)


def test_what_may_not_be_changed_is_counted_with_its_reason_and_left(site: Site) -> None:
    people(site, 2)
    user = site.user("narrow@example.com")
    role = site.role("Narrow", contacts__contact__view=ALL, contacts__contact__change=OWN, contacts__contact__add=ALL,
                     core__mass__change=ALL)  # fmt: skip
    site.give_roles(user, role)
    client = site.client(user)
    client.post(f"{LIST}/new", {"name": "Mine", "email": "mine@example.com"})
    place = asked(client, "city", "Qom", all_matching="1")
    told = text_of(client, place)
    assert "1 record will be changed." in told
    assert "you may not see it" in told
    # Another user does not even find it, and without the right of many it does not begin.
    assert site.client().get(place).status_code == 404
    with site.unit():
        rights.set_role_grants(role, {"core.mass.change": NONE})
    assert client.post(f"{place}/run").status_code == 403
    with site.unit():
        rights.set_role_grants(role, {"core.mass.change": ALL})
    client.post(f"{place}/run")
    work(site)
    assert sorted(str(city) for city in cities(site).values()) == ["None", "None", "Qom"]
    assert "Person 0" in text_of(client, place)


def test_few_are_changed_at_once_and_tags_and_deletion_are_taken_back(site: Site) -> None:
    ids, client, api = people(site, 3), site.client(), site.api()
    tag = client.post("/contacts/tag/options", {"title": "Fair"}).get_json()["id"]
    # Those that had the value already are not told as changed.
    api.call("PATCH", f"{LIST}/{ids[0]}", {"status": "converted"})
    sent = {"id": [str(one) for one in ids], "value": "converted"}
    assert client.post(f"{LIST}/bulk/status", sent, headers={"Accept": "application/json"}).get_json()["count"] == 2
    # Apply without having chosen anything must not empty the field.
    for action in ("status", "owner_id", "tags"):
        assert client.post(f"{LIST}/bulk/{action}", {**sent, "value": ""}).status_code == 422
    acts = []
    for action, value in (("tags", str(tag)), ("delete", "")):
        answer = client.post(f"{LIST}/bulk/{action}", {"id": [str(one) for one in ids], "value": value})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        page = client.get(answer.headers["Location"]).get_data(as_text=True)
        acts.append(re.search(r"/contacts/contact/mass/\d+/undo", page)[0])  # type: ignore[index]
    assert api.get(LIST)["data"] == []
    assert client.post(acts[1]).status_code == 303
    rows = api.get(f"{LIST}?fields=name,tags")["data"]
    assert [[one["name"] for one in row["tags"]] for row in rows] == [["Fair"]] * 3, rows


def test_a_new_tag_is_made_where_many_are_given_it_by_whoever_may(site: Site) -> None:
    ids, rep = people(site, 2), site.user("rep@example.com")
    site.give_roles(rep, site.role("Rep", contacts__contact__view=ALL, contacts__contact__change=ALL,
                                   contacts__tag__view=ALL, core__mass__change=ALL))  # fmt: skip

    def picker(client: Client) -> str:
        found = re.search(r'<select[^>]*/contacts/tag/options[^>]*data-bulk-value[^>]*>', client.get(LIST).text)
        assert found is not None
        return found[0]

    def tags() -> list[str]:
        return [row["name"] for row in site.api().get("/contacts/tag")["data"]]

    assert "data-create" in picker(site.client())
    assert "data-create" not in picker(site.client(rep))
    before = tags()
    for address, sent in (("/contacts/tag/options", {"title": "Fair"}),
                          (f"{LIST}/bulk/tags", {"id": ids, "value": "Fair"})):  # fmt: skip
        assert site.client(rep).post(address, sent).status_code in (403, 422), address
    assert tags() == before
    made = site.client().post("/contacts/tag/options", {"title": "Fair"}).get_json()["id"]
    assert site.client().post(f"{LIST}/bulk/tags", {"id": ids, "value": made}).status_code == 303
    assert len(site.api().get(f"{LIST}?tags={made}")["data"]) == 2


def test_what_was_done_lately_is_taken_back_when_its_message_is_gone(site: Site) -> None:
    ids, client, api = people(site, 3), site.client(), site.api()
    assert "You have not changed many records at once so far." in text_of(client, f"{LIST}/mass")
    assert f'href="{LIST}/mass"' in client.get(LIST).text
    for action, value in (("status", "lost"), ("delete", "")):
        sent = {"id": [str(one) for one in ids], "value": value}
        client.post(f"{LIST}/bulk/{action}", sent, headers={"Accept": "application/json"})
    told = text_of(client, f"{LIST}/mass")
    assert "Moved to the trash" in told
    assert "3 records deleted" in told
    assert "Status: Lost" in told
    assert "3 records changed" in told
    other = site.client(site.user("other@example.com", "sales_manager"))
    assert "Status: Lost" not in text_of(other, f"{LIST}/mass")
    for _act in range(2):
        place = re.search(r"/contacts/contact/mass/\d+/undo", client.get(f"{LIST}/mass").text)
        assert place is not None
        client.post(place[0])
    assert {row["status"] for row in api.get(f"{LIST}?fields=status")["data"]} == {"new"}
    assert "undone" in text_of(client, f"{LIST}/mass")
    assert "/undo" not in client.get(f"{LIST}/mass").text


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Nothing was changed"), ("fa", "چیزی تغییر نکرد"), ("ar", "لم يتغير شيء")]
)
def test_an_act_that_changed_nothing_says_so_among_the_latest(site: Site, language: str, told: str) -> None:
    sent = {"id": [str(one) for one in people(site, 3)], "value": "new"}
    client = site.client()
    client.post(f"{LIST}/bulk/status", sent, headers={"Accept": "application/json"})
    page = text_of(client, f"{LIST}/mass?lang={language}")
    assert told in page
    assert not re.search(r"[0٠۰] (records|رکورد)", page)


def test_what_is_taken_back_one_after_the_other_is_all_taken_back(site: Site) -> None:
    """An import, two changes of what it brought and a deletion, the last first; what a hand changed since is kept."""
    wizard = Wizard(site)
    wizard.choose("a.csv", csv_of("Name,Email,City", [f"P{n},p{n}@example.com,Qom" for n in range(4)]))
    wizard.run()
    wizard.choose("b.csv", csv_of("Email,City", [f"p{n}@example.com,Yazd" for n in range(4)]))
    wizard.run()
    client, api = wizard.client, site.api()
    ids = [row["id"] for row in api.get(f"{LIST}?fields=id&sort=id")["data"]]
    sent = {"id": [str(one) for one in ids]}
    for action, value in (("status", "lost"), ("status", "converted"), ("delete", "")):
        client.post(f"{LIST}/bulk/{action}", {**sent, "value": value}, headers={"Accept": "application/json"})
    acts = re.findall(r"/contacts/contact/mass/\d+/undo", client.get(f"{LIST}/mass").text)
    for place in acts[:2]:
        client.post(place)
    api.call("PATCH", f"{LIST}/{ids[0]}", {"note": "By hand"})
    client.post(acts[2])
    found = {row["id"]: row["status"] for row in api.get(f"{LIST}?fields=id,status")["data"]}
    assert found == {ids[0]: "lost", ids[1]: "new", ids[2]: "new", ids[3]: "new"}
    wizard.undo()
    assert [city for _name, city in sorted(cities(site).items())] == ["Yazd", "Qom", "Qom", "Qom"]


def test_a_cancelled_change_stops_and_a_waiting_one_never_begins(site: Site) -> None:
    people(site, 2, city="Yazd")
    client = site.client()
    place = asked(client, "city", "Qom", all_matching="1")
    client.post(f"{place}/run")
    client.post(f"{place}/cancel")
    work(site)
    assert set(cities(site).values()) == {"Yazd"}
    assert "was cancelled" in text_of(client, place)


def test_cancelling_waits_for_the_chunk_at_hand_and_tells_of_all_that_was_changed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise records would be changed after the page has said how many were, and even after that was undone."""
    monkeypatch.setattr(running, "CHUNK", 2)
    people(site, 5, city="Yazd")
    client, told, cancelled = site.client(), [], Event()
    place = asked(client, "city", "Qom", all_matching="1")
    client.post(f"{place}/run")
    canceller, save = site.client(), running._saved

    def cancel() -> None:
        canceller.post(f"{place}/cancel")
        told.append(text_of(canceller, place))
        cancelled.set()

    def saved_while_somebody_cancels(*given: Any) -> Any:
        cancelling.submit(cancel)
        cancelled.wait(1)  # Not to be waited for in vain where cancelling does not wait for this chunk.
        return save(*given)

    monkeypatch.setattr(running, "_saved", saved_while_somebody_cancels)
    with ThreadPoolExecutor(1) as cancelling:
        work(site)
    assert sorted(cities(site).values()) == ["Qom", "Qom", "Yazd", "Yazd", "Yazd"]
    assert re.search(r"\b2\s+changed", told[0])
