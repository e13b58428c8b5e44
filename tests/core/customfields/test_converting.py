"""Another type for a field: the values that do not fit are shown beforehand, and kept afterwards."""

import pytest

from core.customfields import converting, reading
from core.errors import Invalid
from core.jobs.worker import Worker
from core.plugin import lifecycle
from core.testing import Site

ENTITY = "contacts.company"
COMPANY = "/contacts/company"
PAGE = f"/settings/fields/{ENTITY}/size/type"


def work(site: Site) -> None:
    lifecycle.refresh(site.app.engine)  # as the worker does before each job
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(["core.convert_field", "core.settle_field"]):
        pass


def test_text_becomes_a_number_with_its_bad_rows_shown_before_and_kept_after(site: Site) -> None:
    site.add_field(ENTITY, "size", filter=True)
    api = site.api()
    ids = {text: api.create(ENTITY, name=f"Firm {n}", custom={"size": text})["id"]
           for n, text in enumerate(["42", "٣٫٥", "7.25", "12,75x", "large"])}  # fmt: skip
    client = site.client()
    page = client.get(f"{PAGE}?type=number&scale=2&lang=en").text
    assert "3 values fit." in page
    assert "2 values do not fit." in page
    assert "12,75x" in page
    assert "Firm 4" in page
    assert "7.25" not in page
    assert api.get(f"{COMPANY}/{ids['42']}")["custom"] == {"size": "42"}, "the preview changes nothing"

    assert client.post(PAGE, {"type": "number", "scale": "2"}).status_code == 303
    work(site)
    assert api.get(f"{COMPANY}/{ids['٣٫٥']}")["custom"] == {"size_2": "3.50"}
    assert api.get(f"{COMPANY}/{ids['large']}")["custom"] == {"size_2": None}
    found = api.get(f"{COMPANY}?custom.size_2__gte=5&sort=custom.size_2&fields=name")
    assert [row["id"] for row in found["data"]] == [ids["7.25"], ids["42"]]
    assert api.get(f"{COMPANY}?q=large")["total"] == 0, "a retired field's values are searched no more"
    with site.unit() as unit:
        old, new = reading.definition(ENTITY, "size"), reading.definition(ENTITY, "size_2")
        assert (old.is_retired, reading.holding(old), new.index_state, new.label) == (True, 5, "ready", old.label)
        noted = unit.connection.exec_driver_sql(
            "SELECT action FROM core_audit WHERE entity = 'core.custom_field' ORDER BY id").scalars()  # fmt: skip
        assert list(noted) == ["create", "retire", "create"]


def test_texts_become_choices_whatever_their_spelling_and_back(site: Site) -> None:
    site.add_field(ENTITY, "size")
    api = site.api()
    texts = ("Red", "red", "كبير")
    ids = [api.create(ENTITY, name=f"F{n}", custom={"size": text})["id"] for n, text in enumerate(texts)]
    with site.unit():
        old = reading.definition(ENTITY, "size")
        made = converting.change_type(ENTITY, "size", "choice", new_key="colour")
        assert len(made.choices) == 2
    lifecycle.refresh(site.app.engine)
    assert converting.copy(site.app.engine, old.id, made.id) == {"copied": 3, "refused": 0}
    assert converting.copy(site.app.engine, old.id, made.id) == {"copied": 0, "refused": 0}, "it may run again"
    assert [api.get(f"{COMPANY}/{one}")["custom"]["colour"] for one in ids][:2] == ["red", "red"]
    with site.unit():
        assert converting.outlook(ENTITY, "colour", "text").fits == 3
        with pytest.raises(Invalid):
            converting.outlook(ENTITY, "colour", "ref")
        with pytest.raises(Invalid, match="retired"):
            converting.outlook(ENTITY, "size", "number")


def test_who_may_not_change_settings_sees_no_values(site: Site) -> None:
    site.add_field(ENTITY, "size")
    user = site.user("sales@example.com", "sales_representative")
    assert site.client(user).get(f"{PAGE}?type=number").status_code == 403
