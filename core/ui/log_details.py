"""What an entry of the log says beside the fields of a record: how many rows were exported, which right was missing.

Only names with a label stand here: those of the kernel's own acts, permissions and settings. A field that the reader
may not see has none, so that nothing of it is shown by this way (AUD-09).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from core.actor import FIELD_LEVELS, SCOPES
from core.audit.reading import LogRow
from core.auth.explain import LEVEL_LABELS, SCOPE_LABELS
from core.customfields.definition import as_read
from core.derive.spec import heading_id
from core.entity.spec import EntitySpec, FieldSpec
from core.language.direction import show_hidden
from core.language.i18n import LazyString, _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.stored_text import StoredText
from core.permissions import permission_label, readable
from core.registry import current as registry
from core.ui import cells, form_build
from core.ui.views_model import Change

#: Acts whose changes are fields of a record, and nothing else.
OF_RECORDS = frozenset({"create", "update", "delete", "restore", "purge"})
LABELS: Mapping[str, LazyString] = {
    "rows": _("Rows"), "format": _("Format"), "fields": _("Columns"), "created": _("Created", context="count"),
    "updated": _("Updated", context="count"), "skipped": _("Skipped", context="count"),
    "unchanged": _("Unchanged", context="count"),
    "failed": _("Failed", context="count"), "file": _("File"), "version": _("Version"), "label": _("Name"),
    "scope": _("Permission"), "roles": _("Roles"), "teams": _("Teams"), "organisations": _("Organisations"),
    "permission": _("Permission"), "request": _("Request"), "ok": _("The log is whole"),
    "filters": _("Filters"), "seconds": _("Locked for (seconds)"), "entries": _("Entries"),
    "owner": _("Person in charge"), "from": _("From link"), "to": _("To link"),
    "login.label": _("Name on the log-in page"), "login.issuer": _("Address of the provider"),
    "login.client_id": _("Client ID"), "login.client_secret": _("Client secret"),
    "login.active": _("On the log-in page"), "login.link_by_email": _("Users with a verified email address"),
    "login.role_id": _("Role for people who come the first time"), "login.domains": _("Domains"),
    "login.log_out_there": _("Logging out here logs out there"),
}  # fmt: skip


#: What an entry is about where that is no record.
SUBJECTS: Mapping[str, LazyString] = {"core.custom_field": _("Custom field"), "core.list_view": _("Saved view"),
                                    "core.login_provider": _("Single sign-on"), "core.plugin": _("Module"),
                                    "core.job": _("Background job"), "core.mail": _("Email"),
                                    "core.setting": _("Setting"), "core.audit": _("Audit log"),
                                    "core.instance": _("Installation"), "core.webhook": _("Webhook")}
OF_FIELDS: Mapping[str, LazyString] = {
    "label": _("Name"), "help": _("Hint below the field"), "type": _("Type"), "choices": _("Choices"),
    "follows": _("Offered depending on"),
    "required": _("Required"), "unique": _("Unique"), "unique_with": _("Only together with"),
    "filter": _("In filters"), "in_list": _("In the list"), "in_reports": _("In reports"), "pattern": _("Pattern"),
    "plugin": _("Module"),
    "minimum": _("Smallest value"), "maximum": _("Largest value"), "default": _("Default value"),
    "target": _("Leads to"), "section": _("Section"), "after": _("Behind the field"),
    "not_before": _("Not before"), "not_after": _("Not after"), "scale": _("Decimals"),
    "records": _("Records with a value"),
}  # fmt: skip
#: Facts that are kept as programs write them, and those that name other fields.
WRITTEN = frozenset({"default", "minimum", "maximum"})
FIELDS_BESIDE = frozenset({"follows", "unique_with", "after", "not_before", "not_after"})


def subject(entity: str) -> str:
    """What an entry is about, in the reader's language; the name itself where there is no label."""
    spec = registry().entities.get(entity)
    return str(spec.meta.label if spec else SUBJECTS.get(entity, entity))


