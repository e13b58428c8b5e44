"""The parts of the OpenAPI document beside records and their fields: verbs, the trash, files, and views of lists."""

from __future__ import annotations

from typing import Any

from apispec import APISpec

from core.attachments.panel import holds_files
from core.entity.spec import EntitySpec
from core.entity.types_file import FileType
from core.language.i18n import _
from core.merging.acting import MOST
from core.permissions import can, readable
from core.registry import current
from core.rest.openapi_parts import (
    ALWAYS,
    EXPAND,
    FILE,
    ID,
    IDEMPOTENCY,
    TEXT,
    WRITING,
    operation,
    parameter,
    ref,
    schema_name,
)
from core.savedviews.reading import MEMBERS

NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**62}


def of_entity(spec: APISpec, entity: EntitySpec) -> None:
    """What there is beside the records of one entity, as the present actor may use it."""
    name, tag, base = schema_name(entity), str(entity.meta.plural), f"{entity.path}/{{id}}"
    if can(f"{entity.name}.delete"):
        spec.path(f"{base}/restore", parameters=[ID], operations={"post": operation(
            f"restore{name}", str(_("Bring a record back from the trash")), tag, {200: ref(name)}, parameters=EXPAND,
            errors=(*ALWAYS, 409, 422))})  # fmt: skip
        if entity.meta.duplicates and can(f"{entity.name}.change"):
            _merging(spec, name, tag, base)
    for (owner, verb), action in current().derived.actions.items():
        if owner == entity.name and can(action.permission or f"{entity.name}.change"):
            spec.path(f"{base}/{verb}", parameters=[ID], operations={"post": operation(
                f"{verb}{name}", str(action.label), tag, {200: {"type": "object"}}, body={"type": "object"},
                body_required=False, errors=WRITING)})  # fmt: skip
    held = [f.name for f in readable(entity).values() if isinstance(f.type, FileType)]
    if held:
        place = parameter("name", {"type": "string", "enum": held}, "path", True)
        spec.path(f"{base}/file/{{name}}", parameters=[ID, place], operations={"get": operation(
            f"fetch{name}File", str(_("The file in a field")), tag, {200: FILE},
            parameters=[parameter("show", {"type": "string", "enum": ["1", "small"]})])})  # fmt: skip
    _views(spec, entity, name, tag)
    if holds_files(entity):
        _attachments(spec, entity, name, tag)


def _merging(spec: APISpec, name: str, tag: str, base: str) -> None:
    """Making one of several records, and taking that back."""
    numbers = {"type": "object", "additionalProperties": {"type": "integer"}}
    wanted = {"type": "object", "additionalProperties": False, "required": ["ids"], "properties": {
        "ids": {"type": "array", "minItems": 1, "maxItems": MOST - 1, "items": NUMBER},
        "take": {**numbers, "examples": [{"name": 7}]}, "versions": {**numbers, "examples": [{"7": 2}]}}}  # fmt: skip
    spec.path(f"{base}/merge", parameters=[ID], operations={"post": operation(
        f"merge{name}", str(_("Merge other records into this one")), tag, {200: ref(name)}, body=wanted,
        parameters=[IDEMPOTENCY, *EXPAND], errors=WRITING)})  # fmt: skip
    spec.path(f"{base}/unmerge", parameters=[ID], operations={"post": operation(
        f"unmerge{name}", str(_("Undo a merge into this record")), tag, {200: ref(name)}, body_required=False,
        body={"type": "object", "additionalProperties": False, "properties": {"merge": NUMBER}}, parameters=EXPAND,
        errors=WRITING)})  # fmt: skip


def of_all(spec: APISpec) -> None:
    """Sending a file for a field of any record."""
    ticket = {"type": "object", "required": ["ticket"], "properties": {"ticket": TEXT, "name": TEXT}}
    spec.path("/files", operations={"post": operation(
        "sendFile", str(_("Send a file; its ticket goes into a field of a record")), str(_("Files")), {201: ticket},
        body=FILE, errors=WRITING, parameters=[parameter("name", TEXT, required=True),
                                               parameter("as", {"type": "string", "enum": ["image"]})])})  # fmt: skip


