"""What a colleague is in charge of goes to others when he leaves: counted, split, handed over, undone (S62)."""

from __future__ import annotations

import html
import re

import sqlalchemy as sa

from core.entity.base import utc_now
from core.jobs.worker import Worker
from core.testing import Client, Site
from core.webhooks.models import webhooks

LIST = "/contacts/contact"


def owners(site: Site) -> dict[str, int]:
    rows = site.api().get(f"{LIST}?fields=name,owner_id&limit=100")["data"]
    return {row["name"]: row["owner_id"] for row in rows}


def work(site: Site) -> None:
    worker = Worker(site.app.engine, site.app.settings)
    for _turn in range(20):
        if not worker.work_next():
            return


def shown(client: Client, place: str) -> str:
    return " ".join(re.sub(r"<[^>]+>|[\u2066-\u2069]", " ", client.get(place).text).split())


def test_who_may_no_longer_log_in_hands_over_what_he_is_in_charge_of(site: Site) -> None:
    client, api = site.client(), site.api()
    leaver, first, second = (site.user(f"{name}@example.com", "read_only") for name in ("leaver", "first", "second"))
    for n in range(6):
        api.create("contacts.contact", name=f"Person {n}", email=f"p{n}@example.com", owner_id=leaver,
                   country="IR" if n < 2 else "SA")  # fmt: skip
    api.create("contacts.company", name="Alpha", owner_id=leaver)

    form = {"name": "Leaver", "email": "leaver@example.com", "version": "1"}
    place = client.post(f"/settings/users/{leaver}", form).headers["Location"].partition("?")[0]
    assert place.endswith(f"/settings/users/{leaver}/hand-over")
    assert "leaver@example.com" not in shown(client, place)  # he cannot take over from himself

    unsaid = client.get(f"{place}?step=2")
    assert unsaid.status_code == 422
    assert "Choose at least one person who takes over." in unsaid.text

    # Two share; contacts of Iran are one's alone, and the company stays.
    asked = f"{place}?to={first}&to={second}&split=contacts.contact.owner_id:country"
    assert "Saudi Arabia" in shown(client, asked)
    held = "contacts.contact.owner_id"
    sent = {"to": [str(first), str(second)], "split": f"{held}:country", f"{held}=IR": str(first),
            f"{held}=SA": "evenly", "contacts.company.owner_id": ""}  # fmt: skip
    assert client.post(place, {**sent, f"{held}=IR": "", f"{held}=SA": ""}).status_code == 422
    act = client.post(place, sent).headers["Location"].partition("?")[0]
    assert "6 records will be handed over." in shown(client, act)
    assert set(owners(site).values()) == {leaver}

    client.post(f"{act}/run")
    work(site)
    assert client.get(f"{act}/status").get_json()["location"] == act
    found = owners(site)
    assert [found[f"Person {n}"] for n in range(6)] == [first, first, first, second, first, second]
    assert api.get("/contacts/company")["data"][0]["owner_id"] == leaver
    with site.app.engine.connect() as connection:
        line = connection.execute(sa.text(
            "SELECT entity, record_id FROM core_audit WHERE action = 'hand_over'")).one()  # fmt: skip
    assert tuple(line) == ("core.user", leaver)

    # Whose successor gave it to somebody else meanwhile is kept; what was only worked on goes back.
    ids = {row["name"]: row["id"] for row in api.get(f"{LIST}?fields=name&limit=100")["data"]}
    api.call("PATCH", f"{LIST}/{ids['Person 0']}", {"owner_id": second})
    api.call("PATCH", f"{LIST}/{ids['Person 1']}", {"city": "Shiraz"})
    assert 'data-confirm-text="6 records are put back' in client.get(act).text
    client.post(f"{act}/undo")
    work(site)
    assert owners(site) == {f"Person {n}": second if n == 0 else leaver for n in range(6)}
    assert "1 stays as it is" in shown(client, act)
    assert site.client(first).get(place).status_code == 403


