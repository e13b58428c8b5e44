"""Rules of links between people and companies, and what a card shows of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.api import (
    Change,
    _,
    calendars,
    can,
    entity_spec,
    format_phone,
    local,
    readable,
    reader,
    records,
    scoped,
    titles,
    unit,
)

from .links import INVERSE, KINDS, Position, Relation
from .models import Company, Contact
from .occasions import Occasion

#: Entities that are seen by whoever may see the people and companies they are about.
OF_PEOPLE = {"contacts.relation": Relation, "contacts.position": Position, "contacts.occasion": Occasion}
LABELS = {choice.value: choice.label for choice in KINDS}
SHOWN = 100


def today() -> dt.date:
    return local(dt.datetime.now(dt.UTC), reader().timezone).date()


def name_links(changes: Sequence[Any], entity: str) -> None:
    """A link is called by the names of both ends, for the log and the trash, unless somebody called it otherwise."""
    ends_of = ("contact_id", "other_id", "company_id")
    changes = [
        change
        for change in changes
        if not change.values.get("name") and any(change.changed(name) for name in ends_of)
    ]
    second = "other_id" if entity == "contacts.relation" else "company_id"
    ends = [(change.after.get("contact_id"), change.after.get(second)) for change in changes]
    target = "contacts.contact" if second == "other_id" else "contacts.company"
    people = titles({"contacts.contact": [one for one, _other in ends if one]})["contacts.contact"]
    others = titles({target: [other for _one, other in ends if other]})[target]
    for change, (one, other) in zip(changes, ends, strict=True):
        change.set("name", f"{people.get(one, '')} – {others.get(other, '')}"[:420])


def check_relations(changes: Iterable[Any]) -> None:
    """Nobody is linked to himself, nor twice to the same person in the same way; one query for a batch."""
    ends = [(change, *(change.after.get(name) for name in ("contact_id", "other_id", "kind"))) for change in changes]
    whole = [link for link in ends if link[1] and link[2]]
    known = _known_links({link[1] for link in whole} | {link[2] for link in whole}) if whole else {}
    for change, one, other, kind in whole:
        same = ((one, other, kind), (other, one, INVERSE.get(kind, kind)))
        if one == other:
            change.error("other_id", _("A person cannot be linked to themselves."))
        elif any(known.get(link, change.id) != change.id for link in same):
            change.error("other_id", _("These two are linked in this way already."))
        known.setdefault(same[0], change.id or 0)


def _known_links(people: Iterable[int]) -> dict[tuple[Any, ...], int]:
    """{(contact, other, kind): id} of the links of these people."""
    table, wanted = Relation.__table__, sorted(people)
    statement = sa.select(table.c.id, table.c.contact_id, table.c.other_id, table.c.kind).where(
        table.c.contact_id.in_(wanted), table.c.other_id.in_(wanted), table.c.deleted_at.is_(None)
    )
    return {(row.contact_id, row.other_id, row.kind): row.id for row in unit().execute(statement)}


def check_positions(changes: Iterable[Any]) -> None:
    for change in changes:
        starts, ends = change.after.get("starts_on"), change.after.get("ends_on")
        if starts and ends and ends < starts:
            change.error("ends_on", _("The end is before the beginning."))


def keep_past_jobs(changes: Iterable[Any]) -> None:
    """Whoever goes from one company to another keeps the old one as a past job, and has a new one from today.

    A company that is given back, or chosen among those of records that become one, is no change of jobs.
    """
    moved = [
        change
        for change in changes
        if not (change.is_new or change.is_former) and change.changed("company_id") and change.before.get("company_id")
    ]
    if not moved or not (can("contacts.position.add") and can("contacts.position.change")):
        return
    table = Position.__table__
    ids = [change.id for change in moved]
    statement = sa.select(table.c.id, table.c.contact_id, table.c.company_id).where(
        table.c.contact_id.in_(ids), table.c.ends_on.is_(None), table.c.deleted_at.is_(None)
    )
    open_jobs = {(row.contact_id, row.company_id): row.id for row in unit().execute(statement)}
    day = today()
    saved: list[Change] = []
    for change in moved:
        role = change.before.get("job_title")
        old = open_jobs.get((change.id, change.before["company_id"]))
        if old:
            saved.append(Change(values={"ends_on": day}, id=old))
        else:
            past = {"contact_id": change.id, "company_id": change.before["company_id"], "role": role, "ends_on": day}
            saved.append(Change(values=past))
        company = change.after.get("company_id")
        if company and (change.id, company) not in open_jobs:
            now = {"contact_id": change.id, "company_id": company, "role": change.after.get("job_title")}
            saved.append(Change(values={**now, "starts_on": day}))
    records.save_many(Position, saved, partial=True)


def join_companies(changes: Iterable[Any]) -> None:
    """Whoever has no company joins the one in which he has been given a role; with the role as job title, where he has
    none. So the company's list of people, its figure and the person's own page agree."""
    day = today()
    roles = {
        change.after["contact_id"]: change.after
        for change in changes
        if change.is_new and not change.is_former
        and (change.after.get("starts_on") or day) <= day < (change.after.get("ends_on") or dt.date.max)
    }
    if not roles or not can("contacts.contact.change"):
        return
    table = Contact.__table__
    free = sa.select(table.c.id, table.c.job_title).where(table.c.id.in_(roles), table.c.company_id.is_(None))
    joining = unit().execute(scoped(free, Contact, "change")).all()
    saved = [
        Change(values={"company_id": roles[row.id]["company_id"],
                       **({} if row.job_title else {"job_title": roles[row.id].get("role")})}, id=row.id)
        for row in joining
    ]  # fmt: skip
    records.save_many(Contact, saved, partial=True)


def linked_people(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the tab of a person shows: everybody linked, with what each of them is to this one."""
    table, contact = Relation.__table__, Contact.__table__
    own = record["id"]
    statement = scoped(
        sa.select(table.c.id, table.c.contact_id, table.c.other_id, table.c.kind, table.c.note).where(
            sa.or_(table.c.contact_id == own, table.c.other_id == own)
        ),
        Relation,
    )
    rows = unit().execute(statement.order_by(table.c.id).limit(SHOWN)).all()
    ids = {row.other_id if row.contact_id == own else row.contact_id for row in rows}
    columns = [contact.c[name] for name in ("id", "name", *(("phone",) if _may_see("phone") else ()))]
    known = {}
    if ids:
        found = unit().execute(scoped(sa.select(*columns).where(contact.c.id.in_(ids)), Contact)).mappings()
        known = {row["id"]: row for row in found}
    lines = []
    for row in rows:
        other = row.other_id if row.contact_id == own else row.contact_id
        kind = row.kind if row.contact_id == own else INVERSE.get(row.kind, row.kind)
        person = known.get(other)
        if person is not None:
            lines.append({"href": f"/contacts/contact/{other}", "name": person["name"], **_phone(dict(person)),
                          "what": str(LABELS.get(kind, kind)), "note": row.note or "",
                          "edit_href": f"/contacts/relation/{row.id}/edit"})  # fmt: skip
    add = f"/contacts/relation/new?contact_id={own}" if can("contacts.relation.add") else ""
    return {"lines": lines, "add_href": add, "may_change": can("contacts.relation.change")}


