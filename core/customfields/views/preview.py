"""How a field will look, in any of the languages: in the form, in the list, among the filters. Drawn by the same
code that draws it afterwards, so the preview shows what will be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from core import query
from core.customfields.checking import namesakes, usable_types
from core.customfields.definition import Definition, custom_field
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_place import Address
from core.language.i18n import LANGUAGES, Preferences, _, use
from core.language.i18n import current as preferences
from core.registry import current
from core.ui import cells, form_build, rendering
from core.ui.cell_plan import Extras, drawer
from core.ui.form_model import FieldView
from core.ui.views_model import Chip

#: Values that the preview shows by type; choices show their own first ones.
SAMPLES: dict[str, tuple[Any, ...]] = {
    "number": (12, 250), "money": (1200, 85), "percent": (15, 40), "bool": (True, False),
    "phone": ("+966501234567", "+989121234567"), "email": ("name@example.com",), "url": ("https://example.com",),
    "barcode": ("4006381333931", "96385074"),
    "country": ("SA", "IR"), "currency": ("SAR",),
    "duration": (5400, 900), "geo": ("24.7136,46.6753", "35.6892,51.389"),
    "address": (Address(city="Riyadh", country="SA"), Address(city="Tehran", country="IR")),
}  # fmt: skip
ROWS = 3


@dataclass(frozen=True, slots=True)
class PreviewRow:
    title: str
    cell: Markup


@dataclass(frozen=True, slots=True)
class Preview:
    """A field in one language: its control, its cells beside records' names, and a filter by it."""

    language: str
    direction: str
    label: str
    title_label: str
    control: FieldView
    rows: tuple[PreviewRow, ...]
    chip: Chip | None


def render(spec: EntitySpec, one: Definition, language: str) -> Markup:
    """The preview as markup; nothing where the type is not known."""
    field_type = usable_types().get(one.type)
    if field_type is None or (field_type.is_reference and field_type.name != "user"
                              and one.target not in current().entities):
        return Markup()
    reader = replace(preferences(), language=language if language in LANGUAGES else preferences().language)
    try:
        f = custom_field(replace(one, default="", minimum="", maximum="", key=one.key or "field"), field_type).field
    except ValueError:
        return Markup()
    if not any(one.label.values()):
        f = replace(f, label=_("New field"))
    titles, warning = _titles(spec), str(namesakes(spec, one))
    with use(reader):
        drawn = rendering.fragment("fields/preview.html", preview=_preview(spec, f, one, titles, reader),
                                   warning=warning)
    return cells.finished(drawn)


def _titles(spec: EntitySpec) -> list[str]:
    """The names of some records, as far as the reader may see any."""
    asked = query.parse_args(spec, [("limit", str(ROWS))], preferences()).with_fields((spec.meta.title,))
    return [str(row[spec.meta.title] or "") for row in query.fetch(asked, with_total=False).rows]


def _preview(spec: EntitySpec, f: FieldSpec, one: Definition, titles: list[str], reader: Preferences) -> Preview:
    values = _samples(f)
    draw = drawer(f, reader, Extras({f.target: {}}) if f.target else Extras())
    shown = [*(titles or [str(_("Example {n}", n=n)) for n in (1, 2, 3)])][:ROWS]
    held = [*values[:2], None, None]
    rows = tuple(PreviewRow(title, cells.finished(draw(value) if value is not None else cells.EMPTY))
                 for title, value in zip(shown, held, strict=False))
    record = {"id": 1, f.name: values[0] if values else None}
    view = form_build.field_view(replace(f, name="preview"), {"id": 1, "preview": record[f.name]}, {}, None, ())
    text = " · ".join(f.type.show(f, value, reader) for value in values[:2]) if values and not f.target else ""
    chip = Chip(str(f.label), text, "") if one.filter and text else None
    return Preview(reader.language, reader.direction, str(f.label), str(spec.fields[spec.meta.title].label),
                   replace(view, options=view.options[:50]), rows, chip)


def _samples(f: FieldSpec) -> tuple[Any, ...]:
    if f.choices:
        offered = [choice.value for choice in f.choices if choice.active]
        if f.type.kind == "list":
            return (tuple(offered[:2]), tuple(offered[:1])) if offered else ()
        return tuple(offered[1:2] + offered[:1]) or ()
    if f.type.name == "date":
        return (dt.date.today(), dt.date.today() - dt.timedelta(days=40))
    if f.type.name == "datetime":
        return (dt.datetime.now(dt.UTC),)
    if f.type.name in ("text", "note"):
        return (str(f.label),)
    return SAMPLES.get(f.type.name, ())


