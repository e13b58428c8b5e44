"""`fields.text(...)` and its kin: one expression declares a field for lists, forms, API, import and all the rest.

Each returns a plain SQLAlchemy `mapped_column` whose `info["field"]` is the FieldSpec; `tags`, `users` and `links`
return a `LinkField`, since their values live in a table of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from core.db import BigId
from core.entity.relative_day import TODAY as TODAY
from core.entity.spec import HUES, Choice, FieldSpec
from core.entity.types import (
    BoolType,
    ChoiceType,
    CountryType,
    CurrencyType,
    EmailType,
    FieldType,
    NoteType,
    PhoneType,
    TextType,
    UrlType,
)
from core.entity.types_code import BarcodeType
from core.entity.types_duration import DurationType
from core.entity.types_file import FileType, ImageType
from core.entity.types_link import (
    AnyEntityType,
    AnyRecordType,
    LinksType,
    LinkType,
    RefType,
    SeriesType,
    TagsType,
    UsersType,
    UserType,
)
from core.entity.types_list import MultiChoiceType
from core.entity.types_number import MoneyType, NumberType, PercentType
from core.entity.types_place import AddressType, GeoType
from core.entity.types_several import SeveralType
from core.entity.types_time import DateTimeType, DateType
from core.entity.whole_day import ENDS_FOR
from core.errors import DeclarationError


class LinkField:
    """A field without a column in the entity's table; collected by `declared_fields`."""

    def __init__(self, spec: FieldSpec) -> None:
        self.diwan_field = spec


def column(field_type: FieldType, label: Any, *, foreign_key: str = "", **facts: Any) -> Any:
    """A column of any field type: what partners' own types use, and all functions below."""
    facts.setdefault("sort", field_type.is_sortable)
    spec = FieldSpec(type=field_type, label=label, **facts)
    arguments: list[Any] = [field_type.column(spec)]
    if foreign_key:
        arguments.append(sa.ForeignKey(foreign_key, ondelete=spec.on_delete))
    return mapped_column(*arguments, nullable=not spec.required or field_type.nullable, info={"field": spec})


def text(label: Any, *, max_length: int = 200, **facts: Any) -> Any:
    """One line of text. Filterable text is folded, so that every spelling of a word is found."""
    facts.setdefault("fold", facts.get("filter", False))
    return column(TextType(), label, max_length=max_length, **facts)


def code(label: Any, *, max_length: int = 60, **facts: Any) -> Any:
    """A technical text shown left to right: a number, an identifier, an SKU."""
    return column(TextType(code=True), label, max_length=max_length, **facts)


def note(label: Any, **facts: Any) -> Any:
    """Text of several lines."""
    return column(NoteType(), label, max_length=facts.pop("max_length", 20_000), **facts)


def email(label: Any, **facts: Any) -> Any:
    """An e-mail address, checked for its form and kept in small letters where that makes no difference."""
    return column(EmailType(), label, max_length=254, **facts)


def phone(label: Any, *, country_field: str = "country", **facts: Any) -> Any:
    """A phone number, kept as E.164; read with the country in `country_field`, else the organisation's."""
    return column(PhoneType(), label, max_length=60, options={"country_field": country_field}, **facts)


def url(label: Any, **facts: Any) -> Any:
    """A web address that begins with http or https."""
    return column(UrlType(), label, max_length=2000, **facts)


def number(label: Any, *, scale: int = 0, **facts: Any) -> Any:
    """A whole number, or a decimal with `scale` decimals."""
    return column(NumberType(), label, scale=scale, **facts)


def money(label: Any, *, currency_field: str = "currency", **facts: Any) -> Any:
    """An amount in the currency of `currency_field`, else the organisation's."""
    return column(MoneyType(), label, scale=4, options={"currency_field": currency_field}, **facts)


def percent(label: Any, **facts: Any) -> Any:
    """A share in percent with up to four decimals: 12.5 is 12.5 %. A Decimal in Python, a string in JSON."""
    return column(PercentType(), label, scale=4, **facts)


