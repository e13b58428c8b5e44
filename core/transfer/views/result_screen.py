"""The screen of an import that is over: what was written, and the ways from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from core import query
from core.actor import actor
from core.entity.spec import EntitySpec
from core.language.i18n import _, ngettext
from core.mass.running import SINCE
from core.permissions import can, permission_label
from core.transfer import jobs, ledger
from core.transfer.plan import ImportPlan
from core.transfer.views.blueprint import address, figure, head
from core.ui.import_model import ResultView
from core.ui.mass_model import Refusal
from core.ui.shell_model import Action

#: So many of the records that an undo left as they are stand on the page.
SHOWN = 100


def result(spec: EntitySpec, job: Mapping[str, Any]) -> ResultView:
    written = job["created"] + job["updated"]
    missing = [permission for permission in needed_to_undo(spec, job) if not can(permission)]
    may_undo = written > 0 and job["state"] != "undone" and not missing
    return ResultView(
        head(spec, 3), job["state"], job["file_name"], figure(job["created"]), figure(job["updated"]),
        figure(jobs.unchanged(job)) if jobs.unchanged(job) else "", figure(job["skipped"]), figure(job["failed"]),
        _rows_href(spec, job) if job["state"] != "undone" else "",
        address(spec, job["id"], "errors.csv") if job["failed"] and file_of(job) else "", address(spec),
        _undo(spec, job) if may_undo else None, _undo_text(written, missing) if job["state"] != "undone" else "",
        _undone(job) if job["state"] == "undone" else "", _ignored(job), _duration(job), job["error"],
        *_kept(spec, job), warnings=_warnings(job))


def _warnings(job: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """What is remarked about rows that came in, until they are taken back."""
    told = [] if job["state"] == "undone" else job["warnings"] or []
    more = job["warned"] - len(told) if told else 0
    said = [ngettext("{n} more row with warnings", "{n} more rows with warnings", more)] if more > 0 else []
    return tuple(Refusal(text) for text in (*told, *said))


def asking() -> int | None:
    """Whoever asks for an undo acts in it."""
    return actor().id


def file_of(job: Mapping[str, Any]) -> Path | None:
    """The uploaded file, as long as it is kept."""
    path = Path(job["file_path"]) if job["file_path"] else None
    return path if path is not None and path.is_file() else None


def needed_to_undo(spec: EntitySpec, job: Mapping[str, Any]) -> tuple[str, ...]:
    """Rights without which an undo would stop half-way: made records go to the trash, changed ones are changed."""
    needed = (("delete", job["created"]), ("change", job["updated"]))
    return tuple(f"{spec.name}.{action}" for action, count in needed if count)


def _undo(spec: EntitySpec, job: Mapping[str, Any]) -> Action:
    made = ngettext("{n} new record goes to the trash.", "{n} new records go to the trash.", job["created"])
    changed = ngettext("{n} record gets its old values.", "{n} records get their old values.", job["updated"])
    told = [text for text, count in ((made, job["created"]), (changed, job["updated"])) if count]
    kept = str(_("What somebody edited since then is kept."))
    return Action(str(_("Undo import")), address(spec, job["id"], "undo"), confirm=str(_("Undo this import?")),
                  confirm_text=" ".join((*told, kept)), danger=True)


def _undo_text(written: int, missing: list[str]) -> str:
    if written and missing:
        return str(_("To undo this import you need the permission “{permission}”.",
                     permission=permission_label(missing[0]) or missing[0]))
    return ""


def _undone(job: Mapping[str, Any]) -> str:
    counts = {"removed": 0, "restored": 0, "kept": 0, **(job["undone"] or {})}
    told = ((ngettext("{n} record moved to the trash", "{n} records moved to the trash", counts["removed"]), "removed"),
            (ngettext("{n} record restored", "{n} records restored", counts["restored"]), "restored"))
    parts = [text for text, name in told if counts[name]]
    if counts["kept"]:
        parts.append(ngettext("{n} kept because it was edited since", "{n} kept because they were edited since",
                              counts["kept"]))
    return str(_("The import was undone: {parts}.", parts=" · ".join(parts or [told[0][0]])))


def _kept(spec: EntitySpec, job: Mapping[str, Any]) -> tuple[tuple[Refusal, ...], str]:
    """The records that an undo left as they are, by name, and how many more there are (B18)."""
    count = (job["undone"] or {}).get("kept", 0) if job["state"] == "undone" else 0
    if not count:
        return (), ""
    ids = ledger.left(spec, job["id"], SHOWN)
    names = query.titles({spec.name: ids}).get(spec.name, {})
    lines = tuple(Refusal(str(SINCE), name=names.get(one, f"#{one}"),
                          href=f"{spec.path}/{one}" if one in names else "") for one in ids)  # fmt: skip
    return lines, ngettext("and {n} more", "and {n} more", count - SHOWN) if count > SHOWN else ""


def _ignored(job: Mapping[str, Any]) -> tuple[str, ...]:
    path, plan = file_of(job), ImportPlan.from_json(job["plan"])
    if path is None or all(plan.columns):
        return ()
    header = plan.open(path, job["file_name"]).header
    return tuple(heading for heading, name in zip(header, plan.columns, strict=True) if not name and heading)


def _duration(job: Mapping[str, Any]) -> str:
    if not job["started_at"] or not job["finished_at"] or job["state"] == "undone":
        return ""
    seconds = max(1, round((job["finished_at"] - job["started_at"]).total_seconds()))
    if seconds < 120:
        return ngettext("{n} second", "{n} seconds", seconds)
    return ngettext("{n} minute", "{n} minutes", round(seconds / 60))


def _rows_href(spec: EntitySpec, job: Mapping[str, Any]) -> str:
    """The list of what was written while the import ran."""
    if not (job["created"] or job["updated"]) or not job["started_at"] or not can(f"{spec.name}.view"):
        return ""
    name = "updated_at" if job["updated"] else "created_at"
    begin, end = _instant(job["started_at"]), _instant(job["finished_at"] + dt.timedelta(seconds=1))
    return f"{spec.path}?{urlencode({f'{name}__gte': begin, f'{name}__lte': end})}"


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
