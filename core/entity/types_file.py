"""Stored files and images: a value tells what lies in the store, and a ticket stands for what was just uploaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from core.db import Json
from core.entity.spec import FieldSpec
from core.entity.types import FieldError, FieldType
from core.entity.types_list import read_json
from core.language.i18n import Preferences, _

TICKET = re.compile(r"[A-Za-z0-9_-]{32}\Z", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_FACTS: Mapping[str, type] = {"sha256": str, "name": str, "type": str, "size": int}


class StoredFile(NamedTuple):
    """A file in the store by the SHA-256 of its content; `name` is what people call it, `kind` what it is."""

    digest: str
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """Stands for a file that its sender has just uploaded, until the record is saved."""

    text: str


class FileType(FieldType):
    """A stored file. Programs give `{"upload": TICKET}` of `POST /api/v1/files` and get name, type, size and digest."""

    name = "file"
    label = _("File")
    icon = "paperclip"
    ops = ("empty",)
    widget = "file"
    is_sortable = False
    is_importable = False
    is_personal = True
    json_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "upload": {"type": "string"}, "name": {"type": "string"}, "type": {"type": "string"},
            "size": {"type": "integer"}, "sha256": {"type": "string"},
        },
    }  # fmt: skip

    def column(self, f: FieldSpec) -> Any:
        return _Facts()

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> Any:
        return self.from_json(f, read_json(text) if text.startswith("{") else text)

    def from_json(self, f: FieldSpec, raw: Any) -> StoredFile | Ticket | None:
        """What a form or program gives is no more than a claim: `files.uploads.redeem` asks what stands behind it."""
        if raw is None or raw == "":
            return None
        ticket = raw.get("upload") if isinstance(raw, Mapping) else raw
        if isinstance(ticket, str) and TICKET.match(ticket):
            return Ticket(ticket)
        is_whole = isinstance(raw, Mapping) and all(type(raw.get(name)) is kind for name, kind in _FACTS.items())
        if is_whole and DIGEST.match(raw["sha256"]):
            return StoredFile(*(raw[name] for name in _FACTS))
        raise FieldError(_("Upload the file first, as an image where an image is asked for."))

    def to_json(self, f: FieldSpec, value: Any) -> Any:
        return None if value is None else dict(zip(_FACTS, value, strict=True))

    def from_stored(self, f: FieldSpec, raw: Any) -> Any:
        return self.from_json(f, read_json(raw) if isinstance(raw, str) else raw)

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        if isinstance(value, Ticket):
            return str(_("The new file"))
        return "" if value is None else str(value.name)

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return None


class ImageType(FileType):
    """An image, drawn anew at the upload and shown in the page."""

    name = "image"
    label = _("Image")
    icon = "eye"
    widget = "image"


class _Facts(Json):
    """The facts of a file as a JSON object in the database, as a StoredFile in Python."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else dict(zip(_FACTS, value, strict=True))

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else StoredFile(*(value[name] for name in _FACTS))
