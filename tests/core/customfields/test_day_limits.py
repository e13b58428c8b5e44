"""Limits of dates that follow today."""

import datetime as dt

from core.customfields import reading
from core.testing import Site

ENTITY = "contacts.company"
COMPANY = "/contacts/company"
FIELDS = f"/settings/fields/{ENTITY}"


def test_a_date_may_not_lie_further_ahead_than_so_many_days(site: Site) -> None:
    client, api = site.client(), site.api()
    form = {"label_en": "Visit", "type": "date", "key": "visit", "minimum": "اليوم-٧", "maximum": "today + 30"}
    assert client.post(f"{FIELDS}/new", form).status_code == 303
    with site.unit():
        one = reading.definition(ENTITY, "visit")
    assert (one.minimum, one.maximum) == ("today-7", "today+30")
    assert "امروز+۳۰" in client.get(f"{FIELDS}/visit?lang=fa").text

    log = client.get("/settings/log?entity=core.custom_field&lang=fa").text
    assert ("امروز+۳۰" in log, "today+30" in log) == (True, False)

    today = dt.datetime.now(dt.UTC).date()
    for days, status in ((2, 201), (-6, 201), (40, 422), (-10, 422)):
        written = {"name": f"In {days}", "custom": {"visit": (today + dt.timedelta(days=days)).isoformat()}}
        assert api.call("POST", COMPANY, written).status_code == status, days
    assert api.get(f"{COMPANY}?custom.visit__gte=2001-01-01")["total"] == 2, "a filter may look beyond the limits"


def test_limits_that_leave_no_day_between_them_are_refused(site: Site) -> None:
    form = {"label_en": "Visit", "type": "date", "key": "visit", "minimum": "today+5", "maximum": "today"}
    answer = site.client().post(f"{FIELDS}/new?lang=en", form)
    assert answer.status_code == 422
    assert "The largest value is smaller than the smallest." in answer.text
