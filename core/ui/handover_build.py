"""The pages of handing over what a colleague is in charge of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from core import query
from core.declarations import Belonging
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.mass import asking, handover, ledger
from core.mass.handover import Handover, Held
from core.ui.handover_model import HandoverScreen, HeldGroup, HeldLine, PartLine, ShareLine, WhatStep, WhoStep
from core.ui.jobs_views import figure
from core.ui.mass_build import undo_action
from core.ui.mass_model import MassHead, Refusal
from core.ui.shell import person
from core.ui.views_model import Action, Choice, Crumb

EVENLY = "evenly"
USERS = "/settings/users"
Acts = Sequence[tuple[EntitySpec, dict[str, Any]]]
Others = Mapping[Belonging, Sequence[Any]]


def address(leaver: Mapping[str, Any], number: int = 0, rest: str = "") -> str:
    return f"{USERS}/{leaver['id']}/hand-over" + (f"/{number}{rest}" if number else "")


def head(leaver: Mapping[str, Any], step: int) -> MassHead:
    title = str(_("Hand over the records of {name}", name=leaver["name"]))
    steps = (Crumb(str(_("Users")), USERS), Crumb(leaver["name"], f"{USERS}/{leaver['id']}"),
             Crumb(str(_("Hand over"))))  # fmt: skip
    return MassHead(title, steps, step, f"{USERS}/{leaver['id']}")


def line(one: Held, count: int) -> HeldLine:
    return HeldLine(called(one.spec, one.field), figure(count), one.spec.meta.icon)


def lines(leaver_id: int, held: Sequence[Held], others: Others) -> tuple[HeldLine, ...]:
    """What the leaver holds, each record once."""
    records = (HeldLine(str(spec.meta.plural), figure(count), spec.meta.icon)
               for spec, count in handover.totals(held, leaver_id))  # fmt: skip
    return (*records, *(_belonging(one, ids) for one, ids in others.items()))


def _belonging(one: Belonging, ids: Sequence[Any]) -> HeldLine:
    return HeldLine(str(one.label), figure(len(ids)), one.icon)


def called(spec: EntitySpec, f: FieldSpec) -> str:
    """Contacts, where he is in charge of them; else with the field: `Activities · Assigned to`."""
    return str(spec.meta.plural) if f.name == "owner_id" else f"{spec.meta.plural} · {f.label}"


def who_step(
    leaver: Mapping[str, Any], held: Sequence[Held], others: Others, chosen: Mapping[int, str], error: str = ""
) -> WhoStep:
    people = tuple((str(row.id), person(row.name)) for row in handover.successors(leaver["id"]))
    return WhoStep(head(leaver, 1), address(leaver), lines(leaver["id"], held, others), people,
                   frozenset(map(str, chosen)), error)  # fmt: skip


def what_step(
    leaver: Mapping[str, Any], held: Sequence[Held], others: Others, chosen: Mapping[int, str],
    split: Mapping[str, str], sent: Mapping[str, str], error: str = "",
) -> WhatStep:  # fmt: skip
    """`split` says by which field the records of an entity's field are told apart; `sent` is what was chosen before."""
    groups = (*(_group(leaver, one, chosen, split.get(one.name, ""), sent) for one in held),
              *(_whole(one, ids, chosen, sent) for one, ids in others.items()))  # fmt: skip
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


def _whole(one: Belonging, ids: Sequence[Any], chosen: Mapping[int, str], sent: Mapping[str, str]) -> HeldGroup:
    """What goes to one successor as a whole: the first who was chosen, unless it is said otherwise."""
    given = sent.get(other_name(one), str(next(iter(chosen))))
    people = (Choice(str(user_id), name, given == str(user_id)) for user_id, name in chosen.items())
    recipients = (*people, Choice("", str(_("Nobody: leave them")), given == ""))
    held = _belonging(one, ids)
    return HeldGroup(held, (PartLine(other_name(one), str(_("All")), held.count, recipients),), other_name(one))


def other_name(one: Belonging) -> str:
    """The input that says who gets what there is besides records."""
    return f"belonging.{one.name}"


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


