"""Forms: a WTForms class per entity, built once; each field reads through its own type in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from wtforms import Field, Form

from core.derive.several_input import has_rows, read_rows, typed_entries
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import FieldError
from core.entity.types_link import pointed
from core.entity.types_place import BAR, PARTS
from core.entity.types_time import has_clock, read_clock
from core.language.i18n import CALENDARS, _, current

CALENDAR_SUFFIX, TIME_SUFFIX = "__calendar", "__time"
#: The parts of an address beside its street, which stands under the field's own name.
ADDRESS_SUFFIXES = tuple(f"__{part}" for part in PARTS[1:])


class TypedInput(Field):  # type: ignore[misc]
    """A form field that parses what was typed by the entity field's type. `typed` is the text, kept for re-display."""

    def __init__(self, label: Any = None, validators: Any = None, *, spec: FieldSpec, **options: Any) -> None:
        super().__init__(label, validators or [], **options)
        self.spec = spec
        self.typed: Any = None
        self.typed_clock: str | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """One text, or for many-fields several ids and new names; a box that is not ticked posts nothing."""
        if self.spec.type.is_many:
            self.typed = list(valuelist)
            ids = (int(one) if one.isascii() and one.isdigit() else one for one in valuelist if one.strip())
            self.data: Any = tuple(ids)
            return
        if self.spec.type.kind == "list" and len(valuelist) != 1:
            self.typed = list(valuelist)
            self.data = self.spec.type.from_json(self.spec, self.typed)
            return
        self.typed = valuelist[0] if valuelist else ""
        self.data = self.spec.type.parse(self.spec, self.typed, current())

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """As WTForms, with the chosen calendar and the time of day beside a date, and errors that stay lazy."""
        self.process_errors = []
        self.data = data
        self.object_data = data
        if formdata is None:
            return
        values = formdata.getlist(self.name)
        if not values and self.spec.type.kind == "bool":
            self.data, self.typed = False, ""
            return
        try:
            self._read(formdata, values)
        except FieldError as error:
            self.process_errors.append(error.message)

    def _read(self, formdata: Any, values: list[str]) -> None:
        if self.spec.type.widget == "several" and has_rows(self.spec, formdata):
            self.typed = read_rows(self.spec, formdata)
            self.data = typed_entries(self.spec, self.typed)
            return
        if self.spec.type.widget == "address" and values:
            others = [formdata.get(self.name + suffix, "") for suffix in ADDRESS_SUFFIXES]
            # A street with a bar and nothing beside it is a whole address in one text, as a conflict's page posts it.
            values = [f" {BAR} ".join([values[0], *others]).rstrip(f" {BAR}")] if any(others) else values
        calendar = formdata.get(self.name + CALENDAR_SUFFIX, "")
        self.typed_clock = formdata.get(self.name + TIME_SUFFIX)
        clock = (self.typed_clock or "").strip()
        if calendar not in CALENDARS or not values:
            self.process_formdata(values)
            return
        day = values[0].strip()
        try:
            if clock and not day:
                raise FieldError(_("Choose the day as well."))
            if day and not clock and self.spec.options.get("needs_clock") and not has_clock(day):
                raise FieldError(_("Choose the time of day as well."))
            text = f"{day} {read_clock(clock):%H:%M:%S}" if day and clock else day
            self.data = self.spec.type.parse(self.spec, text, replace(current(), calendar=calendar))
        finally:
            self.typed = values[0]


def form_class(spec: EntitySpec, names: Iterable[str]) -> type[Form]:
    """The form of these fields; labels stay lazy, so one class serves every language."""
    members = {name: TypedInput(spec.fields[name].label, spec=spec.fields[name]) for name in names}
    return type(f"{spec.noun.capitalize()}Form", (Form,), members)


def apart(spec: EntitySpec, names: Iterable[str], given: Any) -> Any:
    """The form data that were sent; a record of any kind, chosen as one value, is taken apart into its two fields."""
    wanted = set(names)
    for f in (spec.fields[name] for name in wanted if spec.fields[name].type.name == "any_record"):
        beside, text = f.options["entity_field"], given.get(f.name, "").strip()
        if beside not in wanted or f.name not in given or (text and pointed(text) is None):
            continue
        entity, record_id = pointed(text) or ("", "")
        given = given.copy()
        given[beside], given[f.name] = entity, str(record_id)
    return given


def typed_values(form: Form, sent: Callable[[str], bool]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """(values of the fields that were sent, errors of those that could not be read)."""
    values: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    for name, field in form._fields.items():
        if not sent(name):
            continue
        if field.process_errors:
            errors[name] = list(field.process_errors)
        else:
            values[name] = field.data
    return values, errors


def typed_texts(form: Form) -> Mapping[str, Any]:
    """What was typed, for showing the form again; a time of day under the name of its own box."""
    texts = {name: field.typed for name, field in form._fields.items() if field.typed is not None}
    clocks = {name + TIME_SUFFIX: field.typed_clock for name, field in form._fields.items()
              if field.typed_clock is not None}
    return texts | clocks
