"""Anchor files: what they hold, and that only real ones are read."""

import json

import pytest
from sqlalchemy.engine import Engine

from core.audit.anchor import read_anchor, take_anchor
from core.audit.listener import record
from core.audit.models import head, link
from core.db import unit_of_work
from core.errors import Malformed
from tests.core.audit.tampering import stored


def test_an_anchor_file_can_be_read_again(engine: Engine) -> None:
    for number in range(2):
        with unit_of_work(engine):
            record("contacts.contact", number, "سارة", "create", {})
    anchor = take_anchor(engine)
    content = json.loads(anchor.to_json())
    assert content == {
        "format": "diwan.audit.anchor", "version": 1, "seq": 2, "hash": stored(engine, head, 1)["hash"].hex(),
        "instance": stored(engine, link, 1)["prev_hash"].hex(), "at": content["at"],
    }  # fmt: skip
    assert read_anchor(anchor.to_json()) == anchor


GOOD = {"format": "diwan.audit.anchor", "version": 1, "instance": "00", "seq": 1, "hash": "ff", "at": ""}


@pytest.mark.parametrize(
    "content",
    ["", "[]", "null", "{", "{}", "\x00\x01", *(
        json.dumps({**GOOD, **wrong}) for wrong in (
            {"format": "backup"}, {"version": 2}, {"seq": None}, {"seq": "one"}, {"hash": "xyz"}, {"instance": 5.5}
        )), *(json.dumps({k: v for k, v in GOOD.items() if k != gone}) for gone in GOOD)],
)  # fmt: skip
def test_other_files_are_refused(content: str) -> None:
    with pytest.raises(Malformed):
        read_anchor(content)


def test_the_example_of_a_good_file_is_good() -> None:
    assert read_anchor(json.dumps(GOOD)).seq == 1
