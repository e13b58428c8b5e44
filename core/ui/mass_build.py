"""The pages of an act on many records, from the act as it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core import query
from core.entity.spec import EntitySpec, FieldSpec
from core.language.calendars import exact_time, relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.mass import asking, ledger
from core.ui import form_build
from core.ui.jobs_views import figure
from core.ui.list_build import crumbs
from core.ui.mass_model import (
    FieldStep,
    MassHead,
    MassProgress,
    MassResult,
    OutlookStep,
    RecentAct,
    Refusal,
    ValueStep,
)
from core.ui.views_model import Action, Choice, Crumb

WAYS = {
    asking.ADD: _("Add to what is there"),
    asking.REMOVE: _("Take away"),
    asking.SET: _("Replace what is there"),
}
SHOWN = 100


def address(spec: EntitySpec, act: Mapping[str, Any], rest: str = "") -> str:
    return f"{spec.path}/mass/{act['id']}{rest}"


def head(spec: EntitySpec, act: Mapping[str, Any], step: int) -> MassHead:
    title = str(_("Delete many records") if act["does"] == asking.DELETE else _("Change many records"))
    return MassHead(title, crumbs(spec, Crumb(title)), step, act["back"] or spec.path)


def settable(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields that may be given one value in many records, in the order of the form."""
    found = (spec.fields[name] for name in form_build.writable_names(spec))
    return tuple(f for f in found if asking.is_settable(spec, f))


def _selected(act: Mapping[str, Any]) -> str:
    return ngettext("{n} record is selected.", "{n} records are selected.", act["total"])


def field_step(spec: EntitySpec, act: Mapping[str, Any]) -> FieldStep:
    choices = tuple(Choice(f.name, str(f.label), f.name == act["field"]) for f in settable(spec))
    return FieldStep(head(spec, act, 1), address(spec, act), _selected(act), choices)


def value_step(
    spec: EntitySpec, act: Mapping[str, Any], f: FieldSpec, typed: Mapping[str, Any], errors: Sequence[Any] = ()
) -> ValueStep:
    """`typed` is what was entered before, when it comes back with errors."""
    titles = form_build.reference_titles(spec, (f.name,), {}, typed)
    view = form_build.field_view(f, {"id": 0, f.name: None}, titles, typed or None, errors)
    ways = tuple(Choice(name, str(label), name == asking.ADD) for name, label in WAYS.items())
    return ValueStep(head(spec, act, 2), address(spec, act), _selected(act), view, ways if f.type.is_many else ())


def what(spec: EntitySpec, act: Mapping[str, Any]) -> str:
    """The act in words: "City: Shiraz"."""
    if act["does"] == asking.DELETE:
        return str(_("They move to the trash and can be restored."))
    f = spec.fields.get(act["field"])
    if f is None:
        return ""
    label = f"{f.label} ({WAYS[act['does']]})" if f.type.is_many else str(f.label)
    return f"{label}: {_shown(f, act)}"


def _shown(f: FieldSpec, act: Mapping[str, Any]) -> str:
    value = asking.value_of(f, act)
    if value is None or value == ():
        return str(_("empty"))
    if f.target:
        ids = [one for one in (value if f.type.is_many else (value,)) if isinstance(one, int)]
        known = query.titles({f.target: ids}).get(f.target, {})
        called = (known.get(one, f"#{one}") if isinstance(one, int) else str(one)
                  for one in (value if f.type.is_many else (value,)))  # fmt: skip
        return preferences().comma.join(called)
    return f.type.show(f, value, preferences())


def outlook(spec: EntitySpec, act: Mapping[str, Any]) -> OutlookStep:
    found = asking.outlook(spec, act)
    refused = sum(found.refused.values())
    total = act["total"]
    note = "" if found.is_whole else str(
        _("These figures are of the first {checked} records; all {total} are gone through.",
          checked=figure(asking.LOOKED_AT), total=figure(total))
    )  # fmt: skip
    is_deletion = act["does"] == asking.DELETE
    changed = found.changed if found.is_whole else total - refused - found.same
    sentence = (
        ngettext("{n} record will be deleted.", "{n} records will be deleted.", changed)
        if is_deletion
        else ngettext("{n} record will be changed.", "{n} records will be changed.", changed)
    )
    label = _("Delete") if is_deletion else _("Change")
    act_button = Action(str(label), address(spec, act, "/run"), danger=is_deletion) if changed else None
    refusals = tuple(Refusal(text, figure(count)) for text, count in found.refused.most_common(20))
    step = head(spec, act, 0 if is_deletion else 3)
    return OutlookStep(step, sentence, what(spec, act), figure(changed), figure(found.same) if found.same else "",
                       figure(refused) if refused else "", refusals, note, act_button)  # fmt: skip


