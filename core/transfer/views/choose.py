"""Step 1 of the wizard: the file. Nothing but the file and a draft is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from flask import Response, request
from werkzeug.datastructures import FileStorage

from core.actor import actor
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import DiwanError, NotFound, Unavailable
from core.language.direction import isolate_ltr
from core.language.enumeration import listed
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.relative_time import relative_time
from core.transfer import drafts, uploads
from core.transfer.commands import missing_columns
from core.transfer.headings import headings
from core.transfer.limits import DEFAULT, MEBIBYTE, check_file_name
from core.transfer.plan import ImportPlan, importable
from core.transfer.reader import open_table
from core.transfer.refusals import TransferRefused
from core.transfer.revise import first_plan
from core.transfer.views.blueprint import ENTITY, address, blueprint, figure, folder, head, see, spec_for_import
from core.transfer.views.download import download
from core.transfer.writer import write_csv
from core.transfer.xlsx_writer import XlsxWriter
from core.ui import rendering
from core.ui.import_model import ChooseView
from core.ui.shell_model import Action
from core.web import entity_action, route

#: Below what a request may hold, by what the form around the file needs.
MOST_BYTES = 60 * MEBIBYTE
TEMPLATES = ("csv", "xlsx")
NO_SAMPLE: tuple[tuple[str, ...], ...] = ()


@route(blueprint, f"{ENTITY}/import", access=entity_action("import"))
def choose(plugin: str, noun: str) -> Response:
    """Choose a file, or go back to one of the last imports."""
    return _show(spec_for_import(plugin, noun))


@route(blueprint, f"{ENTITY}/import", access=entity_action("import"), methods=("POST",))
def upload(plugin: str, noun: str) -> Response:
    """Store the file and go on to the mapping; a file that cannot be imported is told why, and what helps."""
    spec = spec_for_import(plugin, noun)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _show(spec, error=str(_("Choose a file first.")), status=422)
    try:
        name = check_file_name(sent.filename)
        path, file_hash = uploads.keep(folder(), sent.stream)
    except (TransferRefused, Unavailable) as error:
        return _refused(spec, sent, error)
    try:
        table = open_table(path, name)
        plan = first_plan(spec, table)
    except TransferRefused as error:
        return _refused(spec, sent, error, _offer(spec, error, name, path, file_hash))
    except BaseException:
        uploads.drop(folder(), str(path))
        raise
    import_id = drafts.create(spec, plan, name, path, file_hash, table.row_count)
    return see(address(spec, import_id))


def _offer(spec: EntitySpec, error: TransferRefused, name: str, path: Path, file_hash: str) -> int | None:
    """Keep a file that can be read otherwise: a draft whose plan says how, for when the user agrees."""
    if not error.offer:
        uploads.drop(folder(), str(path))
        return None
    reader = preferences()
    plan = ImportPlan(spec.name, (), language=reader.language, region=reader.region, calendar=reader.calendar,
                      digits=reader.digits, timezone=reader.timezone, organisation_id=actor().organisation_id)
    offered: dict[str, Any] = {**error.offer, "chosen": tuple(error.offer)}
    draft_id = drafts.create(spec, replace(plan, **offered), name, path, file_hash, 0)
    unit().commit()  # the answer tells of a refusal, and would take the draft back with it
    return draft_id


def _refused(spec: EntitySpec, sent: FileStorage, error: DiwanError, draft_id: int | None = None) -> Response:
    name = (sent.filename or "")[:120]
    sentence = str(_("“{file}” cannot be imported.", file=isolate_ltr(name)))
    offers: tuple[Action, ...] = ()
    sample = NO_SAMPLE
    if draft_id is not None and isinstance(error, TransferRefused):
        offers, sample = (Action(_offer_label(error), address(spec, draft_id), "eye"),), error.sample
    return _show(spec, sentence, str(error.message), offers, sample, error.status)


def _offer_label(error: TransferRefused) -> str:
    labels = {"xlsx": _("Open it as an Excel workbook"), "csv": _("Open it as CSV")}
    return str(labels.get(error.offer.get("kind", ""), _("Use the repaired text")))


def _show(spec: EntitySpec, error: str = "", cure: str = "", offers: tuple[Action, ...] = (),
          sample: tuple[tuple[str, ...], ...] = NO_SAMPLE, status: int = 200) -> Response:
    limit = str(_("{size} MB", size=MOST_BYTES // MEBIBYTE))
    screen = ChooseView(
        head(spec, 1), address(spec), spec.path, max_bytes=MOST_BYTES, max_text=limit,
        limits_text=str(_("At most {size} and {rows} rows", size=limit, rows=figure(DEFAULT.rows))),
        columns_text=_columns_text(spec), template_href=f"{address(spec)}/template.xlsx",
        csv_template_href=f"{address(spec)}/template.csv", error=error, cure=cure, offers=offers, sample=sample,
        recent=tuple(_recent(spec, job) for job in drafts.recent(spec)))
    return rendering.page("import/choose.html", screen.head.title, status, current=spec.name, screen=screen)


def _columns_text(spec: EntitySpec) -> str:
    """What every file needs, and what is worth having: the fields that recognise a record."""
    needed = missing_columns(spec, ImportPlan(spec.name, ()))
    known = [str(spec.fields[name].label) for name in spec.meta.match]
    told = [_("The file needs a column for {fields}.", fields=fields) for fields in needed]
    if known:
        told.append(_("By a column for {fields} records are recognised that are there already.",
                      fields=listed(known, "or")))
    return " ".join(map(str, told))


def _recent(spec: EntitySpec, job: Mapping[str, Any]) -> Action:
    label = str(_("{file}, {when}: {state}", file=isolate_ltr(job["file_name"]), when=relative_time(job["created_at"]),
                  state=_state(job)))
    return Action(label, address(spec, job["id"]))


def _state(job: Mapping[str, Any]) -> str:
    words = {
        "draft": _("not started yet"), "waiting": _("waiting", context="import"),
        "running": _("running", context="import"), "cancelling": _("being cancelled"), "undoing": _("being undone"),
        "undone": _("undone"), "failed": _("stopped", context="import"),
    }  # fmt: skip
    if job["state"] in words:
        return str(words[job["state"]])
    return ngettext("{n} row imported", "{n} rows imported", job["created"] + job["updated"])


@route(blueprint, f"{ENTITY}/import/template.<kind>", access=entity_action("import"))
def template(plugin: str, noun: str, kind: str) -> Response:
    """An empty file with a heading for every field the user may import, in his language."""
    spec = spec_for_import(plugin, noun)
    if kind not in TEMPLATES:
        raise NotFound(_("There is no such page."))
    header = headings(spec, [f.name for f in importable(spec)])

    def write(out: IO[bytes]) -> None:
        if kind == "csv":
            write_csv(out, header, ())  # type: ignore[arg-type]
            return
        book = XlsxWriter(out, header, rtl=preferences().direction == "rtl", sheet_name=str(spec.meta.plural))  # type: ignore[arg-type]
        book.close()

    return download(write, str(_("Template: {entities}", entities=spec.meta.plural)), f"template-{spec.noun}", kind)


