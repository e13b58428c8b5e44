"""A record's page: head, sections edited in place, tabs that plugins add, and where its timeline is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from core import maps, permissions, query
from core.attachments import limits
from core.attachments.panel import holds_files
from core.declarations import Figure
from core.derive.spec import section_fields
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_several import is_address
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_percent
from core.permissions import can, may_write, readable, without_hidden
from core.registry import current as registry
from core.ui import amounts, cells, contained, pins, reaching, several_cells
from core.ui.board_fields import status_field
from core.ui.cell_plan import Extras, drawer, pointing, tags_of
from core.ui.list_build import crumbs
from core.ui.shell import person
from core.ui.views_model import (
    Action,
    Attaching,
    Completeness,
    Crumb,
    FieldMenu,
    FieldValue,
    Panel,
    RecordScreen,
    Section,
)

WIDE = frozenset({"note", "address"})
#: Fields that stand above the tabs of a wide page; with more, tabs would begin below the window.
ABOVE_TABS = 10


def build(
    spec: EntitySpec, record: Mapping[str, Any], *, back_href: str = "", warnings: tuple[str, ...] = ()
) -> RecordScreen:
    """The whole page of a record the user may see."""
    names = tuple(readable(spec))
    found = query.companions(spec, names, [record])
    extras = Extras(found.titles, found.links, found.hues)
    may_change = permissions.may_change(spec, record)
    path = f"{spec.path}/{record['id']}"
    values = {name: value_markup(spec.fields[name], record, extras, path) for name in names}
    title = spec.title_of(record)
    status, owner = status_field(spec), "owner_id" if "owner_id" in names else ""
    record = without_hidden(spec, record)
    is_living = record.get("deleted_at") is None
    panels = _panels(spec, path) if is_living else ()
    sections = _sections(spec, record, values, path, may_change, {status, owner})
    quick = reaching.ways(spec, record)
    above = _above_tabs(sections) if panels else len(sections)
    return RecordScreen(
        entity=spec.name,
        record_id=record["id"],
        version=record["version"],
        name=title,
        avatar=person(title, kind=spec.face(record) or "person"),
        sections=sections[:above],
        rest=sections[above:],
        back_href=back_href or spec.path,
        crumbs=crumbs(spec, Crumb(title)),
        status=_status(spec, record, status, path, may_change),
        owner=_owner(spec, record, owner, found.titles, path, may_change),
        number=next((str(record[name]) for name in names
                     if spec.fields[name].type.name == "series" and record.get(name)), ""),
        subtitle=_subtitle(spec, record, found.titles),
        completeness=_completeness(spec, record, path, may_change),
        primary=quick[0] if quick else None,
        actions=quick[1:],
        more=_more(spec, path, record) if is_living else (),
        attach=_attaching(path) if may_change and holds_files(spec) else None,
        edit=Action(str(_("Edit")), f"{path}/edit", "pencil", panel=True) if may_change else None,
        panels=panels,
        figures_href=f"{path}/figures" if is_living and figures(spec) else "",
        timeline_href=f"{path}/timeline",
        history_href=f"{path}/history",
        deleted=str(_("This record is in the trash.")) if record.get("deleted_at") is not None else "",
        restore=Action(str(_("Restore")), f"{path}/restore", "arrow-back-up", "post")
        if record.get("deleted_at") is not None and can(f"{spec.name}.delete")
        else None,
        warnings=warnings,
    )


def _attaching(path: str) -> Attaching:
    most = limits.largest()
    too_large = _("The file is larger than {limit} MB.", limit=most // limits.MEGABYTE)
    return Attaching(f"/api/v1{path}/attachments", most, str(too_large))


def value_markup(f: FieldSpec, record: Mapping[str, Any], extras: Extras, path: str) -> Markup:
    """A value as the page shows it; empty where there is none, which the template says in words."""
    if f.type.is_many:
        links = extras.links.get(f.name, {}).get(record["id"])
        return cells.finished(tags_of(f, links, extras)) if links else Markup()
    if f.type.name == "several":
        return several_cells.drawn(f, record, preferences())
    value = record.get(f.name)
    if value is None or value == "":
        return Markup()
    if f.type.name == "any_record":
        return cells.finished(pointing(f, record, extras))
    if f.type.name == "money":
        return cells.finished(amounts.cell(registry().entity(f.entity), f, record))
    if f.type.name == "phone":
        return several_cells.phone(value, preferences())
    if f.type.widget in ("file", "image"):
        href = f"{path}/file/{f.name}"
        draw = cells.picture if f.type.widget == "image" else cells.file
        return cells.finished(draw(value.name, href))
    if f.type.name == "email":
        return cells.finished(cells.email(value, link=True))
    drawn = drawer(f, preferences(), extras)(value)
    if drawn == cells.EMPTY:  # What it leads to has no title for this reader; that is not the same as no value.
        return Markup('<span class="dw-none">{}</span>').format(_("In the trash, or not open to you"))
    return cells.finished(drawn)


def _sections(
    spec: EntitySpec,
    record: Mapping[str, Any],
    values: Mapping[str, Markup],
    path: str,
    may_change: bool,
    in_head: set[str],
) -> tuple[Section, ...]:
    screen = registry().derived.records.get(spec.name)
    given = screen.sections if screen and screen.sections else spec.meta.sections
    shown = several_cells.in_place(spec, values, record)
    place = maps.place_of(spec)
    may_pin = may_change and all(may_write(spec.fields[name]) for name in place)
    found = []
    for label, names in given:
        fields = tuple(
            _field(spec.fields[shown[name]], values[shown[name]], path, may_change, spec.fields[name].label)
            for name in section_fields(names)
            if name in shown and name not in in_head and name not in spec.meta.place
        )
        is_here = bool(place) and not {*place}.isdisjoint(section_fields(names))
        if fields or is_here:
            pin = _pin(spec, record) if is_here else Markup()
            pick_href = f"{path}/edit#pick-place" if is_here and may_pin else ""
            found.append(Section(str(label), fields, f"{path}/edit" if may_change else "", pin, pick_href))
    stamps = tuple(
        _field(spec.fields[name], values[name], path, False, spec.fields[name].label)
        for name in ("created_at", "created_by_id", "updated_at")
        if name in values
    )
    return (*found, Section(str(_("Record")), stamps))


def _above_tabs(sections: tuple[Section, ...]) -> int:
    """How many sections, at least the first, have together no more fields than leave the tabs in sight."""
    fields = 0
    for place, section in enumerate(sections):
        fields += len(section.fields)
        if place and fields > ABOVE_TABS:
            return place
    return len(sections)


def _pin(spec: EntitySpec, record: Mapping[str, Any]) -> Markup:
    point = maps.point(maps.place_of(spec), record)
    return pins.small_map(*point) if point else Markup()


def _field(f: FieldSpec, value: Markup, path: str, may_change: bool, label: Any) -> FieldValue:
    editable = may_change and not f.system and not f.readonly and may_write(f)
    return FieldValue(
        f.name,
        str(label),
        value,
        f"{path}/field/{f.name}" if editable else "",
        f.type.name in WIDE or (f.max_length or 0) >= 500 or (f.type.name == "several" and is_address(f)),
    )


def _status(spec: EntitySpec, record: Mapping[str, Any], name: str, path: str, may_change: bool) -> FieldMenu | None:
    if not name:
        return None
    f = spec.fields[name]
    choice = f.choice(record.get(name))
    return FieldMenu(
        name,
        str(f.label),
        str(choice.label) if choice else str(_("Not set")),
        choice.hue if choice else "grey",
        menu_href=f"{path}/field/{name}?as=menu" if may_change and may_write(f) else "",
    )


def _owner(
    spec: EntitySpec,
    record: Mapping[str, Any],
    name: str,
    titles: Mapping[str, Mapping[int, str]],
    path: str,
    may_change: bool,
) -> FieldMenu | None:
    if not name:
        return None
    may_assign = may_change and can(f"{spec.name}.assign") and may_write(spec.fields[name])
    owner = titles.get("core.user", {}).get(record.get(name) or 0, "")
    return FieldMenu(
        name,
        str(spec.fields[name].label),
        owner or str(_("Nobody")),
        person=person(owner) if owner else None,
        menu_href=f"{path}/field/{name}?as=menu" if may_assign else "",
    )


def _completeness(
    spec: EntitySpec, record: Mapping[str, Any], path: str, may_change: bool
) -> Completeness | None:
    """By the fields that the plugin names, as far as the reader may see them."""
    screen = registry().derived.records.get(spec.name)
    if screen is None or screen.completeness is None or record.get("deleted_at") is not None:
        return None
    with registry().holding(screen.completeness, f"completeness of {spec.name}"):
        names = [name for name in screen.completeness(record) if name in spec.fields and name in record]
    missing = [name for name in names if record[name] in (None, "", (), False)]
    if not names:
        return None
    percent = round(100 * (len(names) - len(missing)) / len(names))
    return Completeness(
        percent,
        format_percent(percent, preferences().formatting_locale),
        tuple(
            Action(str(spec.fields[name].label), f"{path}/edit#f-{name}" if may_change else "", "pencil", panel=True)
            for name in missing
        ),
    )


def _subtitle(spec: EntitySpec, record: Mapping[str, Any], titles: Mapping[str, Mapping[int, str]]) -> Markup:
    """What a person or firm is, such as his job title and where he works."""
    line = Markup()
    for name in spec.meta.party.role if spec.meta.party else ():
        f, value = spec.fields[name], record.get(name)
        if value and f.type.is_reference and f.target:
            target = registry().entity(f.target)
            shown = titles.get(target.name, {}).get(value)
            drawn = cells.finished(cells.reference(shown, f"{target.path}/{value}")) if shown else Markup()
        else:
            drawn = cells.finished(cells.text(f.type.show(f, value, preferences()))) if value else Markup()
        line += (preferences().comma if line and drawn else "") + drawn
    return line


def _more(spec: EntitySpec, path: str, record: Mapping[str, Any]) -> tuple[Action, ...]:
    verbs = [
        Action(str(verb.label), f"{path}/do/{verb.name}", verb.icon, "post")
        for (entity, _name), verb in registry().derived.actions.items()
        if entity == spec.name and can(verb.permission or f"{spec.name}.change") and contained.fits(verb, record)
    ]
    if can(f"{spec.name}.delete"):
        if spec.meta.duplicates and can(f"{spec.name}.change"):
            merge_href = f"{spec.path}/merge?id={record['id']}"
            verbs.append(Action(str(_("Merge with another record")), merge_href, "git-merge"))
        # The page's script puts the list in its place that the record was opened from.
        verbs.append(
            Action(str(_("Delete")), f"{path}/delete", "trash", "post", danger=True, fields=(("back", spec.path),))
        )
    return tuple(verbs)


def figures(spec: EntitySpec) -> tuple[Figure, ...]:
    """The key figures of an entity that the reader has the right to."""
    return tuple(one for one in registry().derived.figures.get(spec.name, ())
                 if can(one.permission or f"{spec.name}.view"))


def _panels(spec: EntitySpec, path: str) -> tuple[Panel, ...]:
    """The tabs. One that a plugin named is opened by `#name` at the end of the record's address."""
    found: list[Panel] = []
    taken = {"details", "history"}
    for index, panel in enumerate(registry().derived.panels.get(spec.name, ())):
        entity = getattr(panel, "entity", "")
        permission = f"{entity}.view" if entity else panel.permission or f"{spec.name}.view"
        if can(permission) and (not entity or panel.via in readable(registry().entity(entity))):
            label = panel.label or registry().entity(entity).meta.plural
            own = "" if entity else panel.name
            name = own if own and own not in taken else f"panel-{index}"
            taken.add(name)
            found.append(Panel(name, str(label), f"{path}/panel/{index}"))
    return tuple(found)