def progress(spec: EntitySpec, act: Mapping[str, Any]) -> MassProgress:
    counts = ledger.counts(act["id"])
    is_undo = act["state"] == "undoing"
    left = counts.get("changed" if is_undo else "waiting", 0)
    total = act["total"]
    text = str(_("{done} of {total}", done=figure(total - left), total=figure(total)))
    if act["state"] == "waiting":
        text = str(_("Waiting for its turn"))
    elif is_undo:
        text = str(_("Being undone: {text}", text=text))
    cancel = "" if is_undo else address(spec, act, "/cancel")
    return MassProgress(head(spec, act, 0), what(spec, act), address(spec, act, "/status"), cancel, total - left,
                        total, text)  # fmt: skip


def progress_answer(spec: EntitySpec, act: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON that the page asks for; it goes to `location` when there is one."""
    view = progress(spec, act)
    over = act["state"] not in ledger.AT_WORK
    return {"state": act["state"], "done": view.done, "total": view.total, "text": view.text, "left": "",
            "location": address(spec, act) if over else ""}  # fmt: skip


def result(spec: EntitySpec, act: Mapping[str, Any]) -> MassResult:
    counts = ledger.counts(act["id"])
    is_undone = act["state"] == "undone"
    tiles = (
        ("restored", _("as they were before"), "green"), ("changed", _("changed"), "green"),
        ("same", _("had this value before"), "grey"), ("kept", _("kept as they are"), "amber"),
        ("failed", _("not changed"), "red"), ("waiting", _("not reached"), "grey"),
    )  # fmt: skip
    shown = tuple((figure(counts[name]), str(label), hue) for name, label, hue in tiles if counts.get(name))
    stayed = counts.get("failed", 0) + counts.get("kept", 0)
    more = ngettext("and {n} more", "and {n} more", stayed - SHOWN) if stayed > SHOWN else ""
    error = act["error"] or "" if act["state"] == "failed" else ""
    return MassResult(head(spec, act, 0), what(spec, act), act["state"], _sentence(act["state"], is_undone), shown,
                      _stayed(spec, act), more, error, _undo(spec, act, counts))  # fmt: skip


def recent(spec: EntitySpec) -> tuple[RecentAct, ...]:
    """What the user did to many records lately, the latest first."""
    return tuple(_recent(spec, act) for act in ledger.recent(spec))


def _recent(spec: EntitySpec, act: Mapping[str, Any]) -> RecentAct:
    is_deletion = act["does"] == asking.DELETE
    changed = act["counts"].get("changed", 0)
    states = {"waiting": _("Waiting for its turn"), "running": _("running", context="import"),
              "undoing": _("being undone"), "undone": _("undone")}  # fmt: skip
    done = (ngettext("{n} record deleted", "{n} records deleted", changed) if is_deletion
            else ngettext("{n} record changed", "{n} records changed", changed))  # fmt: skip
    if not changed:
        done = str(_("Nothing was changed"))
    title = str(_("Moved to the trash")) if is_deletion else what(spec, act)
    return RecentAct(
        title or str(_("Change many records")), address(spec, act), "trash" if is_deletion else "pencil",
        str(states.get(act["state"], done)), relative_time(act["created_at"]), exact_time(act["created_at"]),
        _undo(spec, act, act["counts"]),
    )  # fmt: skip


def _undo(spec: EntitySpec, act: Mapping[str, Any], counts: Mapping[str, int]) -> Action | None:
    if not counts.get("changed") or act["state"] not in ledger.ENDED:
        return None
    return undo_action(str(_("Undo this change?")), counts["changed"], address(spec, act, "/undo"))


def undo_action(question: str, count: int, href: str) -> Action:
    """The way back from what was done to many records, which asks first and says how many it reaches."""
    told = ngettext("{n} record is put back as it was before.", "{n} records are put back as they were before.", count)
    kept = str(_("What somebody edited since then is kept."))
    return Action(str(_("Undo")), href, "arrow-back-up", "post", confirm=question, confirm_text=f"{told} {kept}",
                  danger=True)  # fmt: skip


def _sentence(state: str, is_undone: bool) -> str:
    if is_undone:
        return str(_("This was undone. What somebody changed in the meantime was kept."))
    if state == "done":
        return str(_("All records have been gone through."))
    if state == "cancelled":
        return str(_("This was cancelled. What was changed until then stays."))
    return str(_("This stopped before its end."))


def _stayed(spec: EntitySpec, act: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """The records that were left as they are, by name, with the reason."""
    lines = ledger.left_out(act["id"], SHOWN)
    names = query.titles({spec.name: [line["record_id"] for line in lines]}).get(spec.name, {}) if lines else {}
    return tuple(
        Refusal(line["reason"], name=names.get(line["record_id"], f"#{line['record_id']}"),
                href=f"{spec.path}/{line['record_id']}" if line["record_id"] in names else "")
        for line in lines
    )  # fmt: skip
