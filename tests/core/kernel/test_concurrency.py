"""Many at once: no lost update, no double creation, no number given twice, no error shown for contention."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from core.audit import verify
from core.testing import Api, Site

CONTACT = "/contacts/contact"


def _together(count: int, call: Any) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


def test_of_many_changes_to_one_version_one_wins(site: Site) -> None:
    """REL-01: the others are told, and nothing of theirs is stored."""
    api = site.api()
    made = api.create("contacts.contact", name="One", email="one@example.com")
    answers = _together(8, lambda n: _fresh(api).call(
        "PATCH", f"{CONTACT}/{made['id']}", {"city": f"City {n}", "version": 1}).status_code)
    assert sorted(answers) == [200] + [409] * 7
    assert api.get(f"{CONTACT}/{made['id']}")["version"] == 2


def test_no_update_is_lost_among_many_writers_of_one_record(site: Site) -> None:
    """REL-03: each says which version he saw, and tries again after a conflict."""
    api = site.api()
    at = f"{CONTACT}/{api.create('contacts.contact', name='One', email='one@example.com', note='')['id']}"

    def write(n: int) -> int:
        own = _fresh(api)
        for _try in range(200):
            seen = own.get(at)
            values = {"note": f"{seen['note'] or ''} {n}", "version": seen["version"]}
            status = own.call("PATCH", at, values).status_code
            if status != 409:
                return status
        return 0

    assert _together(16, write) == [200] * 16
    record = api.get(at)
    assert sorted(map(int, record["note"].split())) == list(range(16))
    assert record["version"] == 17


def test_one_key_makes_one_record_however_many_send_it(site: Site) -> None:
    """REL-04: in parallel, every answer is the first one or says that it is being worked on."""
    api = site.api()
    answers = _together(12, lambda _n: _fresh(api).call(
        "POST", CONTACT, {"name": "Once", "email": "once@example.com"}, **{"Idempotency-Key": "same"}))
    ids = {answer.get_json()["id"] for answer in answers if answer.status_code == 201}
    assert len(ids) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert api.get(f"{CONTACT}?q=once")["total"] == 1


def test_every_contact_gets_a_number_of_its_own(site: Site) -> None:
    """REL-06, for the numbers that there are today: none twice, and no hole where nothing failed."""
    api = site.api()

    def make(n: int) -> list[Any]:
        own = _fresh(api)
        return [own.call("POST", CONTACT, {"name": f"N{n}.{m}", "email": f"n{n}.{m}@example.com"}) for m in range(4)]

    answers = [answer for part in _together(16, make) for answer in part]
    assert {answer.status_code for answer in answers} == {201}
    numbers = [answer.get_json()["number"] for answer in answers]
    # Nothing failed, so there is no hole either.
    given = sorted(int(number.rpartition("-")[2]) for number in numbers)
    assert given == list(range(given[0], given[0] + 64))
    verdict = verify.verify(site.app.engine)
    assert verdict.ok


def test_a_new_tag_that_many_think_of_at_once_is_made_once(site: Site) -> None:
    api = site.api()
    answers = _together(8, lambda n: _fresh(api).call(
        "POST", CONTACT, {"name": f"T{n}", "email": f"t{n}@example.com", "tags": ["new", "newer"]}).status_code)
    assert answers == [201] * 8
    assert api.get("/contacts/tag")["total"] == 2


def _fresh(api: Api) -> Api:
    """A client of its own for each thread: Flask's test client keeps state."""
    own = Api.__new__(Api)
    own.flask = api.flask.application.test_client()
    own.headers = api.headers
    return own