def people_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the card of a company shows: who works there now with role and phone, and who did before."""
    table, contact = Position.__table__, Contact.__table__
    jobs = unit().execute(
        scoped(
            sa.select(table.c.id, table.c.contact_id, table.c.role, table.c.starts_on, table.c.ends_on).where(
                table.c.company_id == record["id"]
            ),
            Position,
        )
        .order_by(table.c.ends_on.is_not(None), table.c.ends_on.desc(), table.c.id)
        .limit(SHOWN)
    ).all()
    ids = {row.contact_id for row in jobs}
    names = ("id", "name", "company_id", *(name for name in ("phone", "email", "job_title") if _may_see(name)))
    wanted = sa.or_(contact.c.company_id == record["id"], contact.c.id.in_(ids or {0}))
    statement = scoped(sa.select(*(contact.c[name] for name in names)).where(wanted), Contact)
    rows = unit().execute(statement.order_by(contact.c[f"name_sort_{reader().language}"]).limit(SHOWN)).mappings()
    people = {row["id"]: dict(row) for row in rows}
    now: list[dict[str, Any]] = []
    past: list[dict[str, Any]] = []
    placed: set[int] = set()
    for job in jobs:
        person = people.get(job.contact_id)
        if person is None:
            continue
        line = _line(person, job.role or person.get("job_title") or "", job)
        (now if job.ends_on is None or job.ends_on > today() else past).append(line)
        placed |= {job.contact_id} if job.ends_on is None else set()
    for person in people.values():
        if person["company_id"] == record["id"] and person["id"] not in placed:
            now.append(_line(person, person.get("job_title") or "", None))
    may_add = can("contacts.contact.add")
    return {
        "now": now,
        "past": past,
        "add_href": f"/contacts/contact/new?company_id={record['id']}" if may_add else "",
        "role_href": f"/contacts/position/new?company_id={record['id']}" if can("contacts.position.add") else "",
        "all_href": f"/contacts/contact?company_id={record['id']}",
        "may_change": can("contacts.position.change"),
    }


def _line(person: Mapping[str, Any], role: str, job: Any) -> dict[str, Any]:
    return {
        "href": f"/contacts/contact/{person['id']}", "name": person["name"], "role": role,
        **_phone(person), "email": person.get("email"),
        "dates": _dates(job.starts_on, job.ends_on) if job else "",
        "edit_href": f"/contacts/position/{job.id}/edit" if job else "",
    }  # fmt: skip


def _phone(person: Mapping[str, Any]) -> dict[str, str]:
    """A number to be dialled, and as it is read."""
    number = person.get("phone") or ""
    return {"phone": number, "shown_phone": format_phone(number, reader().phone_digits) if number else ""}


def _dates(starts: dt.date | None, ends: dt.date | None) -> str:
    def written(day: dt.date) -> str:
        return calendars.format_date(day, reader().formatting_locale, reader().calendar)

    if starts and ends:
        return str(_("from {start} to {end}", start=written(starts), end=written(ends)))
    if ends:
        return str(_("until {end}", end=written(ends)))
    return str(_("since {start}", start=written(starts))) if starts else ""


def _may_see(name: str) -> bool:
    return name in readable(entity_spec(Contact))


def match_people(company_id: int, _values: Any = None) -> dict[str, Any]:
    """Link everybody without a company whose email address has the company's domain."""
    domain = records.get(Company, company_id)["domain"]
    if not domain:
        return {"matched": 0}
    table = Contact.__table__
    statement = sa.select(table.c.id).where(table.c.company_id.is_(None), table.c.email.like(f"%@{domain}"))
    ids = unit().execute(scoped(statement, Contact, "change").limit(1000)).scalars().all()
    records.save_many(Contact, [Change(values={"company_id": company_id}, id=one) for one in ids])
    return {"matched": len(ids)}


def visible(entity: Any, actor: Any) -> list[Any]:
    """Links and yearly dates are seen by whoever may see the people and companies they are about.

    A role that shows links and no people at all was made so on purpose: it is not narrowed.
    """
    table = OF_PEOPLE[entity.name].__table__
    found = []
    for name, target in (("contact_id", Contact), ("other_id", Contact), ("company_id", Company)):
        if name in table.c and can(f"{target.__entity__}.view", actor):
            seen = table.c[name].in_(scoped(sa.select(target.__table__.c.id), target, who=actor))
            found.append(sa.or_(table.c[name].is_(None), seen) if table.c[name].nullable else seen)
    return found
