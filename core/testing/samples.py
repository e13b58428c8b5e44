"""Valid values for any entity, from its declaration alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import registry as registries
from core.entity.custom_value import PREFIX
from core.entity.types_several import SeveralType, item_of
from core.permissions import is_switched_on
from core.testing.site import Api

_SAMPLES: dict[str, Callable[[int], Any]] = {
    "text": lambda n: f"Sample {n}", "note": lambda n: f"Note {n}", "email": lambda n: f"sample{n}@example.com",
    "phone": lambda n: f"+98912345{n % 10000:04}", "url": lambda n: f"https://example.com/{n}", "number": lambda n: n,
    "money": lambda n: f"{n}.50", "percent": lambda n: "12.5", "bool": lambda n: n % 2 == 0, "country": lambda n: "GB",
    "currency": lambda n: "SAR", "date": lambda n: "2025-03-20", "datetime": lambda n: "2025-03-20T10:30:00Z",
    "barcode": lambda n: f"B{n:05}",
    "tags": lambda n: [f"tag{n}"], "duration": lambda n: "PT1H30M", "geo": lambda n: f"24.{n},46.6753",
    "address": lambda n: {"street": f"Street {n}", "city": "Riyadh", "postal_code": "11564", "country": "SA"},
}


def sample_values(entity: str, n: int = 1, *, everything: bool = False) -> dict[str, Any]:
    """JSON values of a valid record of any entity: the required fields, or all that can be given without another
    record, in the shape the API takes. `n` makes unique values differ. References to other entities are left out.

        sample_values("contacts.contact", 7)  # {"email": "sample7@example.com", …}
    """
    spec = registries.current().entity(entity)
    found: dict[str, Any] = {}
    for f in spec.fields.values():
        if f.system or f.readonly or f.target and not f.type.is_many or not is_switched_on(f):
            continue
        wanted = everything or f.required or f.type.name == "email"
        if wanted and (f.choices or f.type.name in _SAMPLES):
            value = _fitting(f, n) if f.type.name == "several" or not f.choices else _chosen(f)
            _put(found, f.name, value)
    return found


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """A value in the place the API has for it: those of fields that admins added stand in an object of their own."""
    if name.startswith(PREFIX):
        found.setdefault("custom", {})[name.removeprefix(PREFIX)] = value
    else:
        found[name] = value


def _chosen(f: Any) -> Any:
    first = f.choices[0].value
    return [first] if f.type.kind == "list" else first


def _fitting(f: Any, n: int) -> Any:
    if f.name == "timezone":
        return "Asia/Tehran"
    if "example" in f.options:
        return f.options["example"]
    if f.options.get("pattern"):
        return "01-01"
    if f.type.name == "number" and not f.scale and f.maximum is not None:
        least = int(f.minimum or 0)
        return least + n % (int(f.maximum) - least + 1)
    if f.type.name == "number" and f.scale:
        return f"{n % 80}.5"
    if f.name in ("national_id", "domain"):
        return f"x{n}.example"
    if isinstance(f.type, SeveralType):
        item = item_of(f).type.name
        return [{"value": _SAMPLES[item](n)}, {"value": _SAMPLES[item](n + 1000), "label": f.choices[0].value}]
    return _SAMPLES[f.type.name](n)


def sample_record(api: Api, entity: str, n: int = 1, *, everything: bool = False) -> dict[str, Any]:
    """`sample_values`, with the records that it has to refer to made through the API first."""
    values = sample_values(entity, n, everything=everything)
    targets: list[str] = []
    for f in registries.current().entity(entity).fields.values():
        if f.required and f.target and f.name not in values and not (f.system or f.readonly or f.type.is_many):
            # Two references to one kind of record are to two records, which differ in name too.
            other = n + 1000 * targets.count(f.target)
            targets.append(f.target)
            values[f.name] = api.create(f.target, **sample_record(api, f.target, other))["id"]
    return values
