"""Mentions and followers: who is called to a record, who hears of it, and that neither tells anybody too much."""

import pytest

from core import registry
from core.auth import rights
from core.auth.models import User
from core.records import update
from core.testing import Site
from plugins.activities import followers

CONTACT, COMMENT = "contacts.contact", "activities.comment"


@pytest.fixture
def sara(site: Site) -> int:
    return site.api().create(CONTACT, name="Sara Canary", email="sara@example.com")["id"]


def _say(site: Site, sara: int, text: str, user=None, **more):
    values = {"entity": CONTACT, "record_id": sara, "body": text, **more}
    return site.api(user).call("POST", "/activities/comment", values)


def _offered(site: Site, sara: int, typed: str) -> list[str]:
    found = site.client().get(f"/activities/pages/mentions?entity={CONTACT}&record_id={sara}&q={typed}")
    return [one["name"] for one in found.get_json()["data"]]


def _told(site: Site, user: int) -> list[str]:
    """What this user is told of by this module."""
    with site.app.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT kind FROM core_notice WHERE user_id = {user} ORDER BY id")
        return [row[0] for row in rows if row[0].startswith("activities.")]


def test_a_colleague_who_may_see_the_record_is_called_to_it_by_his_present_name(site, sara):
    reza = site.user("rk@example.com", "read_only", name="Reza Karimi")
    blind = site.user("blind@example.com", name="Reza Blind")
    assert _offered(site, sara, "rez") == ["Reza Karimi"]
    assert _offered(site, sara, "kar") == ["Reza Karimi"]
    assert _offered(site, sara, "rk@") == ["Reza Karimi"], "found by whoever types in another script"
    assert _offered(site, sara, "%25") == []
    assert _say(site, sara, f"Please look, @[Whoever](user:{reza})!").status_code == 201
    assert _told(site, reza) == ["activities.mention"]
    assert ">Please look, @Reza Karimi!<" in site.client().get("/").text, "as in all lists, without the number"
    with site.unit():
        update(User, reza, {"name": "Reza <b>Moradi"})
    page = site.client().get(f"/contacts/contact/{sara}/timeline").text
    assert '<bdi class="dw-mention">@Reza &lt;b&gt;Moradi</bdi>!' in page
    assert "Whoever" not in page
    refused = _say(site, sara, f"@[Boss](user:{blind})")
    assert list(refused.get_json()["errors"]) == ["body"]
    assert _told(site, blind) == [], "a mention is no way into a record (P08)"
    assert site.client(blind).get(f"/activities/pages/mentions?entity={CONTACT}&record_id={sara}").status_code == 403


def test_the_title_of_a_comment_tells_the_name_alone(site):
    titled = registry.current().entity(COMMENT).title_of
    assert titled({"body": "Ask @[Reza Karimi](user:5) for #[price.pdf](file:7)"}) == "Ask @Reza Karimi for #price.pdf"
    assert titled({"body": "see [1](2) and @[x](nobody)"}) == "see [1](2) and @[x](nobody)"


def test_a_team_is_called_as_far_as_it_may_see_the_record(site, sara):
    seeing, blind = site.user("seeing@example.com", "read_only"), site.user("blind@example.com")
    team = site.api().create("core.team", name="Support")["id"]
    with site.unit():
        for user in (seeing, blind):
            rights.set_user_teams(user, [team])
    assert _offered(site, sara, "supp") == ["Support"]
    made = _say(site, sara, f"@[Support](team:{team})", kind="note").get_json()
    assert (_told(site, seeing), _told(site, blind)) == (["activities.mention"], [])
    site.api().call("PATCH", f"/activities/comment/{made['id']}", {"body": f"Again @[Support](team:{team})"})
    assert _told(site, seeing) == ["activities.mention"], "who was mentioned already is not told again"


def test_followers_hear_of_comments_until_they_say_no(site, sara):
    owner, reader = (site.user(f"{name}@example.com", "read_only", name=name) for name in ("Owner", "Reader"))
    writer = site.user("writer@example.com", "sales_manager", name="Writer")
    site.api().call("PATCH", f"/contacts/contact/{sara}", {"owner_id": owner})
    follow = f"/activities/pages/follow?entity={CONTACT}&record_id={sara}&follows="
    assert site.client(reader).post(follow + "1").status_code == 200
    assert _say(site, sara, "First").status_code == 201
    assert _say(site, sara, "For me alone", kind="note").status_code == 201
    assert (_told(site, owner), _told(site, reader)) == (["activities.comment"], ["activities.comment"])
    page = site.client(reader).get(f"/contacts/contact/{sara}/timeline").text
    assert "Unfollow" in page
    assert "3 followers" in page, "the maker, the one in charge, and who asked for it"
    for user in (owner, reader):
        site.client(user).post(follow + "0")
    with site.unit():
        followers.add(CONTACT, sara, [owner])  # a rule does not overrule what somebody said
    _mark_read(site)
    assert _say(site, sara, "Second").status_code == 201
    assert (len(_told(site, owner)), len(_told(site, reader))) == (1, 1)
    assert site.client(writer).post(follow + "1").status_code == 404, "nobody follows what he may not see"
    assert site.client().post("/activities/pages/follow?entity=x.y&record_id=1").status_code == 404


def _mark_read(site: Site) -> None:
    with site.app.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE core_notice SET read_at = told_at")


def test_work_is_given_from_the_menu_of_the_record_and_that_is_told(site, sara):
    page = site.client().get(f"/contacts/contact/{sara}").text
    href = f"/activities/activity/new?form=give&amp;type=task&amp;entity={CONTACT}&amp;record_id={sara}"
    assert f'class="dw-menu-item" href="{href}"' in page
    nobody = site.client().post(href.replace("&amp;", "&"), {"subject": "Call"}, headers={"X-Diwan-Panel": "1"})
    assert nobody.status_code == 422, "a task for a colleague is nobody's without his name"
    reza = site.user("reza@example.com", "sales_representative")
    site.api().create("activities.activity", subject="Call", entity=CONTACT, record_id=sara, assignee_id=reza)
    assert _told(site, reza) == ["activities.assigned"]
    two = [{"subject": f"Call {n}", "assignee_id": reza} for n in range(2)]
    _mark_read(site)
    assert site.api().call("POST", "/activities/activity/bulk", {"create": two}).status_code == 200
    assert _told(site, reza) == ["activities.assigned"] * 2, "several at once are one notice"
