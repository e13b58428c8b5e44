"""Carrying an act out and taking it back, chunk by chunk through the one write path.

What became of a record is noted in the transaction that changes it, so a job that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core import jobs, records
from core.audit import listener
from core.db import unit
from core.declarations import Job
from core.entity.spec import EntitySpec
from core.errors import Invalid, NotFound
from core.jobs import Context
from core.language.i18n import _
from core.mass import asking, ledger
from core.notify.kinds import MASS_CHANGED
from core.notify.telling import notify
from core.permissions import require, require_mass
from core.plugin.hookspecs import hookimpl
from core.records import former
from core.registry import current

JOB = "core.mass_change"
CHUNK = 500
SINCE = _("Somebody has changed it since.")
Found = dict[int, dict[str, Any]]


def start(spec: EntitySpec, act: Mapping[str, Any]) -> None:
    """Hand a draft to the workers."""
    _may(spec, act)
    ledger.move(act["id"], ("draft",), "waiting", job_id=_asked(act))
    _leave(spec, act, "mass_delete" if act["does"] == asking.DELETE else "mass_change")


def take_back(spec: EntitySpec, act: Mapping[str, Any]) -> None:
    """Hand an act that is over to the workers, to take it back; a small one is taken back at once."""
    _may(spec, act)
    if act["state"] not in ledger.ENDED:
        raise Invalid(_("This is still being carried out, or was undone already."))
    at_once = act["total"] <= CHUNK
    ledger.move_back(act, None if at_once else _asked(act))
    _leave(spec, act, "undo_mass")
    if at_once:
        _give_back(spec, act, ledger.waiting(act["id"], CHUNK, "changed"))
        ledger.move(act["id"], ("undoing",), "undone")


def at_once(spec: EntitySpec, act: Mapping[str, Any]) -> int:
    """Carry a small act out now, all or nothing; how many records it changed."""
    _may(spec, act)
    ids = ledger.waiting(act["id"], CHUNK)
    former.lock(spec, ids)
    if act["does"] == asking.DELETE:
        versions = {one: stored["version"] for one, stored in records.load(spec, ids, "delete").items()}
        records.delete(spec, ids)
        found: Found = {one: _gone(versions[one]) for one in ids}
    else:
        found = _noted(spec, records.save_many(spec, asking.changes(spec, act, ids)))
    ledger.note(act["id"], found)
    ledger.move(act["id"], ("draft",), "done")
    _leave(spec, act, "mass_delete" if act["does"] == asking.DELETE else "mass_change")
    return sum(one["state"] == "changed" for one in found.values())


def cancel(spec: EntitySpec, act: Mapping[str, Any]) -> None:
    """Stop after the chunk at hand; what was changed stays and can be taken back."""
    ledger.move(act["id"], ("waiting", "running"), "cancelled")
    jobs.cancel(act["job_id"])
    listener.record(spec.name, None, "", "cancel", {"records": [None, act["total"]]})


def _may(spec: EntitySpec, act: Mapping[str, Any]) -> None:
    require(asking.needed(spec, act))
    require_mass(act["total"])


def _asked(act: Mapping[str, Any]) -> int:
    return jobs.enqueue(JOB, {"act": act["id"], "entity": act["entity"]})


def _leave(spec: EntitySpec, act: Mapping[str, Any], action: str) -> None:
    """The act itself. Values stand in the entry of each record, where erasing a person finds them."""
    told = {"records": [None, act["total"]], "field": [None, act["field"] or None]}
    listener.record(spec.name, None, "", action, told)


def carry_out(context: Context) -> dict[str, int]:
    """Work on an act until nothing of it waits."""
    spec = current().entity(context.arguments["entity"])
    act_id: int = context.arguments["act"]
    while True:
        with context.unit():
            ledger.hold(act_id)
            act = ledger.find(spec, act_id)
            counts = ledger.counts(act_id)
            if act["state"] not in ledger.AT_WORK or not _step(spec, act):
                return counts
        context.progress(act["total"] - counts.get(_left(act), 0), act["total"])


def _left(act: Mapping[str, Any]) -> str:
    """The state of the records that are still to be worked on."""
    return "changed" if act["state"] == "undoing" else "waiting"


def _step(spec: EntitySpec, act: Mapping[str, Any]) -> bool:
    """The next chunk; False once there was none, and the act is over."""
    _may(spec, act)
    is_undo = act["state"] == "undoing"
    ids = ledger.waiting(act["id"], CHUNK, _left(act))
    if not ids:
        ledger.move(act["id"], (act["state"],), "undone" if is_undo else "done")
        _tell(spec, act)
        return False
    if is_undo:
        _give_back(spec, act, ids)
        return True
    if act["state"] == "waiting":
        ledger.move(act["id"], ("waiting",), "running")
    former.lock(spec, ids)
    ledger.note(act["id"], _deleted(spec, ids) if act["does"] == asking.DELETE else _saved(spec, act, ids))
    return True


def _tell(spec: EntitySpec, act: Mapping[str, Any]) -> None:
    if act["handover_id"]:
        return  # its page shows all of them together
    counts = ledger.counts(act["id"])
    values = {"entity": str(spec.meta.plural), "changed": counts.get("changed", 0) + counts.get("restored", 0),
              "failed": counts.get("failed", 0) + counts.get("kept", 0)}  # fmt: skip
    notify([act["user_id"]], MASS_CHANGED, values=values, href=f"{spec.path}/mass/{act['id']}")


def _noted(spec: EntitySpec, batch: Sequence[records.Change]) -> Found:
    found: Found = {}
    for change in batch:
        record_id = int(change.id or 0)
        if change.errors:
            found[record_id] = {"state": "failed", "reason": asking.reasons(change.errors)}
        elif change.after["version"] == change.before["version"]:
            found[record_id] = {"state": "same"}
        else:
            found[record_id] = {"state": "changed", "version": change.after["version"],
                                "before": former.replaced(spec, change)}  # fmt: skip
    return found


def _saved(spec: EntitySpec, act: Mapping[str, Any], ids: Sequence[int]) -> Found:
    """Save a chunk; what the database refuses is looked for by halves, so that it does not keep the others."""
    try:
        with unit().connection.begin_nested():
            return _noted(spec, records.save_many(spec, asking.changes(spec, act, ids), partial=True))
    except Invalid as error:
        if len(ids) == 1:
            return {ids[0]: _failed(error)}
        half = len(ids) // 2
        return _saved(spec, act, ids[:half]) | _saved(spec, act, ids[half:])


def _deleted(spec: EntitySpec, ids: Sequence[int]) -> Found:
    """Move a chunk to the trash, the same way."""
    stored = records.load(spec, ids, "delete")
    try:
        records.delete(spec, ids)
        return {one: _gone(stored[one]["version"]) for one in ids}
    except (Invalid, NotFound) as error:
        if len(ids) == 1:
            return {ids[0]: _failed(error)}
        half = len(ids) // 2
        return _deleted(spec, ids[:half]) | _deleted(spec, ids[half:])


def _gone(version: int) -> dict[str, Any]:
    return {"state": "changed", "version": version + 1}


def _failed(error: Invalid | NotFound, state: str = "failed") -> dict[str, Any]:
    told = asking.reasons(error.errors) if isinstance(error, Invalid) and error.errors else str(error)
    return {"state": state, "reason": told[:300]}


def _give_back(spec: EntitySpec, act: Mapping[str, Any], ids: Sequence[int]) -> None:
    """One chunk of taking back. What somebody changed since is kept."""
    former.lock(spec, ids)
    is_deletion = act["does"] == asking.DELETE
    stored = records.load(spec, ids, asking.needed(spec, act).rpartition(".")[2], trashed=is_deletion)
    lines = [dict(line, version=stored[line["record_id"]]["version"]) for line in ledger.of_records(act["id"], ids)
             if line["record_id"] in stored and _is_as_left(act, line, stored[line["record_id"]])]  # fmt: skip
    found: Found = {one: {"state": "kept", "reason": str(SINCE)} for one in ids}
    if is_deletion:
        found |= _brought_back(spec, [line["record_id"] for line in lines])
    else:
        for change in former.give_back(spec, lines):
            told = {"state": "kept", "reason": asking.reasons(change.errors)}
            found[int(change.id or 0)] = told if change.errors else {"state": "restored"}
    ledger.note(act["id"], found)
    if not act["handover_id"]:
        former.tell_returned(spec, [one for one, line in found.items() if line["state"] == "restored"])


def _is_as_left(act: Mapping[str, Any], line: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether nobody has changed it since. Of what was handed over only the successor counts: it may go to two users
    by two fields, and work goes on with it meanwhile."""
    if act["handover_id"]:
        return bool(record.get(act["field"]) == act["value"])
    return bool(record["version"] == line["version"])


def _brought_back(spec: EntitySpec, ids: Sequence[int]) -> Found:
    if not ids:
        return {}
    try:
        records.restore(spec, ids)
        return {one: {"state": "restored"} for one in ids}
    except (Invalid, NotFound) as error:
        if len(ids) == 1:
            return {ids[0]: _failed(error, "kept")}
        half = len(ids) // 2
        return _brought_back(spec, ids[:half]) | _brought_back(spec, ids[half:])


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, carry_out, label=_("Change of many records"), is_long=True, in_steps=True, lease=30, retries=12)]