def test_the_last_step_leads_back_to_what_was_chosen(site: Site) -> None:
    client, api = site.client(), site.api()
    leaver, first, second = (site.user(f"{name}@example.com") for name in ("leaver", "first", "second"))
    for n, country in enumerate(("IR", "SA", "SA")):
        api.create("contacts.contact", name=f"Person {n}", email=f"p{n}@example.com", owner_id=leaver, country=country)
    api.create("contacts.company", name="Alpha", owner_id=leaver)
    place, contacts = f"/settings/users/{leaver}/hand-over", "contacts.contact.owner_id"
    sent = {"to": [str(first), str(second)], "split": f"{contacts}:country", f"{contacts}=IR": str(second),
            f"{contacts}=SA": "", "contacts.company.owner_id": str(first)}  # fmt: skip

    def chosen(page: str) -> dict[str, str]:
        selects = re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S)
        return {name: re.search(r'value="([^"]*)" selected', inner)[1]  # type: ignore[index]
                for name, inner in selects if "selected" in inner}  # fmt: skip

    last = client.get(client.post(place, sent).headers["Location"]).text
    back = html.unescape(re.search(rf'href="({place}\?[^"]+)"', last)[1])  # type: ignore[index]
    step = client.get(back).text
    assert chosen(step) == {"split": f"{contacts}:country", f"{contacts}=IR": str(second), f"{contacts}=SA": "",
                            "contacts.company.owner_id": str(first)}  # fmt: skip
    people = html.unescape(re.search(rf'href="({place}\?again[^"]+)"', step)[1])  # type: ignore[index]
    assert re.findall(r'name="to" value="(\d+)" checked', client.get(people).text) == [str(first), str(second)]


def test_what_is_about_a_record_goes_to_whom_the_record_goes(site: Site) -> None:
    client, api = site.client(), site.api()
    leaver, first, second = (site.user(f"{name}@example.com") for name in ("leaver", "first", "second"))
    people = [api.create("contacts.contact", name=f"Person {n}", email=f"p{n}@example.com", owner_id=leaver)["id"]
              for n in range(4)]  # fmt: skip
    company = api.create("contacts.company", name="Alpha", owner_id=leaver)["id"]
    for n, record_id in enumerate((people[1], people[1], people[0], people[3])):
        api.create("activities.activity", subject=f"Call {n}", entity="contacts.contact", record_id=record_id,
                   assignee_id=leaver, owner_id=leaver)  # fmt: skip
    api.create("activities.activity", subject="Visit", entity="contacts.company", record_id=company,
               assignee_id=leaver, owner_id=leaver)  # fmt: skip
    api.create("activities.activity", subject="Tidy up", assignee_id=leaver, owner_id=leaver)
    held = ("contacts.contact.owner_id", "contacts.company.owner_id", "activities.activity.owner_id",
            "activities.activity.assignee_id")  # fmt: skip
    place = f"/settings/users/{leaver}/hand-over"
    assert "Contacts 4 Companies 1 Activities 6" in shown(client, place)  # in charge of these and assigned to them
    sent = {"to": [str(first), str(second)], **dict.fromkeys(held, "evenly"), held[1]: str(second)}
    act = client.post(place, sent).headers["Location"].partition("?")[0]
    assert "11 records will be handed over." in shown(client, act)
    client.post(f"{act}/run")
    work(site)
    found = owners(site)
    assert [found[f"Person {n}"] for n in range(4)] == [first, second, first, second]
    calls = {row["subject"]: row for row in api.get("/activities/activity?fields=*&limit=100")["data"]}
    got = {name: (row["assignee_id"], row["owner_id"]) for name, row in calls.items()}
    assert got == {"Call 0": (second, second), "Call 1": (second, second), "Call 2": (first, first),
                   "Call 3": (second, second), "Visit": (second, second), "Tidy up": (first, first)}  # fmt: skip


def test_teams_saved_views_and_webhooks_go_too_and_come_back(site: Site) -> None:
    client, api = site.client(), site.api()
    leaver, next_one = (site.user(f"{name}@example.com", "administrator") for name in ("leaver", "next"))
    team = api.create("core.team", name="South", head_id=leaver)["id"]
    own = site.api(leaver)
    view = {"name": "My hot deals", "conditions": {"status": "new"}}
    assert own.call("POST", f"{LIST}/views", view).status_code == 201
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.insert(webhooks).values(
            name="Shop", url="https://example.com/hook", entities=[], events=["create"], sealed_secret="",
            user_id=leaver, active=True, reason="", failures=0, created_at=utc_now()))  # fmt: skip
    place = f"/settings/users/{leaver}/hand-over"
    text = shown(client, place)
    assert "Teams 1" in text
    assert "Saved views 1 Webhooks 1" in text

    sent = {"to": [str(next_one)], "core.team.head_id": str(next_one), "belonging.views": str(next_one),
            "belonging.webhooks": str(next_one)}  # fmt: skip
    act = client.post(place, sent).headers["Location"].partition("?")[0]
    assert owned(site) == {"core_list_view": leaver, "core_webhook": leaver}
    client.post(f"{act}/run")
    work(site)
    assert owned(site) == {"core_list_view": next_one, "core_webhook": next_one}
    assert api.get(f"/core/team/{team}")["head_id"] == next_one
    assert [one["name"] for one in site.api(next_one).get(f"{LIST}/views")["data"]] == ["My hot deals"]
    assert "There is nothing to hand over." in shown(client, place)

    client.post(f"{act}/undo")
    work(site)
    assert owned(site) == {"core_list_view": leaver, "core_webhook": leaver}
    assert api.get(f"/core/team/{team}")["head_id"] == leaver
    assert client.post(f"{act}/undo").status_code == 409


