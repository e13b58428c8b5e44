"""The pages of duplicates and of merging, from the records and the ledger of merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import g
from markupsafe import Markup

from core import query, records
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.language.calendars import exact_time, relative_time
from core.language.enumeration import listed
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.nouns import noun
from core.merging import acting, choosing, ledger, moving, suspects
from core.merging.choosing import Row
from core.merging.suspects import Rule
from core.permissions import can, readable, scoped
from core.pointing import pointers, tables
from core.query.page import remembered
from core.ui import cells, several_cells
from core.ui.cell_plan import Extras, drawer, tags_of
from core.ui.list_build import crumbs, figure
from core.ui.list_model import EmptyState, ViewLink
from core.ui.merging_model import (
    Member,
    MergedScreen,
    MergeOption,
    MergeRecord,
    MergeRow,
    MergeScreen,
    PastMerge,
    PickScreen,
    SuspectGroup,
    SuspectsScreen,
)
from core.ui.shell import person
from core.ui.views_model import Action, Crumb

GROUPS = 20
LATELY = 5
FOUND = 20
TITLE = _("Duplicate records")


def may_merge(spec: EntitySpec) -> bool:
    return choosing.mergeable(spec) and can(f"{spec.name}.change") and can(f"{spec.name}.delete")


def address(spec: EntitySpec, ids: Iterable[int]) -> str:
    """The page on which these records are merged."""
    return f"{spec.path}/merge?{urlencode([('id', one) for one in ids])}"


def reason(spec: EntitySpec, rule: Rule | None) -> str:
    """Why two records look the same; without a rule they have the same name."""
    known = {("phone",): _("with the same phone number"), ("email",): _("with the same email"),
             (spec.meta.title,): _("with the same name")}  # fmt: skip
    if rule is None or rule in known:
        return str(known[rule or (spec.meta.title,)])
    return str(_("with the same {fields}", fields=listed([str(spec.fields[name].label) for name in rule])))


def _labels(spec: EntitySpec, rule: Rule) -> str:
    return " + ".join(str(spec.fields[name].label) for name in rule)


def suspects_screen(spec: EntitySpec, place: int, page: int) -> SuspectsScreen:
    """The groups by one rule, by default the first that has some."""
    counts = _counts(spec)
    rules = list(counts)
    here = f"{spec.path}/suspects"
    first = next((number for number, rule in enumerate(rules) if counts[rule]), 0)
    chosen = place if 0 <= place < len(rules) else first
    found = suspects.page(spec, rules[chosen], GROUPS, (page - 1) * GROUPS) if any(counts.values()) else []
    links = tuple(ViewLink(_labels(spec, rule), f"{here}?rule={number}", figure(counts[rule]),
                           number == chosen)
                  for number, rule in enumerate(rules) if counts[rule] or number == chosen)  # fmt: skip
    groups = _groups(spec, found[:GROUPS])

    def other(number: int) -> str:
        return f"{here}?rule={chosen}&page={number}"

    return SuspectsScreen(
        crumbs(spec, Crumb(str(TITLE))), str(TITLE), links if any(counts.values()) else (), groups,
        f"{spec.path}/bulk/merge", f"{here}/apart", _how(spec, rules), _past(spec),
        other(page - 1) if page > 1 else "", other(page + 1) if len(found) > GROUPS else "",
        None if groups else _empty(spec, rules))  # fmt: skip


def _counts(spec: EntitySpec) -> dict[Rule, int]:
    """How many groups there are by each rule; kept while nothing has changed."""
    kept = remembered("suspects", query.ListQuery(spec), g.identity.change_number,
                      lambda: [{"rule": rule, "number": number} for rule, number in suspects.counted(spec).items()])
    return {row["rule"]: row["number"] for row in kept}


def _how(spec: EntitySpec, rules: Sequence[Rule]) -> str:
    told = " · ".join(_labels(spec, rule) for rule in rules)
    return str(_("Records with one of these in common, in any spelling: {fields}", fields=told))


def _empty(spec: EntitySpec, rules: Sequence[Rule]) -> EmptyState:
    fields = " · ".join(_labels(spec, rule) for rule in rules)
    text = " ".join([str(_("No two records have one of these in common: {fields}.", fields=fields)),
                     str(_("You can also choose two to {limit} records in the list and merge them.",
                                              limit=acting.MOST))])  # fmt: skip
    return EmptyState("nothing", str(_("No duplicate records found")), text, icon="circle-check",
                      action=Action(str(_("Back to the list")), spec.path))  # fmt: skip


def _groups(spec: EntitySpec, found: Sequence[suspects.Group]) -> tuple[SuspectGroup, ...]:
    members = _members(spec, [one for group in found for one in group.ids])
    groups = []
    for group in found:
        known = [members[one] for one in group.ids if one in members]
        if len(known) < 2:
            continue
        more = group.number - len(known)
        groups.append(SuspectGroup(
            ngettext("{n} record", "{n} records", group.number),
            tuple(_chosen(one, place < acting.MOST) for place, one in enumerate(known)),
            ngettext("and {n} more", "and {n} more", more) if more > 0 else "", more <= 0))  # fmt: skip
    return tuple(groups)


def _chosen(member: Member, is_chosen: bool) -> Member:
    return Member(member.id, member.name, member.href, member.avatar, member.facts, is_chosen)


def _members(spec: EntitySpec, ids: Sequence[int]) -> dict[int, Member]:
    """Records by what they are known by, as far as the reader may see it: two queries for all of them."""
    stored = records.load(spec, ids)
    names = _telling(spec)
    found = query.companions(spec, names, list(stored.values())) if stored else query.Companions({}, {}, {})
    extras = Extras(found.titles, found.links, found.hues)
    return {one: Member(one, spec.title_of(record), f"{spec.path}/{one}", _face(spec, record),
                        _facts(spec, names, record, extras)) for one, record in stored.items()}  # fmt: skip


def _face(spec: EntitySpec, record: Mapping[str, Any]) -> Any:
    return person(spec.title_of(record), kind=spec.face(record) or "person")


def _telling(spec: EntitySpec) -> tuple[str, ...]:
    """The fields by which records that look the same are told from each other."""
    allowed = readable(spec)
    wanted = dict.fromkeys([name for rule in spec.meta.duplicates for name in rule if name != spec.meta.title])
    return tuple(name for name in (*wanted, "owner_id", "created_at") if name in allowed)


def _facts(spec: EntitySpec, names: Iterable[str], record: Mapping[str, Any], extras: Extras) -> Any:
    return tuple((str(spec.fields[name].label), shown(spec.fields[name], record, extras)) for name in names
                 if record.get(name) not in (None, "", ()))  # fmt: skip


def shown(f: FieldSpec, record: Mapping[str, Any], extras: Extras) -> Markup:
    """A value to look at and to choose: without links, which would lead away."""
    value = record.get(f.name)
    if f.type.is_many:
        return cells.finished(tags_of(f, extras.links.get(f.name, {}).get(record["id"]), extras))
    if value in (None, "", ()):
        return cells.finished(cells.EMPTY)
    if f.type.name == "several":
        return several_cells.plain(f, value, preferences())
    if f.type.name == "url":
        return cells.finished(cells.url(value, link=False))
    if f.type.is_reference and f.target and f.target != "core.user":
        return cells.finished(cells.text(extras.titles.get(f.target, {}).get(value, f"#{value}")))
    return cells.finished(drawer(f, preferences(), extras)(value))


def _past(spec: EntitySpec) -> tuple[PastMerge, ...]:
    rows = ledger.lately(spec, LATELY)
    users = [row["user_id"] for row in rows if row["user_id"]]
    titles = query.titles({spec.name: [row["winner_id"] for row in rows], "core.user": users}) if rows else {}
    found = []
    for row in rows:
        parts = [ngettext("{n} record became one", "{n} records became one", row["number"]),
                 titles["core.user"].get(row["user_id"] or 0, ""), relative_time(row["created_at"])]  # fmt: skip
        found.append(PastMerge(
            titles[spec.name].get(row["winner_id"], f"#{row['winner_id']}"), f"{spec.path}/merge/{row['id']}",
            " · ".join(filter(None, parts)), exact_time(row["created_at"]), row["state"] == "undone"))  # fmt: skip
    return tuple(found)


def pick_screen(spec: EntitySpec, record: Mapping[str, Any], text: str) -> PickScreen:
    """With which others a record is to be merged: those that are like it, or those that were searched for."""
    if text:
        ids = [row["id"] for row in query.options(spec, text[:100], FOUND + 1) if row["id"] != record["id"]][:FOUND]
    else:
        ids = suspects.like(spec, record, FOUND)
    known = _members(spec, [record["id"], *ids])
    few = len(ids) < acting.MOST
    members = tuple(_chosen(known[one], few and not text) for one in ids if one in known)
    heading = _("Found records") if text else _("Records that are like it")
    empty = _("No records match.") if text else _("No record is like it by the rules. Search for the other one.")
    title = str(_("Merge with another record"))
    return PickScreen(crumbs(spec, Crumb(spec.title_of(record), f"{spec.path}/{record['id']}"), Crumb(title)), title,
                      f"{spec.path}/merge", known[record["id"]], text, members, str(heading),
                      f"{spec.path}/{record['id']}", "" if members else str(empty))  # fmt: skip


def merge_screen(
    spec: EntitySpec, found: Mapping[int, Mapping[str, Any]], *, keep: int = 0, take: Mapping[str, int] | None = None,
    errors: Mapping[str, Sequence[Any]] | None = None, error: str = "",
) -> MergeScreen:
    """Records side by side; `keep` and `take` are what was chosen before."""
    winner_id = keep if keep in found else choosing.best(spec, found)
    rows = choosing.rows(spec)
    names = tuple(dict.fromkeys([*(f.name for row in rows for f in row.fields), *_telling(spec)]))
    companions = query.companions(spec, names, list(found.values()))
    extras = Extras(companions.titles, companions.links, companions.hues)
    numbers = {one: figure(place) for place, one in enumerate(found, start=1)}
    told = {name: tuple(str(one) for one in messages) for name, messages in (errors or {}).items()}
    drawn: list[MergeRow] = []
    same: list[MergeRow] = []
    for row in rows:
        filled: Any = [one for one, record in found.items() if row.is_filled(record)]
        if row.unites:
            filled = choosing.united(row, found, winner_id)
        if row.fields[0].type.name == "several" and len(filled or ()) == 1:
            filled = None  # the one there is stands as the main one
        wrong = tuple(message for f in row.fields for message in told.pop(f.name, ()))
        if not wrong and (not filled or _follows(row, found)):
            continue
        made = _row(row, found, winner_id, (take or {}).get(row.name), extras, numbers, wrong)
        alike = len({row.value(record) for record in found.values()}) == 1
        (same if alike and not row.unites and not wrong else drawn).append(made)
    rest = " ".join(message for messages in told.values() for message in messages)
    title = str(_("Merge {entities}", entities=noun(spec.meta.plural)))
    stamps = [name for name in ("owner_id", "created_at", "updated_at") if name in readable(spec)]
    listed_records = tuple(
        MergeRecord(one, record["version"], numbers[one], spec.title_of(record), f"{spec.path}/{one}",
                    _face(spec, record), _facts(spec, stamps, record, extras), one == winner_id)
        for one, record in found.items())  # fmt: skip
    moving_ = tuple((str(label), figure(number)) for label, number in moving.counted(spec, list(found)))
    return MergeScreen(
        crumbs(spec, Crumb(str(TITLE), f"{spec.path}/suspects"), Crumb(title)), title, f"{spec.path}/merge",
        listed_records, tuple(drawn), tuple(same), moving_, spec.path,
        " ".join(filter(None, [error, rest])))  # fmt: skip


def _follows(row: Row, found: Mapping[int, Mapping[str, Any]]) -> bool:
    """Whether none of the records has a value of its own there, as forms hide it while a box is ticked."""
    box = row.fields[0].options.get("hidden_while", "")
    return box != "" and all(record.get(box) for record in found.values())


def _row(
    row: Row, found: Mapping[int, Mapping[str, Any]], winner_id: int, taken: int | None, extras: Extras,
    numbers: Mapping[int, str], errors: tuple[str, ...],
) -> MergeRow:
    label = str(row.label)
    if row.unites:
        return MergeRow(row.name, label, united=_together(row, found, winner_id, extras), errors=errors)
    chosen = choosing.default(row, found, winner_id) if taken is None else taken
    options = tuple(
        MergeOption(one, numbers[one], _value(row, record, extras), one == chosen, not row.is_filled(record))
        for one, record in found.items())  # fmt: skip
    joined = None
    if row.joins and choosing.can_join(row, found):
        joined = MergeOption(choosing.ALL, "", Markup("{}").format(str(_("All texts, one below the other"))),
                             chosen == choosing.ALL)  # fmt: skip
    return MergeRow(row.name, label, options, joined, errors=errors)


def _value(row: Row, record: Mapping[str, Any], extras: Extras) -> Markup:
    if len(row.shown) == 1:
        return shown(row.shown[0], record, extras)
    texts = (f.type.show(f, record[f.name], preferences()) for f in row.shown if record.get(f.name))
    return cells.finished(cells.lines(texts, preferences().comma))


def _together(row: Row, found: Mapping[int, Mapping[str, Any]], winner_id: int, extras: Extras) -> Markup:
    f = row.fields[0]
    if f.type.is_many:
        pairs = dict(pair for one in found for pair in extras.links.get(f.name, {}).get(one, ()))
        return cells.finished(tags_of(f, list(pairs.items()), extras))
    return shown(f, {"id": 0, f.name: choosing.united(row, found, winner_id)}, extras)


def merged_screen(spec: EntitySpec, merge: Mapping[str, Any]) -> MergedScreen:
    """What became of a merge, and the way back."""
    winner_id = merge["winner_id"]
    titles = names_of(spec, [winner_id, *merge["losers"]])
    is_undone, allowed = merge["state"] == "undone", readable(spec)
    sentence = _("This merge was undone: the records are apart again.") if is_undone \
        else _("These records became one.")  # fmt: skip
    who = query.titles({"core.user": [merge["user_id"]]})["core.user"].get(merge["user_id"], "") \
        if merge["user_id"] else ""  # fmt: skip
    labels = {one.spec.name: one.spec.meta.plural for one in pointers(spec)
              if can(f"{one.spec.name}.view")} | {
        one.table.name: one.label for one in tables() if one.label}
    moved = tuple((str(labels[name]), figure(number)) for name, number in (merge["counts"] or {}).items()
                  if name in labels)  # fmt: skip
    undo = None
    if merge["state"] == "done" and may_merge(spec):
        undo = Action(str(_("Undo")), f"{spec.path}/merge/{merge['id']}/undo", "arrow-back-up", "post")
    title = str(_("Merged records"))
    return MergedScreen(
        crumbs(spec, Crumb(str(TITLE), f"{spec.path}/suspects"), Crumb(title)), title, merge["state"], str(sentence),
        who, relative_time(merge["created_at"]), exact_time(merge["created_at"]),
        titles.get(winner_id, f"#{winner_id}"), f"{spec.path}/{winner_id}",
        tuple(titles.get(one, f"#{one}") for one in merge["losers"]), moved,
        tuple(str(allowed[name].label) for name in merge["before"] or {} if name in allowed),
        f"{spec.path}/suspects" if may_merge(spec) else spec.path, undo)  # fmt: skip


def names_of(spec: EntitySpec, ids: Sequence[int]) -> dict[int, str]:
    """What records are called that the reader may see, or could see before they went to the trash."""
    if spec.meta.title not in readable(spec) or not ids:
        return {}
    table = spec.table
    named = sa.select(table.c.id, spec.title(preferences().language)).where(table.c.id.in_(ids))
    found = unit().execute(scoped(named, spec, trashed=None))
    return {record_id: str(title or f"#{record_id}") for record_id, title in found}
