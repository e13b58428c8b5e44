"""Plans of several steps: started on a record, each step done plans the next one, and the page tells how far it is."""

import datetime as dt
import re

from core.testing import Site

CONTACT, ACTIVITY = "contacts.contact", "activities.activity"


def plan(site: Site, *steps: dict) -> int:
    made = site.api().create("activities.plan", name="Welcome", entity=CONTACT)["id"]
    for number, step in enumerate(steps, 1):
        site.api().create("activities.plan_step", plan_id=made, position=number, **step)
    return made


def open_ones(site: Site, record_id: int) -> list[dict]:
    return site.api().get(f"/activities/activity?record_id={CONTACT}:{record_id}&done_at__empty=1&fields=*")["data"]


def test_each_step_that_is_done_plans_the_next(site: Site):
    api = site.api()
    rep = site.user("rep@example.com", name="Rep")
    site.give_roles(rep, site.role("Rep", contacts__contact__view=4, activities__activity__view=4,
                                   activities__activity__add=4, activities__activity__change=4,
                                   activities__plan__view=4))
    expert = site.user("expert@example.com", name="Expert")
    sara = api.create(CONTACT, name="Sara Canary", email="sara@example.com", owner_id=rep)["id"]
    chosen = plan(site, {"type": "call", "subject": "First call"},
                  {"type": "meeting", "subject": "Show the product", "days": 3, "who": "user", "user_id": expert},
                  {"subject": "Ask how it went", "days": 2, "counted_in": "calendar", "who": "starter"})
    client, about = site.client(rep), {"entity": CONTACT, "record_id": str(sara)}
    assert "Welcome" in client.get(f"/activities/pages/plan?entity={CONTACT}&record_id={sara}").text
    assert client.post("/activities/pages/plan", {**about, "plan": str(chosen)}).status_code == 303
    assert "Plan started: Welcome." in client.get(f"/contacts/contact/{sara}?lang=en").text
    for subject, assignee in (("First call", rep), ("Show the product", expert), ("Ask how it went", rep)):
        (now,) = open_ones(site, sara)
        assert (now["subject"], now["assignee_id"]) == (subject, assignee)
        assert now["due_at"] > dt.datetime.now(dt.UTC).isoformat()
        panel = client.get(f"/contacts/contact/{sara}/panel/1").text
        assert "Welcome" in panel
        assert 'aria-current="step"' in panel
        for verb in ("finish", "reopen", "finish"):
            assert client.post(f"/activities/activity/{now['id']}/do/{verb}").status_code == 303
    assert open_ones(site, sara) == [], "each step was made once"
    assert "Welcome" not in client.get(f"/contacts/contact/{sara}/panel/1").text


def test_a_plan_without_steps_or_a_colleague_is_said_to_lack_them(site: Site):
    sara = site.api().create(CONTACT, name="Sara Canary", email="sara@example.com")["id"]
    empty = plan(site)
    about = {"entity": CONTACT, "record_id": str(sara), "plan": str(empty)}
    assert site.client().post("/activities/pages/plan", about).status_code == 404
    step = {"plan_id": empty, "position": 1, "subject": "Somebody's", "who": "user"}
    refused = site.api().call("POST", "/activities/plan_step", step)
    assert refused.status_code == 422
    assert "user_id" in refused.json["errors"]
    form = site.client().get("/activities/plan_step/new", headers={"X-Diwan-Panel": "1"}).text
    assert 'value="visit"' in form, "the types are those of activities"
    site.api().create("activities.plan_step", plan_id=empty, position=4, subject="Call")
    form = site.client().get(f"/activities/plan_step/new?plan_id={empty}", headers={"X-Diwan-Panel": "1"}).text
    assert re.search(r'name="position"[^>]*value="5"', form), "behind the last one"


def test_a_plan_is_made_on_its_pages(site: Site):
    """What it is for is chosen from a list."""
    client = site.client()
    form = client.get("/activities/plan/new?lang=ar").text
    assert "خطة أنشطة جديدة" in form
    (kinds,) = re.findall(r'<select[^>]*name="entity".*?</select>', form, re.S)
    assert f'value="{CONTACT}"' in kinds
    assert "activities.activity" not in kinds, "nothing that is itself about a record"
    answer = client.post("/activities/plan/new", {"name": "Welcome", "entity": CONTACT, "active": "1"})
    assert answer.status_code == 303
    (made,) = site.api().get("/activities/plan?fields=*")["data"]
    assert made["entity"] == CONTACT
    edited = client.get(f"/activities/plan/{made['id']}/edit").text
    assert re.search(rf'<option value="{CONTACT}"[^>]* selected', edited)
