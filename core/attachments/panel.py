"""Attachments where a record is shown: the tab with its files, and their entries in its timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.actor import actor
from core.attachments import limits, reading
from core.attachments.models import versions
from core.attachments.reading import Attachment
from core.declarations import TemplatePanel, TemplatePart
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.language import calendars
from core.language.i18n import LazyString, _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.timezones import local
from core.permissions import can
from core.plugin.hookspecs import hookimpl
from core.registry import current as registry
from core.timeline import TimelineAsked, TimelineItem, TimelineSource

SOURCE, KIND = "core.attachment.sent", "file"
ICONS = {"image": "eye", "pdf": "file-text", "text": "file-text"}
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FileLine:
    """One version of a file as pages show it. `look_href` is empty for what is only fetched; `is_page` opens in a tab
    of its own, in the browser's viewer."""

    id: int
    name: str
    href: str
    api_href: str
    icon: str
    size: str
    who: str
    when: str
    moment: str
    number: str
    versions: str
    look_href: str
    show_href: str
    is_page: bool
    is_image: bool
    is_newest: bool
    is_deleted: bool


def holds_files(spec: EntitySpec) -> bool:
    """Whether files can be attached to records of an entity: not to settings, nor to what is a part of a record."""
    return spec.plugin != "core" and not spec.meta.seen_with


def line(found: Attachment) -> FileLine:
    here = preferences()
    recent = utc_now() - found.sent_at < DAY
    clock = calendars.format_time(local(found.sent_at, here.timezone), here.formatting_locale)
    file_href = f"{found.path}/{found.number}"
    number = format_number(found.number, here.formatting_locale)
    return FileLine(
        id=found.id, name=found.name, href=file_href, api_href=f"/api/v1{found.path}",
        icon=ICONS.get(found.look, "file"), size=size_text(found.size), who=found.sent_by,
        when=calendars.relative_time(found.sent_at) if recent else clock, moment=calendars.exact_time(found.sent_at),
        number=str(_("Version {number}", number=number)) if found.newest > 1 else "",
        versions=ngettext("{n} version", "{n} versions", found.newest) if found.newest > 1 else "",
        look_href=f"{found.path}?version={found.number}", show_href=f"{file_href}?show=1" if found.look else "",
        is_page=found.look == "pdf", is_image=found.look == "image", is_newest=found.number == found.newest,
        is_deleted=found.is_deleted,
    )  # fmt: skip


def size_text(size: int) -> str:
    """A size as people say it."""
    for unit, limit in (("MB", limits.MEGABYTE), ("KB", 1024)):
        if size >= limit:
            digits = 1 if size < 10 * limit else 0
            number = format_number(round(size / limit, digits), preferences().formatting_locale, digits)
            return str(_("{size} MB", size=number) if unit == "MB" else _("{size} KB", size=number))
    return ngettext("{n} byte", "{n} bytes", size)


def panel(record: Mapping[str, Any], entity: str) -> dict[str, Any]:
    """What the tab of a record holds."""
    spec = registry().entity(entity)
    path = f"{spec.path}/{record['id']}/attachments"
    may_change = record.get("deleted_at") is None and can(f"{entity}.change") and not actor().read_only
    return {
        "files": [line(one) for one in reading.of_record(entity, int(record["id"]))],
        "path": path,
        "may_change": may_change,
        "hint": str(_("Up to {limit} MB each. A file of the same name is kept as a new version.",
                      limit=limits.largest() // limits.MEGABYTE)),
    }  # fmt: skip


def entries(asked: TimelineAsked) -> list[TimelineItem]:
    """Each version that was sent, when it was sent; of deleted files that there was one."""
    earlier = asked.earlier(versions.c.sent_at, versions.c.id)
    found = reading.entries(asked.entity, asked.record_id, earlier, asked.limit)
    may_change = can(f"{asked.entity}.change") and asked.record.get("deleted_at") is None
    return [TimelineItem(one.sent_at, one.version_id, KIND, _part(one, may_change), "paperclip") for one in found]


def _part(found: Attachment, may_change: bool) -> TemplatePart:
    return TemplatePart("fragments/attachment_entry.html", {"file": line(found), "may_change": may_change})


@hookimpl
def register_panels() -> list[TemplatePanel]:
    return [TemplatePanel("*", "files", FILES, "fragments/attachments.html", panel, order=15)]


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return [TimelineSource(SOURCE, {KIND: FILES}, entries, order=900)]


FILES: LazyString = _("Files")
