"""How phones, emails and addresses are shown with what can be done with them: call, write, WhatsApp."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_place import address_lines
from core.entity.types_several import Entry, entries, is_address, item_of, primary_of, words_of
from core.language.i18n import Preferences, _
from core.language.phones import format_phone, phone_type
from core.ui import cells, pins
from core.ui.reaching import MOBILES


def phone(number: str, reader: Preferences) -> Markup:
    """A number to be called; one that may be a mobile with the way to WhatsApp."""
    shown = cells.finished(cells.phone(format_phone(number, reader.phone_digits), number))
    if phone_type(number) not in MOBILES:
        return shown
    label = escape(str(_("WhatsApp")))
    return Markup(
        '<span class="dw-reachable">{} <a class="dw-reach" href="https://wa.me/{}" target="_blank" '
        'rel="noopener noreferrer nofollow" title="{}" aria-label="{}">{}</a></span>'
    ).format(shown, number.lstrip("+"), label, label, cells.finished(cells.icon("brand-whatsapp")))


def in_place(spec: EntitySpec, values: Iterable[str], record: Mapping[str, Any]) -> dict[str, str]:
    """{field: the field that is shown in its place}: all phones where the main one stands, if there is more than that.

    The list of them has no place of its own then; addresses have, as the parts of the main one are fields.
    """
    shown = {name: name for name in values}
    for name in tuple(shown):
        f = spec.fields[name]
        mains = tuple(primary_of(f).values()) if f.type.name == "several" and not is_address(f) else ()
        if mains and mains[0] in shown:
            del shown[name]
            if record.get(name):
                shown[mains[0]] = name
    return shown


def drawn(f: FieldSpec, record: Mapping[str, Any], reader: Preferences) -> Markup:
    """All values, one a line; of an address those beside the main one, whose parts are fields of their own."""
    held, fields = entries(record.get(f.name)), primary_of(f)
    if is_address(f):
        held = held[1 if fields else 0 :]
    elif not held and fields and record.get(fields["value"]):
        held = (Entry(record[fields["value"]]),)
    lines = [f'<span class="dw-several-line">{_one(f, entry, reader)}{_words(f, entry)}</span>{_map(entry)}'
             for entry in held]  # fmt: skip
    return cells.finished(f'<span class="dw-several-lines">{"".join(lines)}</span>' if lines else "")


def plain(f: FieldSpec, value: Any, reader: Preferences) -> Markup:
    """The values of a field, one a line, only to be looked at: without ways to call or write."""
    lines = [f'<span class="dw-several-line">{_plainly(f, entry, reader)}{_words(f, entry)}</span>'
             for entry in entries(value)]  # fmt: skip
    return cells.finished(f'<span class="dw-several-lines">{"".join(lines)}</span>')


def _plainly(f: FieldSpec, entry: Entry, reader: Preferences) -> str:
    kind = item_of(f).type.name
    if kind == "phone":
        return cells.phone(format_phone(entry.value, reader.phone_digits))
    if kind == "email":
        return cells.email(entry.value)
    return cells.lines(address_lines(entry.value, reader), reader.comma)


def _map(entry: Entry) -> str:
    return str(pins.folded_map(*entry.point.split(","))) if entry.point else ""


def _one(f: FieldSpec, entry: Entry, reader: Preferences) -> str:
    kind = item_of(f).type.name
    if kind == "phone":
        return str(phone(entry.value, reader))
    if kind == "email":
        return cells.email(entry.value, link=not entry.state)
    return cells.lines(address_lines(entry.value, reader), reader.comma)


def _words(f: FieldSpec, entry: Entry) -> Markup:
    hues = {"invalid": "red", "opted_out": "amber"}
    words = words_of(f, entry)
    label = words[0] if entry.label and words else ""
    state = words[-1] if entry.state and words else ""
    found = Markup(' <span class="dw-several-word">{}</span>').format(label) if label else Markup()
    return found + Markup(" ") + cells.finished(cells.badge(state, hues[entry.state])) if state else found
