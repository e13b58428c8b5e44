"""Field types: one stateless class per kind of field, used by code fields and custom fields alike.

A value takes one way through a type: `parse` (what a person typed, any digits and calendar) or `from_json` (what
a program sent) gives a typed value, `clean` normalises and checks it, `to_json`, `show` and the cell print it.
Errors are `FieldError` with a translatable message that says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sqlalchemy as sa

from core.entity.spec import FieldSpec
from core.language.currencies import currency_code
from core.language.i18n import Preferences, _
from core.language.phones import parse_phone
from core.language.regions import country_code, country_name
from core.language.text import clean, search_key

TEXT_OPS = ("eq", "ne", "in", "contains", "startswith", "empty")
SET_OPS = ("eq", "ne", "in", "empty")
RANGE_OPS = ("eq", "ne", "in", "gt", "gte", "lt", "lte", "empty")
EMAIL = re.compile(
    r"[^@\s\"'(),:;<>\[\\\]]{1,64}@(?:[^@\s.\"'(),:;<>\[\\\]_]{1,63}\.)+[^@\s.\"'(),:;<>\[\\\]_\d]{2,63}\Z"
)
#: Stands where a required text was erased, with the record's number behind it.
ERASED = "—"
LINE_BREAKS = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x85]+")


class FieldError(ValueError):
    """A value breaks a rule of its field; the message is translatable and says what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


@dataclass(slots=True)
class CleanContext:
    """What a type may need beside the value: the other values of the record, and where warnings go."""

    values: Mapping[str, Any] = field(default_factory=dict)
    country: str = ""
    warnings: list[tuple[str, Any]] = field(default_factory=list)

    def warn(self, name: str, message: Any) -> None:
        self.warnings.append((name, message))


