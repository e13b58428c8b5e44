"""The pages of handing over what a colleague is in charge of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core import query
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.mass import asking, handover, ledger
from core.mass.handover import Held
from core.ui.handover_model import HandoverScreen, HeldGroup, HeldLine, PartLine, ShareLine, WhatStep, WhoStep
from core.ui.jobs_views import figure
from core.ui.mass_model import MassHead, Refusal
from core.ui.shell import person
from core.ui.views_model import Action, Choice, Crumb

EVENLY = "evenly"
USERS = "/settings/users"
Acts = Sequence[tuple[EntitySpec, dict[str, Any]]]


def address(leaver: Mapping[str, Any], number: int = 0, rest: str = "") -> str:
    return f"{USERS}/{leaver['id']}/hand-over" + (f"/{number}{rest}" if number else "")


def head(leaver: Mapping[str, Any], step: int) -> MassHead:
    title = str(_("Hand over the records of {name}", name=leaver["name"]))
    steps = (Crumb(str(_("Users")), USERS), Crumb(leaver["name"], f"{USERS}/{leaver['id']}"),
             Crumb(str(_("Hand over"))))  # fmt: skip
    return MassHead(title, steps, step, f"{USERS}/{leaver['id']}")


def line(one: Held, count: int) -> HeldLine:
    return HeldLine(called(one.spec, one.field), figure(count), one.spec.meta.icon)


def called(spec: EntitySpec, f: FieldSpec) -> str:
    """Contacts, where he is in charge of them; else with the field: `Activities · Assigned to`."""
    return str(spec.meta.plural) if f.name == "owner_id" else f"{spec.meta.plural} · {f.label}"


def who_step(leaver: Mapping[str, Any], held: Sequence[Held], error: str = "") -> WhoStep:
    people = tuple((str(row.id), person(row.name)) for row in handover.successors(leaver["id"]))
    return WhoStep(head(leaver, 1), address(leaver), tuple(line(one, one.count) for one in held), people, error)


def what_step(
    leaver: Mapping[str, Any], held: Sequence[Held], chosen: Mapping[int, str], split: Mapping[str, str],
    sent: Mapping[str, str], error: str = "",
) -> WhatStep:  # fmt: skip
    """`split` says by which field the records of an entity's field are told apart; `sent` is what was chosen before."""
    groups = tuple(_group(leaver, one, chosen, split.get(one.name, ""), sent) for one in held)
    return WhatStep(head(leaver, 2), address(leaver), tuple(str(one) for one in chosen),
                    tuple(f"{name}:{by}" for name, by in split.items()), groups, error)  # fmt: skip


def _group(leaver: Mapping[str, Any], one: Held, chosen: Mapping[int, str], by: str,
           sent: Mapping[str, str]) -> HeldGroup:
    found = handover.parts(one, leaver["id"], by) if by else [one]
    shown = values_shown(found)
    parts = tuple(
        PartLine(part_name(part), label, figure(part.count), _recipients(chosen, sent.get(part_name(part))))
        for part, label in zip(found, shown, strict=True)
    )
    splits = tuple(Choice(f"{one.name}:{f.name}", str(f.label), f.name == by) for f in handover.splitting(one))
    return HeldGroup(line(one, one.count), parts, one.name, splits if len(chosen) > 1 else ())


def part_name(part: Held) -> str:
    """The input that says who gets a part: the field, and the value it is about."""
    return part.name if part.split is None else f"{part.name}={'' if part.value is None else part.value}"


def values_shown(parts: Sequence[Held]) -> list[str]:
    split = parts[0].split if parts else None
    if split is None:
        return [str(_("All")) for _part in parts]
    if split.target:
        ids = [part.value for part in parts if part.value]
        names = query.titles({split.target: ids}).get(split.target, {})
        return [names.get(part.value, f"#{part.value}") if part.value else _without(split) for part in parts]
    return [split.type.show(split, part.value, preferences()) if part.value is not None else _without(split)
            for part in parts]  # fmt: skip


def _without(f: FieldSpec) -> str:
    return str(_("{field}: empty", field=f.label))


def _recipients(chosen: Mapping[int, str], sent: str | None) -> tuple[Choice, ...]:
    is_one = len(chosen) == 1
    given = sent if sent is not None else str(next(iter(chosen))) if is_one else EVENLY
    shared = () if is_one else (Choice(EVENLY, str(_("Shared out evenly")), given == EVENLY),)
    people = (Choice(str(user_id), name, given == str(user_id)) for user_id, name in chosen.items())
    return (*shared, *people, Choice("", str(_("Nobody: leave them")), given == ""))