def bool(label: Any, **facts: Any) -> Any:
    """Yes or no; no unless `default=True`."""
    facts.setdefault("default", False)
    facts.setdefault("required", False)
    return column(BoolType(), label, **facts)


def date(label: Any, **facts: Any) -> Any:
    """A day, typed and shown in the reader's calendar, kept as a Gregorian `datetime.date`, ISO 8601 in JSON.

    `minimum` and `maximum` are days, or `fields.TODAY`: the day on which somebody saves, where he is. What a record
    holds already may stay. The calendar that opens beside the field offers no days beyond them.
    """
    return column(DateType(), label, **facts)


def datetime(label: Any, *, day_ends_for: str = "", **facts: Any) -> Any:
    """An instant, typed and shown in the reader's zone, an aware `datetime` in UTC in Python and with Z in JSON.

    With `day_ends_for`, the name of a user field, it may also be a whole day: a `date` in Python, 2026-11-21 in JSON,
    the same day for every reader. It is sorted and compared by its last instant on the clocks of that user.
    """
    if day_ends_for:
        facts["options"] = {**facts.get("options", {}), ENDS_FOR: day_ends_for}
    return column(DateTimeType(), label, **facts)


def barcode(label: Any, **facts: Any) -> Any:
    """What a scanner types: EAN, UPC and GTIN with their check digit, or a code of one's own."""
    return column(BarcodeType(), label, max_length=80, **facts)


def duration(label: Any, **facts: Any) -> Any:
    """A length of time: whole seconds in Python, typed as 1:30 or 1 h 30 min, ISO 8601 (PT1H30M) in JSON."""
    return column(DurationType(), label, **facts)


def file(label: Any, **facts: Any) -> Any:
    """A stored file of any kind, given out as a download by the rights on the record and on the field."""
    return column(FileType(), label, **facts)


def image(label: Any, **facts: Any) -> Any:
    """A stored image. It is drawn anew when it is uploaded, so that nothing else comes along, and shown in the page."""
    return column(ImageType(), label, **facts)


def geo(label: Any, **facts: Any) -> Any:
    """A point on the map as the text "latitude,longitude" in degrees, with up to six decimals."""
    return column(GeoType(), label, max_length=40, **facts)


def address(label: Any, **facts: Any) -> Any:
    """A postal address: a tuple (street, city, region, postal code, country) in Python, an object in JSON."""
    return column(AddressType(), label, fold=facts.pop("fold", True), **facts)


ITEMS = {"phone": PhoneType(), "email": EmailType(), "address": AddressType()}


def several(
    label: Any,
    of: str,
    *,
    labels: Iterable[Choice],
    primary: str | Mapping[str, str] = "",
    place: tuple[str, ...] = (),
    **facts: Any,
) -> Any:
    """Any number of phones, emails or addresses (`of`), each with one of the `labels` and perhaps a state.

    `primary` names the field of the entity that holds the main one; of an address the fields of its parts. `place`
    names the fields of latitude and longitude, or the one of the type "geo", that say where the main one is on the map:
    with it each of the others has a pin of its own, which it keeps when it becomes the main one.
    """
    if place and not (of == "address" and primary):
        raise DeclarationError("Only addresses have pins, and their main one has it in fields of the entity's own.")
    item = FieldSpec(
        type=ITEMS[of],
        label=label,
        max_length={"phone": 60, "email": 254}.get(of),
        options={"country_field": facts.pop("country_field", "country")},
    )
    held = {"value": primary} if isinstance(primary, str) and primary else dict(primary or {})
    facts.setdefault("fixed", True)
    return column(
        SeveralType(), label, choices=tuple(labels), options={"item": item, "primary": held, "place": place}, **facts
    )


def choice(label: Any, choices: Mapping[str, Any] | Iterable[Choice], **facts: Any) -> Any:
    """One of a list. A mapping {value: label} or Choices with hue, icon and kind; the value is what is stored.

    Admins edit the list in the settings; give `fixed=True` where code goes by the values themselves. Where each
    declared Choice has a `kind`, code goes by that, and an admin's own values have one of these kinds.
    """
    return column(ChoiceType(), label, choices=_listed(choices), max_length=40, **facts)