class FieldType:
    """Base of all field types; a partner's type subclasses it or one below and is registered by a hook."""

    name: ClassVar[str] = ""
    kind: ClassVar[str] = "text"
    ops: ClassVar[tuple[str, ...]] = SET_OPS
    widget: ClassVar[str] = "text"
    nullable: ClassVar[bool] = True
    is_many: ClassVar[bool] = False
    #: Of a field with many: whether a name that there is not yet makes a record of this name.
    makes_new: ClassVar[bool] = False
    is_reference: ClassVar[bool] = False
    align: ClassVar[str] = "start"
    #: Whether a column of a file can give values to it.
    is_importable: ClassVar[bool] = True
    #: Whether a list can be ordered by it.
    is_sortable: ClassVar[bool] = True
    #: Whether filters compare its folded text, which then stands beside the value.
    is_folded: ClassVar[bool] = False
    #: Whether its values are identifiers, read from left to right in any script.
    is_code: bool = False
    # Whether a value may tell of a person: then it goes when that person is erased (AUD-07).
    is_personal: ClassVar[bool] = False
    json_schema: ClassVar[Mapping[str, Any]] = {"type": "string"}
    #: What the type is called where an admin chooses one for a new field, with its icon; those without are not offered.
    label: ClassVar[Any] = ""
    icon: ClassVar[str] = "forms"
    #: Limits of a field that an admin adds.
    default_length: ClassVar[int | None] = None
    default_scale: ClassVar[int | None] = None
    #: Whether an admin may add fields of this type. Its values must then survive `to_stored` and `from_stored`.
    usable_as_custom: ClassVar[bool] = True
    # A partner's type may draw its own cell: (spec) -> (value) -> escaped HTML. None = the kernel's by name.
    cell: ClassVar[Callable[[FieldSpec], Callable[[Any], str]] | None] = None

    def ops_of(self, f: FieldSpec) -> tuple[str, ...]:
        """The operators that a filter on this field knows."""
        return self.ops

    def column(self, f: FieldSpec) -> Any:
        return sa.String(f.max_length) if f.max_length else sa.Text()

    def parse(self, f: FieldSpec, raw: str, preferences: Preferences) -> Any:
        """The typed value of what a person typed or a file holds; empty text is None."""
        text = raw.strip()
        return self.from_text(f, text, preferences) if text else None

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> Any:
        return text

    def from_json(self, f: FieldSpec, raw: Any) -> Any:
        """The typed value of a JSON value; other JSON types are refused rather than guessed."""
        if raw is None or raw == "":
            return None
        if not isinstance(raw, str):
            raise FieldError(_("This must be a text."))
        return raw

    def clean(self, f: FieldSpec, value: Any, context: CleanContext) -> Any:
        """Normalise and check a typed value (never None)."""
        return value

    def to_json(self, f: FieldSpec, value: Any) -> Any:
        return value

    def to_stored(self, f: FieldSpec, value: Any) -> Any:
        """The value as a custom field keeps it in JSON: such that texts sort as the values do."""
        return self.to_json(f, value)

    def from_stored(self, f: FieldSpec, raw: Any) -> Any:
        """The typed value of what `to_stored` made, or of its text, which is what PostgreSQL gives."""
        return self.from_json(f, raw)

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        """The value as text for exports, history and tooltips, in the reader's language."""
        return "" if value is None else str(value)

    def to_text(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        """The value (never None) as text that `from_text` reads again, for files and forms."""
        return self.show(f, value, preferences)

    def search_text(self, f: FieldSpec, value: Any) -> str:
        """What free-text search finds this value by."""
        return search_key(str(value))

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        """What stands in place of an erased value: nothing, or the least that a required field allows."""
        return f"{ERASED} {record_id}" if f.required else None

    def schema(self, f: FieldSpec) -> dict[str, Any]:
        """JSON Schema of the value in the API."""
        shape = dict(self.json_schema)
        if f.max_length and shape.get("type") == "string" and "format" not in shape:
            shape["maxLength"] = f.max_length
        return shape


def check_length(f: FieldSpec, value: str) -> str:
    if f.max_length and len(value) > f.max_length:
        raise FieldError(_("This is longer than {limit} characters. Shorten it.", limit=f.max_length))
    return value


class TextType(FieldType):
    """One line of text; invisible controls are removed, the user's letters stay (N9, B11)."""

    name = "text"
    default_length = 200
    label = _("Short text")
    icon = "forms"
    ops = TEXT_OPS
    is_personal = True
    is_folded = True

    def __init__(self, code: bool = False) -> None:
        self.is_code = code

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        text = LINE_BREAKS.sub(" ", clean(value))
        pattern = f.options.get("pattern")
        if text and pattern and not re.fullmatch(pattern, text):
            raise FieldError(_("This does not have the expected form."))
        return check_length(f, text) or None


class NoteType(FieldType):
    """Text of several lines."""

    name = "note"
    default_length = 20_000
    label = _("Long text")
    icon = "file-text"
    ops = ("contains", "empty")
    is_personal = True
    widget = "note"

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        return check_length(f, "\n".join(clean(line) for line in value.splitlines()).strip()) or None


class EmailType(FieldType):
    """An e-mail address, kept in lower case: it is a key for matching people."""

    name = "email"
    default_length = 254
    label = _("Email")
    icon = "mail"
    ops = TEXT_OPS
    is_personal = True
    widget = "email"
    json_schema = {"type": "string", "format": "email"}

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        text = clean(value).lower()
        if (text and not EMAIL.match(text)) or ".." in text or ".@" in text or text.startswith("."):
            raise FieldError(self._reason(text))
        return check_length(f, text) or None

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return f"erased-{record_id}@erased.invalid" if f.required else None

    @staticmethod
    def _reason(text: str) -> Any:
        if "@" not in text:
            return _("An email address needs an @, such as name@example.com.")
        if "." not in text.rsplit("@", 1)[1]:
            return _("The domain ending is missing. Example: {example}", example="name@example.com")
        return _(
            "“{value}” is not a valid email address. Example: {example}", value=text[:80], example="name@example.com"
        )


class PhoneType(FieldType):
    """A phone number as E.164; what is no valid number stays as typed, with a warning (never guessed)."""

    name = "phone"
    default_length = 60
    label = _("Phone")
    icon = "phone"
    ops = TEXT_OPS
    is_personal = True
    widget = "phone"

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        text = clean(value)
        if not text:
            return None
        country = context.values.get(f.options.get("country_field", "country")) or context.country
        try:
            return parse_phone(text, country)
        except ValueError as error:
            context.warn(f.name, getattr(error, "message", str(error)))
            return check_length(f, text)

    def search_text(self, f: FieldSpec, value: str) -> str:
        """Digits with the country code; the national spelling is found by its digits without the leading 0."""
        return search_key(value)


class UrlType(FieldType):
    """A web address; only http and https, so that a link never runs a script."""

    name = "url"
    default_length = 2000
    label = _("Web address")
    icon = "world"
    ops = TEXT_OPS
    is_personal = True
    widget = "url"
    json_schema = {"type": "string", "format": "uri"}
    ADDRESS = re.compile(r"https?://[^\s/?#@\\<>\"']+\.[^\s<>\"'\\]+\Z", re.IGNORECASE)

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        text = clean(value)
        if not text:
            return None
        if "://" not in text and ":" not in text.split("/")[0]:
            text = "https://" + text
        if not self.ADDRESS.match(text):
            raise FieldError(
                _("“{value}” is not a web address. Example: {example}", value=text[:80], example="https://example.com")
            )
        return check_length(f, text)


class BoolType(FieldType):
    """Yes or no. An unticked box in a form posts nothing, so a form reads a missing value as no."""

    name = "bool"
    label = _("Yes / no")
    icon = "toggle-left"
    kind = "bool"
    ops = ("eq", "ne")
    widget = "bool"
    nullable = False
    json_schema = {"type": "boolean"}
    TRUE = frozenset({"1", "true", "yes", "on", "y", "بله", "بلي", "نعم"})
    FALSE = frozenset({"0", "false", "no", "off", "n", "خير", "لا", "نه"})

    def column(self, f: FieldSpec) -> Any:
        return sa.Boolean()

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> bool:
        key = search_key(text)
        if key in self.TRUE or key in self.FALSE:
            return key in self.TRUE
        raise FieldError(_("Write yes or no."))

    def from_json(self, f: FieldSpec, raw: Any) -> bool | None:
        if raw is None or isinstance(raw, bool):
            return raw
        raise FieldError(_("This must be true or false."))

    def from_stored(self, f: FieldSpec, raw: Any) -> bool:
        return raw in (True, 1, "true")

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return "" if value is None else str(_("Yes")) if value else str(_("No"))


class ChoiceType(FieldType):
    """One of the field's choices; the stored key never depends on a language (T6)."""

    name = "choice"
    default_length = 40
    label = _("Choice list")
    icon = "selector"
    widget = "choice"

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> str:
        if f.choice(text):
            return text
        key = search_key(text)
        for choice in f.choices:
            if key == search_key(choice.value) or key in self._labels(choice):
                return choice.value
        raise self._unknown(f, text)

    @staticmethod
    def _labels(choice: Any) -> set[str]:
        in_every = getattr(choice.label, "in_every_language", None)
        return {search_key(label) for label in (in_every() if in_every else (str(choice.label),))}

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str:
        if f.choice(value) is None:
            raise self._unknown(f, value)
        return value

    @staticmethod
    def _unknown(f: FieldSpec, value: str) -> FieldError:
        return FieldError(
            _(
                "“{value}” is not in the list. Choose one of: {choices}",
                value=str(value)[:80],
                choices=_Listed(f.choices),
            )
        )

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        choice = f.choice(value)
        return str(choice.label) if choice else str(value or "")

    def schema(self, f: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "enum": [choice.value for choice in f.choices]}


class _Listed:
    """The labels of choices, joined when the message is shown, hence in the reader's language."""

    def __init__(self, choices: tuple[Any, ...]) -> None:
        self.choices = choices

    def __str__(self) -> str:
        return " · ".join(str(choice.label) for choice in self.choices[:12])


class CountryType(FieldType):
    """ISO 3166 alpha-2; names are accepted in every language of Diwan."""

    name = "country"
    default_length = 2
    label = _("Country")
    icon = "flag"
    ops = SET_OPS
    widget = "country"
    json_schema = {"type": "string", "minLength": 2, "maxLength": 2}

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str:
        code = country_code(value)
        if code is None:
            raise FieldError(
                _(
                    "“{value}” is not a known country. Write its name or its two letters, such as {example}.",
                    value=value[:80],
                    example="IR",
                )
            )
        return code

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return country_name(value, preferences.language) if value else ""


class CurrencyType(FieldType):
    """ISO 4217 currency code."""

    name = "currency"
    default_length = 3
    label = _("Currency")
    icon = "credit-card"
    widget = "currency"
    json_schema = {"type": "string", "minLength": 3, "maxLength": 3}

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str:
        code = currency_code(value)
        if code is None:
            raise FieldError(_("“{value}” is not a currency code. Example: {example}", value=value[:80], example="SAR"))
        return code
