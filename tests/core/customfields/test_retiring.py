"""Retiring hides a field and keeps its values; deleting them is a step of its own, confirmed by their number."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.customfields import changing, purging, reading
from core.errors import Invalid, NotFound
from core.plugin import lifecycle
from core.testing import Site

COMPANY = "/contacts/company"
ENTITY = "contacts.company"


def test_values_of_a_retired_field_come_back_with_it_and_survive_other_changes(site: Site) -> None:
    site.add_field(ENTITY, "nickname", filter=True)
    site.add_field(ENTITY, "score", "number")
    api = site.api()
    made = api.create(ENTITY, name="One", custom={"nickname": "Zed", "score": 5})
    with site.unit():
        assert changing.retire(ENTITY, "nickname") == 1
    assert api.call("GET", f"{COMPANY}?custom.nickname=Zed").status_code == 400
    assert api.call("PATCH", f"{COMPANY}/{made['id']}", {"custom": {"nickname": "X"}}).status_code == 422
    changed = api.call("PATCH", f"{COMPANY}/{made['id']}", {"custom": {"score": 6}}).get_json()
    assert changed["custom"] == {"score": 6}
    with pytest.raises(Invalid), site.unit():
        changing.retire(ENTITY, "nickname")
    with site.unit():
        changing.bring_back(ENTITY, "nickname")
    assert api.get(f"{COMPANY}/{made['id']}")["custom"] == {"nickname": "Zed", "score": 6}


def test_a_key_is_free_again_only_after_the_values_are_gone(site: Site) -> None:
    one = site.add_field(ENTITY, "nickname", filter=True)
    api = site.api()
    for n in range(3):
        api.create(ENTITY, name=f"N{n}", custom={"nickname": f"Zed{n}"})
    with pytest.raises(Invalid, match="correction"):
        site.add_field(ENTITY, "nickname")
    with site.unit(), pytest.raises(Invalid, match="Retire the field"):
        changing.start_purge(ENTITY, "nickname", 3)
    with site.unit():
        changing.retire(ENTITY, "nickname")
    lifecycle.refresh(site.app.engine)
    with site.unit(), pytest.raises(Invalid) as refused:
        changing.start_purge(ENTITY, "nickname", 2)
    assert "3 records hold a value" in str(refused.value.errors["count"][0])
    with site.unit():
        changing.start_purge(ENTITY, "nickname", 3)
    assert purging.carry_out(site.app.engine, one.id) == 3
    with site.unit() as unit:
        left = unit.execute(sa.text("SELECT count(*) FROM contacts_company WHERE custom IS NOT NULL")).scalar()
        assert left == 0
        with pytest.raises(NotFound):
            reading.definition(ENTITY, "nickname")
    assert api.get(f"{COMPANY}?q=zed1")["total"] == 0, "free-text search forgets them too"
    lifecycle.refresh(site.app.engine)
    site.add_field(ENTITY, "nickname")
    assert api.get(f"{COMPANY}?fields=*")["data"][0]["custom"] == {"nickname": None}


def test_a_switched_off_choice_stays_on_its_records_and_is_given_to_no_other(site: Site) -> None:
    one = site.add_field(ENTITY, "size", "choice", choices={"small": "Small", "large": "Large"}, filter=True)
    api, client = site.api(), site.client()
    made = api.create(ENTITY, name="One", custom={"size": "small"})
    off = replace(one, choices=(replace(one.choices[0], active=False), one.choices[1]))
    with site.unit():
        changing.change(off)
    lifecycle.refresh(site.app.engine)
    refused = api.call("POST", COMPANY, {"name": "Two", "custom": {"size": "small"}})
    assert refused.get_json()["errors"] == {"custom.size": ["“Small” is not used any more. Choose another value."]}
    kept = api.call("PATCH", f"{COMPANY}/{made['id']}", {"name": "Other", "custom": {"size": "small"}})
    assert kept.get_json()["custom"] == {"size": "small"}
    assert 'value="small"' in client.get(f"{COMPANY}/{made['id']}/edit").text
    assert 'value="small"' not in client.get(f"{COMPANY}/new").text
    assert api.get(f"{COMPANY}?custom.size=small")["total"] == 1
    with site.unit(), pytest.raises(Invalid) as lost:
        changing.change(replace(one, choices=one.choices[1:]))
    assert "cannot be removed" in str(lost.value.errors["choices"][0])


def test_the_definition_keeps_key_and_type(site: Site) -> None:
    one = site.add_field(ENTITY, "score", "number", scale=2)
    with site.unit():
        after = changing.change(replace(one, type="text", scale=0, label={"en": "Points"}))
    assert (after.type, after.scale, after.label) == ("number", 2, {"en": "Points"})
    page = site.client().get(f"{COMPANY}/new").text
    assert "Points" in page
    assert ">Score<" not in page