#: What can be said of a saved view, each with its shape.
VIEW: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1, "maxLength": 60}, "audience": TEXT, "pinned": {"type": "boolean"},
    "opens_first": {"type": "boolean"}, "role_id": {"type": ["integer", "null"]},
    "conditions": {"type": "object", "additionalProperties": TEXT}, "columns": {"type": "array", "items": TEXT},
}  # fmt: skip


def _views(spec: APISpec, entity: EntitySpec, name: str, tag: str) -> None:
    given = {"type": "object", "additionalProperties": False, "properties": {one: VIEW[one] for one in MEMBERS}}
    if "SavedView" not in spec.components.schemas:
        spec.components.schema("SavedViewInput", given)
        spec.components.schema("SavedView", {"type": "object", "required": ["id", "name"], "properties": {
            "id": NUMBER, "owner_id": {"type": ["integer", "null"]}, **VIEW,
            "missing": {"type": "array", "items": TEXT}}})  # fmt: skip
    one, base = ref("SavedView"), f"{entity.path}/views"
    every = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": one}}}
    spec.path(base, operations={
        "get": operation(f"list{name}Views", str(_("Saved views of the list")), tag, {200: every}),
        "post": operation(f"create{name}View", str(_("Save a view")), tag, {201: one}, body=ref("SavedViewInput"),
                          errors=WRITING),
    })  # fmt: skip
    spec.path(f"{base}/{{view_id}}", parameters=[parameter("view_id", NUMBER, "path", True)], operations={
        "patch": operation(f"change{name}View", str(_("Change a view")), tag, {200: one}, body=ref("SavedViewInput"),
                           errors=WRITING),
        "delete": operation(f"delete{name}View", str(_("Delete a view")), tag, {204: None}, errors=WRITING),
    })  # fmt: skip


def _attachments(spec: APISpec, entity: EntitySpec, name: str, tag: str) -> None:
    if "Attachment" not in spec.components.schemas:
        spec.components.schema("Attachment", {"type": "object", "required": ["id", "name", "version"], "properties": {
            "id": NUMBER, "name": TEXT, "version": NUMBER, "size": {"type": "integer"}, "type": TEXT, "sha256": TEXT,
            "sent_at": {"type": "string", "format": "date-time"}, "sent_by": TEXT, "href": TEXT}})  # fmt: skip
    one, base = ref("Attachment"), f"{entity.path}/{{id}}/attachments"
    every = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": one}}}
    each, number = (parameter(place, NUMBER, "path", True) for place in ("attachment_id", "number"))
    listing = {"get": operation(f"list{name}Attachments", str(_("The files of a record")), tag, {200: every})}
    if can(f"{entity.name}.change"):
        listing["post"] = operation(
            f"attach{name}", str(_("Attach a file, or a new version of one")), tag, {201: one}, body=FILE,
            errors=WRITING, parameters=[parameter("name", TEXT, required=True)])  # fmt: skip
        renaming = {"type": "object", "required": ["name"], "additionalProperties": False, "properties": {"name": TEXT}}
        spec.path(f"{base}/{{attachment_id}}", parameters=[ID, each], operations={
            "patch": operation(f"rename{name}Attachment", str(_("Rename a file")), tag, {200: one}, body=renaming,
                               errors=WRITING),
            "delete": operation(f"delete{name}Attachment", str(_("Move a file to the trash")), tag, {204: None},
                                errors=WRITING),
        })  # fmt: skip
        spec.path(f"{base}/{{attachment_id}}/restore", parameters=[ID, each], operations={"post": operation(
            f"restore{name}Attachment", str(_("Bring a file back from the trash")), tag, {200: one},
            errors=WRITING)})  # fmt: skip
    spec.path(base, parameters=[ID], operations=listing)
    spec.path(f"{base}/{{attachment_id}}/{{number}}", parameters=[ID, each, number], operations={"get": operation(
        f"fetch{name}Attachment", str(_("A version of a file")), tag, {200: FILE},
        parameters=[parameter("show", {"type": "string", "enum": ["1"]})])})  # fmt: skip