def multichoice(label: Any, choices: Mapping[str, Any] | Iterable[Choice], **facts: Any) -> Any:
    """Any number of a list, declared as for `choice`. A tuple of keys in Python, a list in JSON.

    The filter `field=a` finds the records that have a, `field=a,b` those that have both, `field__in=a,b` those that
    have one of them. Lists cannot be ordered by it.
    """
    return column(MultiChoiceType(), label, choices=_listed(choices), **facts)


def _listed(choices: Mapping[str, Any] | Iterable[Choice]) -> tuple[Choice, ...]:
    listed = tuple(Choice(value, text) for value, text in choices.items()) if isinstance(choices, Mapping) \
        else tuple(choices)
    wrong = [item.hue for item in listed if item.hue and item.hue not in HUES]
    if wrong:
        raise DeclarationError(f"Unknown hue {wrong[0]!r}: use one of {', '.join(HUES)}.")
    return listed


def country(label: Any, **facts: Any) -> Any:
    """An ISO 3166 country; typed by name in any of our languages, kept as its two letters."""
    return column(CountryType(), label, max_length=2, **facts)


def currency(label: Any, **facts: Any) -> Any:
    """An ISO 4217 currency; typed by code or name, kept as its three letters."""
    return column(CurrencyType(), label, max_length=3, **facts)


def ref(target: str, label: Any, **facts: Any) -> Any:
    """A reference to one record of another entity; deleting the target is refused while it is referred to."""
    return column(RefType(), label, target=target, foreign_key=target.replace(".", "_") + ".id", **facts)


def link(target: str, label: Any, **facts: Any) -> Any:
    """A reference to a record of a plugin that may be off: name the plugin in `requires` or `optional`.

    The id is kept without a foreign key. While the target is not there the field is read-only and says so.
    """
    return column(LinkType(), label, target=target, **facts)


def any_entity(label: Any, **facts: Any) -> Any:
    """The kind of record that an `any_record` beside it points at, as the entity's name."""
    return column(AnyEntityType(), label, max_length=80, **facts)


def any_record(label: Any, *, entity_field: str = "entity", **facts: Any) -> Any:
    """A reference to a record of any entity, that of whatever plugin: the id, beside the entity in `entity_field`.

    Without a foreign key. Whoever may not see the record sees no title of it, and cannot point at it.
    """
    return column(AnyRecordType(), label, options={"entity_field": entity_field}, **facts)


def user(label: Any, **facts: Any) -> Any:
    """A reference to a colleague; only active ones can be chosen."""
    return column(UserType(), label, target="core.user", foreign_key="core_user.id", **facts)


def tags(target: str, label: Any, **facts: Any) -> Any:
    """Any number of records of `target`, given and shown by name."""
    return LinkField(FieldSpec(type=TagsType(), label=label, target=target, **facts))


def users(label: Any, **facts: Any) -> Any:
    """Any number of colleagues: a tuple of ids in Python, {id, name} objects in JSON, where names and emails are taken
    too. Only active ones can be chosen. With the field in `Meta.seen_by` they may view the record."""
    return LinkField(FieldSpec(type=UsersType(), label=label, target="core.user", **facts))


def links(target: str, label: Any, **facts: Any) -> Any:
    """Any number of records of a plugin that may be off, which is named in `requires` or `optional`; as `users`.

    The ids are kept without a foreign key. While the target is not there the field is not there either.
    """
    return LinkField(FieldSpec(type=LinksType(), label=label, target=target, **facts))


def series(label: Any, *, pattern: str, **facts: Any) -> Any:
    """A number given by the kernel when a record is created, such as C-00427; `{n:05}` is the counter."""
    return column(SeriesType(), label, max_length=40, options={"pattern": pattern}, **facts)


__all__ = [
    "BigId", "LinkField", "address", "any_entity", "any_record", "barcode", "bool", "choice", "code", "column",
    "country", "currency", "date", "datetime", "duration", "email", "file", "geo", "image", "link", "links", "money",
    "multichoice", "note", "number", "percent", "phone", "ref", "series", "tags", "text", "url", "user", "users",
]
