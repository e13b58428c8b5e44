"""A form's view model: the fields the user may write, with values as he would type them."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import g

from core import query
from core.actor import actor
from core.declarations import FormScreen
from core.derive.form import ADDRESS_SUFFIXES, TIME_SUFFIX
from core.derive.spec import section_fields
from core.entity.relative_day import day_of
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_link import pointer
from core.entity.types_place import BAR
from core.entity.types_several import primary_of
from core.entity.types_time import day_and_clock
from core.entity.whole_day import is_day
from core.language.calendars import format_date
from core.language.currencies import currency_names
from core.language.digits import to_family
from core.language.direction import FSI, PDI
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.nouns import is_feminine, noun
from core.language.number_symbols import split_locale, symbols
from core.language.numbers import format_number
from core.language.phones import format_phone
from core.language.regions import country_choices, country_code
from core.language.timezones import local
from core.permissions import can, may_write
from core.registry import current as registry
from core.ui import several_build
from core.ui.any_record import ANY_RECORD, kinds_of_record
from core.ui.form_model import DuplicateView, FieldView, FormView, SectionView
from core.ui.list_build import crumbs
from core.ui.pins import picked
from core.ui.views_model import Choice, Crumb

KINDS = {"series": "code", "ref": "reference"}
WIDE = frozenset({"note", "address", "multichoice"})


def sections(spec: EntitySpec, small: FormScreen | None = None) -> tuple[tuple[Any, tuple[str, ...]], ...]:
    """Headings and field names of the form: of the small one, else the registered screen's, else the entity's."""
    screen = small or registry().derived.forms.get(spec.name)
    given = screen.sections if screen and screen.sections else spec.meta.sections
    return tuple((label, section_fields(names)) for label, names in given)


def writable_names(spec: EntitySpec, small: FormScreen | None = None) -> tuple[str, ...]:
    """Fields of the form that this user may write."""
    return tuple(
        name
        for _label, names in sections(spec, small)
        for name in names
        if not spec.fields[name].system
        and not spec.fields[name].readonly
        and may_write(spec.fields[name])
        and not (name == "owner_id" and not can(f"{spec.name}.assign"))
    )


def switch_name(spec: EntitySpec) -> str:
    """The choice that changes the whole form, shown beside the title."""
    name = spec.meta.party.kind_by if spec.meta.party else ""
    return name if name and len(spec.fields[name].choices) == 2 else ""


def build(
    spec: EntitySpec,
    record: Mapping[str, Any],
    *,
    action: str,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[Any]] | None = None,
    warnings: Iterable[str] = (),
    form_id: str = "",
    small: FormScreen | None = None,
    carried: Iterable[tuple[str, str]] = (),
    duplicates: tuple[DuplicateView, ...] = (),
) -> FormView:
    """The whole form over `record` (empty for a new one); `typed` and `errors` when it comes back.

    With `small` only the fields of that form; `carried` are values that go with them unseen.
    """
    errors = errors or {}
    names = writable_names(spec, small)
    record = _filled(spec, record, small, typed or {})
    carried = tuple(carried)
    href = f"{action}&{urlencode(carried)}" if carried else ""
    if "id" not in record and "owner_id" in names:
        record = {"owner_id": actor().id, **record}
    titles = reference_titles(spec, names, record, typed or {})
    views = {name: field_view(spec.fields[name], record, titles, typed, errors.get(name, ())) for name in names}
    views = _as_in(small, views)
    has_field = frozenset(views)  # several values are soon joined to the main one
    _join_several(spec, views, record, typed or {})
    _with_pins(spec, views)
    _with_kinds(spec, views)
    switch = switch_name(spec)
    record_id = record.get("id")
    listed = tuple(
        SectionView(str(label), fields)
        for label, section in sections(spec, small)
        if (fields := tuple(views[name] for name in section if name in views and name != switch))
    )
    title = spec.title_of(record) if record_id else _title_of_new(spec)
    title = str(small.label) if small else title
    back = f"{spec.path}/{record_id}" if record_id else spec.path
    return FormView(
        title=title,
        action=action,
        form_id=form_id or secrets.token_urlsafe(16),
        sections=listed,
        version=record.get("version"),
        record_id=str(record_id or ""),
        errors=tuple(str(message) for name, found in errors.items() if name not in has_field for message in found),
        warnings=(*warnings, *_warned(small, {**dict(carried), **record})),
        can_create_another=record_id is None and small is None,
        href=href,
        carried=carried,
        switch=views.get(switch),
        duplicates_href=f"{spec.path}/duplicates" if any(view.identifies for view in views.values()) else "",
        duplicates=duplicates,
        draft_key=f"{actor().id}:{href or action}",
        back_href=back,
        crumbs=_path(spec, title, back if record_id and not small else ""),
    )


def _path(spec: EntitySpec, title: str, record_href: str) -> tuple[Crumb, ...]:
    """Where the form stands: below the list, or below the record that it changes."""
    return crumbs(spec, Crumb(title, record_href), *((Crumb(str(_("Edit"))),) if record_href else ()))


def _filled(
    spec: EntitySpec, record: Mapping[str, Any], small: FormScreen | None, typed: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The record with what its form begins with: a small form also where a record has nothing yet. A new one is told
    with what its address gives."""
    screen = small or (None if "id" in record else registry().derived.forms.get(spec.name))
    if screen is None or screen.values is None:
        return record
    with registry().holding(screen.values, f"form {screen.name}"):
        filled = {name: value for name, value in record.items() if value is not None}
        given = record if "id" in record else {**typed, **record}
        return {**record, **screen.values(given), **filled}