def test_what_he_follows_and_takes_part_in_goes_too_and_only_that_comes_back(site: Site) -> None:
    client, api = site.client(), site.api()
    leaver, next_one = (site.user(f"{name}@example.com", "read_only", name=name) for name in ("leaver", "next"))
    ids = [api.create("contacts.contact", name=f"Person {n}", email=f"p{n}@example.com")["id"] for n in range(4)]
    follow = "/activities/pages/follow?entity=contacts.contact&record_id={}&follows={}"
    for user, said in ((leaver, "1110"), (next_one, "_10_")):
        for record_id, follows in zip(ids, said, strict=True):
            if follows != "_":
                assert site.client(user).post(follow.format(record_id, follows)).status_code == 200
    when = (("2099-06-03T08:00:00Z", [leaver]), ("2020-06-03T08:00:00Z", [leaver]),
            ("2099-06-03T08:00:00Z", [leaver, next_one]))  # fmt: skip
    meetings = [api.create("activities.activity", subject="Meeting", starts_at=at, participants=people)["id"]
                for at, people in when]  # fmt: skip
    for record_id in ids[:2]:
        api.create("activities.comment", entity="contacts.contact", record_id=record_id,
                   body=f"@[leaver](user:{leaver}) look")  # fmt: skip
    before = following(site)
    place = f"/settings/users/{leaver}/hand-over"
    offered = shown(client, place)
    assert "Followed records 3 Meetings to take part in 2" in offered
    assert "Open mentions 2" in offered
    sent = {"to": [str(next_one)], "belonging.activities.following": str(next_one), "belonging.mentions": str(next_one),
            "belonging.activities.meetings": str(next_one)}  # fmt: skip
    act = client.post(place, sent).headers["Location"].partition("?")[0]
    client.post(f"{act}/run")
    # What the successor has said himself holds, yes or no; a meeting that is over stays as it was.
    assert following(site) == [(leaver, ids[1], 1), (leaver, ids[2], 1), (leaver, ids[3], 0),
                               (next_one, ids[0], 1), (next_one, ids[1], 1), (next_one, ids[2], 0)]
    assert [asked(site, one) for one in meetings] == [[next_one], [leaver], [leaver, next_one]]
    api.call("POST", "/activities/comment", {"entity": "contacts.contact", "record_id": ids[0], "body": "New"})
    assert "commented on Person 0" in shown(site.client(next_one), "/notices")
    assert "commented on" not in shown(site.client(leaver), "/notices")
    told = "the work of leaver , who was mentioned on contacts and has not seen it (2)"
    assert told in shown(site.client(next_one), "/notices")
    listed = shown(site.client(next_one), f"{LIST}?id__in={ids[0]},{ids[1]}")
    assert [f"Person {n}" in listed for n in range(3)] == [True, True, False]
    client.post(f"{act}/undo")
    assert following(site) == before
    assert [asked(site, one) for one in meetings] == [[leaver], [leaver], [leaver, next_one]]
    assert told not in shown(site.client(next_one), "/notices")
    assert "Open mentions 2" in shown(client, place)


def following(site: Site) -> list[tuple[int, int, int]]:
    with site.app.engine.connect() as connection:
        rows = connection.execute(sa.text(
            "SELECT user_id, record_id, follows FROM activities_follower WHERE user_id <> 1"))  # fmt: skip
        return sorted((row.user_id, row.record_id, int(row.follows)) for row in rows)


def asked(site: Site, meeting: int) -> list[int]:
    return [one["id"] for one in site.api().get(f"/activities/activity/{meeting}?fields=participants")["participants"]]


def owned(site: Site) -> dict[str, int]:
    names = {"core_list_view": "owner_id", "core_webhook": "user_id"}
    with site.app.engine.connect() as connection:
        return {table: connection.execute(sa.text(f"SELECT {column} FROM {table}")).scalar_one()
                for table, column in names.items()}  # fmt: skip