def screen(leaver: Mapping[str, Any], number: int, acts: Acts) -> HandoverScreen:
    """The handing over as it stands: to be looked at, at work, or over."""
    states = {act["state"] for _spec, act in acts}
    if states == {"draft"}:
        return _outlook(leaver, number, acts)
    counts = [ledger.counts(act["id"]) for _spec, act in acts]
    lines = tuple(_share(spec, act, found) for (spec, act), found in zip(acts, counts, strict=True))
    total = sum(act["total"] for _spec, act in acts)
    if states & set(ledger.AT_WORK):
        left = sum(found.get("changed" if act["state"] == "undoing" else "waiting", 0)
                   for (_spec, act), found in zip(acts, counts, strict=True) if act["state"] in ledger.AT_WORK)
        text = str(_("{done} of {total}", done=figure(total - left), total=figure(total)))
        return HandoverScreen(head(leaver, 0), str(_("The records are being handed over.")), "running", lines,
                              status_href=address(leaver, number, "/status"), done=total - left, total=total,
                              text=text)  # fmt: skip
    is_undone = "undone" in states
    sentence = _("This was undone. What somebody changed in the meantime was kept.") if is_undone else _(
        "The records have been handed over.")  # fmt: skip
    undo = None
    if any(act["state"] in ledger.ENDED and found.get("changed")
           for (_spec, act), found in zip(acts, counts, strict=True)):  # fmt: skip
        undo = Action(str(_("Undo")), address(leaver, number, "/undo"), "arrow-back-up", "post")
    return HandoverScreen(head(leaver, 0), str(sentence), "undone" if is_undone else "done", lines, undo=undo)


def _outlook(leaver: Mapping[str, Any], number: int, acts: Acts) -> HandoverScreen:
    names = _names(acts)
    lines, refused, changed, is_whole = [], Counter[str](), 0, True
    for spec, act in acts:
        found = asking.outlook(spec, act)
        is_whole = is_whole and found.is_whole
        stays = sum(found.refused.values())
        changed += act["total"] - stays - found.same
        refused.update(found.refused)
        state = ngettext("{n} stays as it is", "{n} stay as they are", stays) if stays else ""
        lines.append(ShareLine(called(spec, spec.fields[act["field"]]), spec.meta.icon, figure(act["total"]),
                               person(names.get(act["value"], f"#{act['value']}")), state, "amber"))  # fmt: skip
    note = "" if is_whole else str(_("The first {checked} records of each line were checked; all are gone through.",
                                     checked=figure(asking.LOOKED_AT)))
    act_button = Action(str(_("Hand over")), address(leaver, number, "/run"), "check") if changed else None
    return HandoverScreen(
        head(leaver, 3), ngettext("{n} record will be handed over.", "{n} records will be handed over.", changed),
        "draft", tuple(lines), tuple(Refusal(text, figure(count)) for text, count in refused.most_common(20)), note,
        act_button,
    )  # fmt: skip


def _names(acts: Acts) -> dict[int, str]:
    return query.titles({"core.user": [act["value"] for _spec, act in acts]}).get("core.user", {})


def _share(spec: EntitySpec, act: Mapping[str, Any], counts: Mapping[str, int]) -> ShareLine:
    names = _names([(spec, dict(act))])
    stayed = counts.get("failed", 0) + counts.get("kept", 0)
    if act["state"] in ledger.AT_WORK:
        state, hue = _("Waiting for its turn") if act["state"] == "waiting" else _("In progress"), "blue"
    elif act["state"] == "undone":
        state, hue = _("Undone"), "grey"
    elif act["state"] == "done":
        state, hue = _("Done"), "green"
    else:
        state, hue = _("Stopped"), "red"
    told = str(state)
    if stayed:
        told += f" · {ngettext('{n} stays as it is', '{n} stay as they are', stayed)}"
    return ShareLine(called(spec, spec.fields[act["field"]]), spec.meta.icon, figure(act["total"]),
                     person(names.get(act["value"], f"#{act['value']}")), told, "amber" if stayed else hue,
                     f"{spec.path}/mass/{act['id']}")  # fmt: skip


def progress_answer(leaver: Mapping[str, Any], number: int, acts: Acts) -> dict[str, Any]:
    """The JSON that the page asks for; it goes to `location` when there is one."""
    view = screen(leaver, number, acts)
    return {"state": view.state, "done": view.done, "total": view.total, "text": view.text, "left": "",
            "location": "" if view.state == "running" else address(leaver, number)}  # fmt: skip