def screen(
    leaver: Mapping[str, Any], found: Handover, sent: Sequence[tuple[str, str]] = ()
) -> HandoverScreen:
    """The handing over as it stands: to be looked at, at work, or over. `sent` is what was chosen for it, to come back
    to."""
    number, acts = found.number, found.acts
    states = {act["state"] for _spec, act in acts}
    if found.state == "draft":
        return _outlook(leaver, found, sent)
    counts = [ledger.counts(act["id"]) for _spec, act in acts]
    lines = (*(_share(spec, act, counted) for (spec, act), counted in zip(acts, counts, strict=True)),
             *_others(found, str(_("Undone") if found.state == "undone" else _("Done"))))  # fmt: skip
    total = sum(act["total"] for _spec, act in acts)
    if states & set(ledger.AT_WORK):
        left = sum(counted.get("changed" if act["state"] == "undoing" else "waiting", 0)
                   for (_spec, act), counted in zip(acts, counts, strict=True) if act["state"] in ledger.AT_WORK)
        text = str(_("{done} of {total}", done=figure(total - left), total=figure(total)))
        return HandoverScreen(head(leaver, 0), str(_("The records are being handed over.")), "running", lines,
                              status_href=address(leaver, number, "/status"), done=total - left, total=total,
                              text=text)  # fmt: skip
    is_undone = "undone" in states or found.state == "undone"
    sentence = _("This was undone. What somebody changed in the meantime was kept.") if is_undone else _(
        "The records have been handed over.")  # fmt: skip
    undo = None
    given = sum(counted.get("changed", 0) for (_spec, act), counted in zip(acts, counts, strict=True)
                if act["state"] in ledger.ENDED) + sum(len(keys) for _one, keys, _to in found.others)  # fmt: skip
    if found.state == "done" and given:
        undo = undo_action(str(_("Undo this handover?")), given, address(leaver, number, "/undo"))
    return HandoverScreen(head(leaver, 0), str(sentence), "undone" if is_undone else "done", lines, undo=undo)


def _others(found: Handover, state: str) -> list[ShareLine]:
    names = _people([to for _one, _ids, to in found.others])
    hue = {"done": "green", "undone": "grey"}.get(found.state, "")
    return [ShareLine(str(one.label), one.icon, figure(len(ids)), person(names.get(to, f"#{to}")), state, hue)
            for one, ids, to in found.others]  # fmt: skip


def _outlook(leaver: Mapping[str, Any], found: Handover, sent: Sequence[tuple[str, str]]) -> HandoverScreen:
    names = _names(found.acts)
    lines, refused, is_whole = [], Counter[str](), True
    staying: dict[int, set[int]] = {}
    for spec, act in found.acts:
        expected = asking.outlook(spec, act)
        is_whole = is_whole and expected.is_whole
        stays, staying[act["id"]] = sum(expected.refused.values()), expected.staying
        refused.update(expected.refused)
        state = ngettext("{n} stays as it is", "{n} stay as they are", stays) if stays else ""
        lines.append(ShareLine(called(spec, spec.fields[act["field"]]), spec.meta.icon, figure(act["total"]),
                               person(names.get(act["value"], f"#{act['value']}")), state, "amber"))  # fmt: skip
    note = "" if is_whole else str(_("The first {checked} records of each line were checked; all are gone through.",
                                     checked=figure(asking.LOOKED_AT)))
    changed = len(found.records(staying))
    sentence = ngettext("{n} record will be handed over.", "{n} records will be handed over.", changed)
    if found.others and not found.acts:
        sentence = str(_("This will be handed over."))
    run = Action(str(_("Hand over")), address(leaver, found.number, "/run"), "check")
    act_button = run if changed or found.others else None
    return HandoverScreen(
        head(leaver, 3), sentence, "draft", (*lines, *_others(found, "")),
        tuple(Refusal(text, figure(count)) for text, count in refused.most_common(20)), note, act_button,
        step_href=address(leaver) + (f"?{urlencode(sent)}" if sent else ""),
    )  # fmt: skip


def _names(acts: Acts) -> dict[int, str]:
    return _people([act["value"] for _spec, act in acts])


def _people(ids: Sequence[int]) -> dict[int, str]:
    return query.titles({"core.user": ids}).get("core.user", {})


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


def progress_answer(leaver: Mapping[str, Any], found: Handover) -> dict[str, Any]:
    """The JSON that the page asks for; it goes to `location` when there is one."""
    view = screen(leaver, found)
    return {"state": view.state, "done": view.done, "total": view.total, "text": view.text, "left": "",
            "location": "" if view.state == "running" else address(leaver, found.number)}  # fmt: skip
