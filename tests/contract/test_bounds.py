"""REL-22, SEC-47: what does not fit is refused, on both databases alike, and never cut or rounded away."""

from __future__ import annotations

from typing import Any

from core.testing import Site, sample_record
from tests.contract.rights_world import entities

#: No numbers, or none that a column holds.
NUMBERS: tuple[Any, ...] = ("NaN", "-Infinity", "1e400", "9" * 40, "1." + "1" * 40)
TOO_LONG = ("ü" * 70_000,)
WRONG = dict.fromkeys(("number", "money", "percent"), NUMBERS) | dict.fromkeys(
    ("text", "email", "phone", "url", "code"), TOO_LONG)


def test_no_value_is_cut_or_rounded_to_fit(site: Site) -> None:
    """Of every entity one record, changed field by field: refused with 422 at that field, and still as it was."""
    site.add_field("contacts.contact", "size", "number", scale=2)
    site.add_field("contacts.contact", "word", "text")
    api, tried = site.api(), 0
    for number, spec in enumerate(entities(), 1):
        made = api.create(spec.name, **sample_record(api, spec.name, number))
        path = f"{spec.path}/{made['id']}"
        for f in spec.fields.values():
            if f.system or f.readonly or f.is_computed or not f.stores_column or f.target:
                continue
            for value in WRONG.get(f.type.name, ()):
                given = {"custom": {f.key: value}} if f.key else {f.name: value}
                answer = api.call("PATCH", path, {**given, "version": made["version"]})
                assert answer.status_code == 422, (spec.name, f.name, str(value)[:20], answer.text[:200])
                tried += 1
        assert api.get(path)["version"] == made["version"], spec.name
    assert tried > 30