def _warned(small: FormScreen | None, record: Mapping[str, Any]) -> tuple[str, ...]:
    """What is to be known before a small form is filled in."""
    if small is None or small.warnings is None:
        return ()
    with registry().holding(small.warnings, f"form {small.name}"):
        return tuple(str(text) for text in small.warnings(record))


def _as_in(small: FormScreen | None, views: dict[str, FieldView]) -> dict[str, FieldView]:
    """Fields as the small form calls them, and with what it asks for."""
    if small is None:
        return views
    return {
        name: replace(
            view,
            label=str(small.labels.get(name, view.label)),
            help=str(small.helps.get(name, view.help)),
            required=view.required or name in small.required,
        )
        for name, view in views.items()
    }


def _with_kinds(spec: EntitySpec, views: dict[str, FieldView]) -> None:
    """A kind of record is chosen from a list, where it stands alone and not beside a record that brings its own."""
    beside = {f.options["entity_field"] for f in spec.fields.values() if f.type.name == "any_record"}
    for name in [name for name in views if spec.fields[name].type.name == "any_entity" and name not in beside]:
        view = views[name]
        kinds = tuple(Choice(one.name, str(one.meta.label), one.name == view.value, icon=one.meta.icon)
                      for one in kinds_of_record())  # fmt: skip
        views[name] = replace(view, kind="choice", options=kinds)


def _with_pins(spec: EntitySpec, views: dict[str, FieldView]) -> None:
    """Places are picked on a map: below the longitude, or below the field that holds both."""
    pairs = [spec.meta.place] if spec.meta.place and all(name in views for name in spec.meta.place) else []
    pairs += [(name,) for name, view in views.items() if view.kind == "geo"]
    for pair in pairs:
        views[pair[-1]] = replace(views[pair[-1]], pin=picked(pair))


def _join_several(
    spec: EntitySpec, views: dict[str, FieldView], record: Mapping[str, Any], typed: Mapping[str, Any]
) -> None:
    """Further values stand in rows under the main one's control; those of an address under its own heading."""
    for name in [name for name in views if spec.fields[name].type.widget == "several"]:
        f = spec.fields[name]
        mains = [one for one in primary_of(f).values() if one in views]
        view = several_build.view(f, record, typed.get(name), has_main_elsewhere=bool(mains))
        if len(mains) == 1:
            several = views.pop(name)
            main = views[mains[0]]
            # What is wrong with the main value is wrong with the first of the list as well: said once.
            errors = tuple({str(error): error for error in (*main.errors, *several.errors)}.values())
            view = replace(view, errors=errors[len(main.errors) :])
            views[mains[0]] = replace(main, several=view, wide=True, errors=errors)
        else:
            views[name] = replace(views[name], several=view, wide=True)


