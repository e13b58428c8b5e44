"""Places: a point on the map, and a postal address."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa

from core.db import Json
from core.entity.spec import FieldSpec
from core.entity.types import ERASED, LINE_BREAKS, SET_OPS, CleanContext, FieldError, FieldType
from core.entity.types_list import read_json
from core.language.digits import to_latin
from core.language.i18n import Preferences, _
from core.language.regions import country_code, country_name
from core.language.text import clean, search_key

#: About eleven centimetres.
STEP = Decimal("0.000001")
_SIXTIETHS = r"(\d{1,2}(?:\.\d{1,9})?)"
_DEGREES = rf"(\d{{1,3}}(?:\.\d{{1,15}})?)\s*(?:°\s*(?:{_SIXTIETHS}\s*['′’]\s*(?:{_SIXTIETHS}\s*[\"″”]\s*)?)?)?"
SIGNED = re.compile(r"(?:geo:)?([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\Z", re.IGNORECASE)
NAMED = re.compile(rf"{_DEGREES}([NS])\s*[,;]?\s*{_DEGREES}([EW])\Z", re.IGNORECASE)
_LOCAL = str.maketrans({"٫": ".", "،": ",", "؛": ";", "−": "-"})


class GeoType(FieldType):
    """A point on the map: latitude and longitude in degrees as "24.7136,46.6753", whatever the language."""

    name = "geo"
    label = _("Place on the map")
    icon = "map-pin"
    default_length = 40
    ops = SET_OPS
    widget = "geo"
    is_personal = True
    is_sortable = False
    json_schema = {"type": "string", "pattern": r"^-?\d{1,2}(\.\d{1,6})?,-?\d{1,3}(\.\d{1,6})?$"}

    def column(self, f: FieldSpec) -> Any:
        return sa.String(f.max_length or self.default_length)

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str:
        found = _point(clean(value)[:120])
        if found is None:
            raise FieldError(_("“{value}” is not a place on the map. Write latitude and longitude, such as {example}.",
                               value=value[:80], example="24.7136, 46.6753"))  # fmt: skip
        latitude, longitude = (number.quantize(STEP) for number in found)
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise FieldError(_("There is no such latitude or longitude on Earth."))
        return point_text(latitude, longitude)

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        """Coordinates are for maps and machines: Latin digits in every language."""
        return "" if value is None else str(value).replace(",", ", ")

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return "0,0" if f.required else None


def point_text(latitude: Decimal, longitude: Decimal) -> str:
    """A point as texts of this type have it."""
    return f"{_plain(latitude)},{_plain(longitude)}"


def point_parts(text: str) -> tuple[Decimal, Decimal]:
    """Latitude and longitude of a clean text of this type."""
    latitude, _comma, longitude = text.partition(",")
    return Decimal(latitude).quantize(STEP), Decimal(longitude).quantize(STEP)


def _plain(number: Decimal) -> str:
    text = format(number, "f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _point(text: str) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude of signed numbers, a geo: address, or degrees, minutes and seconds with N, S, E, W."""
    plain = to_latin(text).translate(_LOCAL)
    try:
        if match := SIGNED.match(plain):
            return Decimal(match[1]), Decimal(match[2])
        if match := NAMED.match(plain):
            return _degrees(match.groups()[:4]), _degrees(match.groups()[4:])
    except InvalidOperation:
        pass
    return None


def _degrees(parts: tuple[str | None, ...]) -> Decimal:
    degrees, minutes, seconds = (Decimal(part or 0) for part in parts[:3])
    whole = degrees + minutes / 60 + seconds / 3600
    return -whole if (parts[3] or "").upper() in ("S", "W") else whole


class Address(NamedTuple):
    """A postal address. `street` may have several lines; `country` has two letters. What is not known is empty."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


PARTS = Address._fields
#: Separates the parts where an address is one text; no part has one.
BAR = "|"
LONGEST = Address(500, 100, 100, 20, 2)  # type: ignore[arg-type]


class AddressType(FieldType):
    """A postal address in its parts. In JSON an object, in files one text: street | city | region | code | country."""

    name = "address"
    label = _("Address")
    icon = "home"
    ops = ("contains", "empty")
    widget = "address"
    is_personal = True
    is_sortable = False
    is_folded = True
    json_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {part: {"type": "string", "maxLength": most} for part, most in zip(PARTS, LONGEST, strict=True)},
        "additionalProperties": False,
    }

    def column(self, f: FieldSpec) -> Any:
        return _Parts()

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> Address:
        """Parts between bars in their order; a text without bars is the street: what is what is not guessed."""
        if text.startswith("{"):
            return self.from_json(f, read_json(text)) or Address()
        parts = [part.strip() for part in text.split(BAR)]
        if len(parts) > len(PARTS):
            raise FieldError(_("An address has at most these parts: street | city | region | postal code | country."))
        return Address(*parts)

    def from_json(self, f: FieldSpec, raw: Any) -> Address | None:
        if raw is None or raw == "" or raw == {}:
            return None
        texts = raw.values() if isinstance(raw, dict) and set(raw) <= set(PARTS) else (raw,)
        if isinstance(raw, dict) and all(part is None or isinstance(part, str) for part in texts):
            return Address(**{name: part or "" for name, part in raw.items()})
        raise FieldError(_("An address is an object with these texts: {parts}.", parts=", ".join(PARTS)))

    def clean(self, f: FieldSpec, value: Any, context: CleanContext) -> Address | None:
        given = Address(*value)
        street = "\n".join(line for part in given.street.splitlines() if (line := clean(part)))
        found = Address(street, *(LINE_BREAKS.sub(" ", clean(part)) for part in given[1:]))
        if BAR in "".join(found):
            raise FieldError(_("Write the address without the sign |."))
        code = country_code(found.country) if found.country else ""
        if code is None:
            raise FieldError(_("“{value}” is not a known country. Write its name or its two letters, such as "
                               "{example}.", value=found.country[:80], example="IR"))  # fmt: skip
        found = found._replace(country=code, postal_code=to_latin(found.postal_code))
        for part, most in zip(found, LONGEST, strict=True):
            if len(part) > int(most):
                raise FieldError(_("This is longer than {limit} characters. Shorten it.", limit=most))
        return found if any(found) else None

    def to_json(self, f: FieldSpec, value: Any) -> Any:
        return None if value is None else {name: part for name, part in zip(PARTS, value, strict=True) if part}

    def from_stored(self, f: FieldSpec, raw: Any) -> Address | None:
        return self.from_json(f, read_json(raw) if isinstance(raw, str) else dict(raw))

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        """One line, in the order of the smallest part first."""
        return preferences.comma.join(address_lines(value, preferences))

    def to_text(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        given = Address(*value)
        named = given._replace(country=country_name(given.country, preferences.language) if given.country else "")
        return f" {BAR} ".join(named).rstrip(f" {BAR}")

    def search_text(self, f: FieldSpec, value: Any) -> str:
        return search_key(" ".join(value))

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return Address(f"{ERASED} {record_id}") if f.required else None


def address_lines(value: Any, preferences: Preferences) -> list[str]:
    """The lines of an address: street, city and region with the postal code, country by its name."""
    if value is None:
        return []
    given = Address(*value)
    place = " ".join(part for part in (given.city, given.region, given.postal_code) if part)
    country = country_name(given.country, preferences.language) if given.country else ""
    return [line for line in (*given.street.splitlines(), place, country) if line]


class _Parts(Json):
    """The parts as a JSON object in the database, as an Address in Python."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else {name: part for name, part in zip(PARTS, value, strict=True) if part}

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Address(**(json.loads(value) if isinstance(value, str) else value))