def details(row: LogRow) -> tuple[Change, ...]:
    """The labelled details of one entry, old and new value as text."""
    if row.entity == "core.custom_field":
        return _of_definition(row)
    if row.action in OF_RECORDS:
        return ()
    spec = registry().entities.get(row.entity)
    names = [name for name in row.changes if spec is None or name not in spec.fields]
    labelled = ((label_of(name), _named(spec, name, row.changes[name])) for name in names)
    return tuple(Change(label, _value(old), _value(new)) for label, (old, new) in labelled if label)


def _of_definition(row: LogRow) -> tuple[Change, ...]:
    """What was said of an added field, in the words in which its page says it."""
    entity, _space, key = row.record_title.partition(" ")
    spec = registry().entities.get(entity)
    fields = readable(spec) if spec else {}
    sections = {heading_id(label): str(label) for label, _names in form_build.sections(spec)} if spec else {}
    return tuple(Change(str(OF_FIELDS[name]), *(_value(_told(name, side, fields, fields.get(key), sections))
                                                for side in sides))
                 for name, sides in row.changes.items() if name in OF_FIELDS)  # fmt: skip


def _told(
    name: str, raw: Any, fields: Mapping[str, FieldSpec], f: FieldSpec | None, sections: Mapping[str, str]
) -> Any:
    """A fact of a definition that is kept as a name or as programs write it; others as they are."""
    if not isinstance(raw, str):
        return raw
    if name in WRITTEN:
        return as_read(raw, f, f.type if f else None)
    if name in FIELDS_BESIDE:
        return [str(fields[one].label) if one in fields else one for one in raw.split()]
    if name == "section":
        return sections.get(raw, raw)
    if name == "type" and raw in registry().types:
        return str(registry().types[raw].label)
    if name == "target":
        return subject(raw)
    return raw


def _named(spec: EntitySpec | None, name: str, change: Sequence[Any]) -> Sequence[Any]:
    """The columns of an export by their labels, as far as the reader sees them."""
    if name != "fields" or spec is None:
        return change
    seen = readable(spec)
    return [[str(seen[one].label) if one in seen else one for one in side] if isinstance(side, list) else side
            for side in change]  # fmt: skip


def label_of(name: str) -> str:
    """How a detail, a setting or a permission reads; empty for anything else."""
    if name in LABELS:
        return str(LABELS[name])
    if name in registry().settings:
        return str(registry().settings[name].field.label)
    return permission_label(name) or field_label(name)


def field_label(name: str) -> str:
    """A field that a role was given or lost, named "entity.field" in the log; empty when unknown."""
    plugin, _dot, rest = name.partition(".")
    noun, _dot, field = rest.partition(".")
    spec = registry().entities.get(f"{plugin}.{noun}")
    return f"{spec.meta.plural} · {spec.fields[field].label}" if spec and field in spec.fields else ""


def _value(raw: Any) -> Markup:
    if raw is None or raw == []:
        return cells.finished(cells.EMPTY)
    if isinstance(raw, list):
        return cells.finished(cells.text(" · ".join(_text(one) for one in raw)))
    return cells.finished(cells.text(_text(raw)))


def _text(raw: Any) -> str:
    if isinstance(raw, dict):  # a text by language, or a choice
        return str(StoredText(raw.get("label", raw), str(raw.get("value", ""))))
    if isinstance(raw, bool):
        return str(_("Yes")) if raw else str(_("No"))
    if isinstance(raw, int):
        return format_number(raw, preferences().formatting_locale)
    if isinstance(raw, str) and raw in SCOPES:
        return str(SCOPE_LABELS[SCOPES.index(raw)])
    if isinstance(raw, str) and raw in FIELD_LEVELS:
        return str(LEVEL_LABELS[FIELD_LEVELS.index(raw)])
    if isinstance(raw, str) and raw in registry().permissions:
        return permission_label(raw)
    return show_hidden(str(raw))