def reference_titles(
    spec: EntitySpec, names: Iterable[str], record: Mapping[str, Any], typed: Mapping[str, Any]
) -> dict[str, dict[int, str]]:
    wanted: dict[str, set[int]] = {}
    for name in names:
        f = spec.fields[name]
        if f.target:
            wanted.setdefault(f.target, set()).update(_ids(typed.get(name, record.get(name))))
    for entity, ids in query.pointed_at(spec, names, [_as_given(spec, names, record, typed)]).items():
        wanted.setdefault(entity, set()).update(ids)
    return query.titles({name: ids for name, ids in wanted.items() if ids})


def _as_given(
    spec: EntitySpec, names: Iterable[str], record: Mapping[str, Any], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """The record with ids as numbers, whether they are stored or come from an address."""
    found = {**record, **{name: value for name, value in typed.items() if value}}
    for name in names:
        if spec.fields[name].type.name == "any_record":
            found[name] = next(iter(_ids(found.get(name))), None)
    return found


def _ids(value: Any) -> set[int]:
    found = value if isinstance(value, list | tuple) else [value]
    return {
        int(one) for one in found if isinstance(one, int) or (isinstance(one, str) and one.isdigit() and one.isascii())
    }


def field_view(
    f: FieldSpec,
    record: Mapping[str, Any],
    titles: Mapping[str, Mapping[int, str]],
    typed: Mapping[str, Any] | None,
    errors: Sequence[Any],
) -> FieldView:
    """One field: its value as typed before, or as the reader would write the stored one."""
    value = typed[f.name] if typed is not None and f.name in typed else None
    stored = record.get(f.name, f.preset() if not record.get("id") else None)
    kind = "code" if f.type.is_code else KINDS.get(f.type.name, f.type.widget)
    keep = value is not None and not isinstance(value, list)
    beside = f.options.get("entity_field", "")
    entity = str((typed or {}).get(beside) or record.get(beside, ""))
    about = next(iter(_ids(value if keep else stored)), 0) if kind == "about" else 0
    about_title = titles.get(entity, {}).get(about, "")
    day, clock = str(value) if keep else written(f, stored), ""
    if kind == "datetime":
        # In two boxes as it was typed, or in one text as an address gives it.
        day, clock = _in_own_digits(*day_and_clock(day)) if keep else (day, _clock(stored))
        clock = (typed or {}).get(f.name + TIME_SUFFIX, clock)
    return FieldView(
        name=f.name,
        label=str(f.label),
        kind=kind,  # type: ignore[arg-type]
        value=day,
        time_value=clock,
        required=f.required,
        help=str(f.help),
        errors=tuple(str(message) for message in errors),
        options=(Choice(pointer(entity, about), about_title, True),) if about_title
        else _options(f, value, stored, titles),
        options_href=_options_href(f),
        create_allowed=bool(f.target) and f.target != "core.user" and can(f"{f.target}.add"),
        unit=_unit(f, record),
        calendar=preferences().calendar,
        minimum=_limit(f, f.minimum),
        maximum=_limit(f, f.maximum),
        about=about_title,
        max_length=f.max_length or 0,
        file_name=f.type.show(f, stored, preferences()) if kind in ("file", "image") else "",
        placeholder=_placeholder(f, kind),
        parts=_parts(f, str(value) if keep else written(f, stored)) if kind == "address" else (),
        several=several_build.view(f, record, value, has_main_elsewhere=False) if kind == "several" else None,
        follows=f.follows,
        hidden_while=f.options.get("hidden_while", ""),
        identifies=f.options.get("identifies", f.type.name in ("email", "phone")),
        wide=f.type.name in WIDE or (f.max_length or 0) >= 500,
    )


def _limit(f: FieldSpec, limit: Any) -> str:
    """The first or the last day that may be chosen; numbers are checked when they are saved."""
    return day_of(limit).isoformat() if f.type.name == "date" and limit is not None else ""


def _placeholder(f: FieldSpec, kind: str) -> str:
    if kind == "duration":
        reader = preferences()
        clock = f.type.show(f, 5400, reader)
        minutes = format_number(15, reader.formatting_locale)
        both = _("{minutes} min or {clock}", minutes=minutes, clock=clock)
        # An empty box reads from left to right; words in it keep their own direction.
        return f"{FSI}{both}{PDI}" if f.options.get("bare") else clock
    return "24.7136, 46.6753" if kind == "geo" else ""


def written(f: FieldSpec, value: Any) -> str:
    if value is None or value == ():
        return ""
    if f.type.name == "bool":
        return "1" if value else ""
    if f.type.name in ("choice", "country", "currency", "ref", "user", "link", "any_record"):
        return str(value)
    if f.type.name == "phone":
        return format_phone(value, preferences().phone_digits)
    if f.type.name == "datetime":
        reader = preferences()
        day = value if is_day(value) else local(value, reader.timezone).date()
        return format_date(day, reader.formatting_locale, reader.calendar)
    if f.type.widget in ("file", "image"):
        return json.dumps(f.type.to_json(f, value), ensure_ascii=False)
    if f.type.kind == "list":
        return "" if f.type.is_many else ",".join(value)
    return str(f.type.to_text(f, value, preferences()))


PART_LABELS = (_("City"), _("Region"), _("Postal code"), _("Country"))


def _parts(f: FieldSpec, text: str) -> tuple[FieldView, ...]:
    """The inputs of an address: the street under the field's own name, the others under theirs."""
    street, *others = [part.strip() for part in text.split(BAR)] + [""] * len(ADDRESS_SUFFIXES)
    code = country_code(others[3]) or ""
    countries = tuple(Choice(one, name, one == code) for one, name in country_choices(preferences().language))
    views = [FieldView(name=f.name, label=str(f.label), kind="note", value=street)]
    for suffix, label, value in zip(ADDRESS_SUFFIXES, PART_LABELS, others, strict=False):
        is_country = suffix.endswith("country")
        views.append(
            FieldView(
                name=f.name + suffix,
                label=str(label),
                kind="country" if is_country else "code" if suffix.endswith("code") else "text",
                value=code if is_country else value,
                options=countries if is_country else (),
            )
        )
    return tuple(views)


def _title_of_new(spec: EntitySpec) -> str:
    called = noun(spec.meta.label)
    if is_feminine(called, preferences().language):
        return str(_("New {entity}", context="feminine noun", entity=called))
    return str(_("New {entity}", entity=called))


def _clock(value: Any) -> str:
    reader = preferences()
    written_here = local(value, reader.timezone).strftime("%H:%M") if isinstance(value, dt.datetime) else ""
    return to_family(written_here, reader.digits)


def _in_own_digits(day: str, clock: str) -> tuple[str, str]:
    """The parts of a moment that came as one text, as the reader writes them; a day alone stays as it was typed."""
    family = preferences().digits
    return (to_family(day, family), to_family(clock, family)) if clock else (day, clock)


def _options(f: FieldSpec, typed: Any, stored: Any, titles: Mapping[str, Mapping[int, str]]) -> tuple[Choice, ...]:
    """All values of a choice; of a reference only those chosen."""
    chosen = typed if typed is not None else stored
    if f.type.name == "choice":
        return tuple(
            Choice(one.value, str(one.label), one.value == chosen, one.hue, one.icon, when=one.when)
            for one in f.offered(chosen, stored)
        )
    if f.type.name == "multichoice":
        ticked = chosen.split(",") if isinstance(chosen, str) else chosen or ()
        return tuple(
            Choice(one.value, str(one.label), one.value in ticked, one.hue, one.icon, when=one.when)
            for one in f.offered(*ticked, *(stored or ()))
        )
    if f.type.name == "country":
        return tuple(Choice(code, name, code == chosen) for code, name in country_choices(preferences().language))
    if f.type.name == "currency":
        return tuple(
            Choice(code, f"{code} · {name}", code == chosen)
            for code, name in sorted(currency_names(preferences().language).items())
        )
    if not f.target:
        return ()
    known = titles.get(f.target, {})
    items = chosen if isinstance(chosen, list | tuple) else [chosen]
    return tuple(_chosen(item, known) for item in items if item not in (None, ""))


def _chosen(item: Any, known: Mapping[int, str]) -> Choice:
    text = str(item)
    unseen = str(_("A record that you may not see"))
    title = known.get(int(text), unseen) if text.isascii() and text.isdigit() else text
    return Choice(text, title, True)


def _options_href(f: FieldSpec) -> str:
    if f.type.name == "any_record":
        return ANY_RECORD
    return f"{registry().entity(f.target).path}/options" if f.target else ""


def _unit(f: FieldSpec, record: Mapping[str, Any]) -> str:
    if f.type.name == "money":
        return str(record.get(f.options.get("currency_field", "currency")) or g.identity.currency)
    return symbols(*split_locale(preferences().formatting_locale)).percent if f.type.name == "percent" else ""
