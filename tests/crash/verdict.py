"""What must hold when all is quiet again. Each check answers what is wrong, in sentences; none is good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from core.audit import verify
from core.testing import Site
from tests.core.mail.server import Kept
from tests.crash.effects.plugin import EFFECT, MADE
from tests.crash.traffic import TAGS, Account

ROWS = 200


def wrong(site: Site, account: Account, imported: int, mailed: Kept, told: list[tuple[str, Any]]) -> list[str]:
    """All that does not hold. `imported` files of ROWS rows each; `told` are the webhook messages (id, body)."""
    look = _Look(site)
    return [*account.refusals, *look.creates(account), *look.changes(account), *look.effects(), *look.mails(mailed),
            *look.webhooks(told), *look.imports(imported), *look.database()]


class _Look:
    def __init__(self, site: Site) -> None:
        self.site = site

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.site.app.engine.connect() as connection:
            return list(connection.execute(sa.text(statement), values))

    def made(self) -> dict[str, int]:
        """The contacts that callers have made: {name: how many}."""
        return Counter(row.name for row in self.rows(
            "SELECT name FROM contacts_contact WHERE name LIKE :made", made=f"{MADE}%"))

    def creates(self, account: Account) -> Iterator[str]:
        """Acknowledged: once, under the id that was told. Not acknowledged: wholly or not at all."""
        rows = self.rows(
            "SELECT c.id, c.name, c.email, c.number, c.search_text,"
            " (SELECT count(*) FROM contacts_contact_tags t WHERE t.record_id = c.id) AS tags,"
            " (SELECT count(*) FROM core_audit a WHERE a.entity = 'contacts.contact' AND a.record_id = c.id"
            "  AND a.action = 'create') AS created"
            " FROM contacts_contact c WHERE c.name LIKE :made", made=f"{MADE}%")
        found = Counter(row.name for row in rows)
        yield from (f"{name} is there {count} times" for name, count in found.items() if count != 1)
        yield from (f"{name} was made by nobody" for name in found if name not in account.tried)
        ids = {row.name: row.id for row in rows}
        yield from (f"{name} was acknowledged as {made}, and is {ids.get(name)}"
                    for name, made in account.acknowledged.items() if ids.get(name) != made)
        for row in rows:
            if (row.tags, row.created) != (len(TAGS), 1) or not (row.email and row.number and row.search_text):
                yield f"{row.name} is half there: {row}"
        numbers = Counter(row.number for row in self.rows(
            "SELECT number FROM contacts_contact WHERE number IS NOT NULL"))
        yield from (f"number {number} was given {count} times" for number, count in numbers.items() if count > 1)
        audits = self.rows("SELECT count(*) FROM core_audit WHERE entity = 'contacts.contact' AND action = 'create'"
                           " AND record_id NOT IN (SELECT id FROM contacts_contact)")[0][0]
        if audits:
            yield f"the log tells of {audits} contacts that are not there"

    def changes(self, account: Account) -> Iterator[str]:
        for name, (record_id, version, note) in account.counters.items():
            row = self.rows("SELECT version, note FROM contacts_contact WHERE id = :id", id=record_id)[0]
            # The last answer of all may have been lost with the end of the traffic.
            allowed = {(version, note), (version + 1, f"{name} {version}")}
            if (row.version, row.note or "") not in allowed:
                yield f"{name} counted to {version} ({note}), and stored is {row}"
            updates = self.rows("SELECT count(*) FROM core_audit WHERE entity = 'contacts.contact'"
                                " AND record_id = :id AND action = 'update'", id=record_id)[0][0]
            if updates != row.version - 1:
                yield f"{name} has version {row.version} and {updates} changes in the log"

    def effects(self) -> Iterator[str]:
        """The job that follows from each contact has had its effect once."""
        wanted = {f"{EFFECT}{name}" for name in self.made()}
        found = Counter(row.name for row in self.rows(
            "SELECT name FROM contacts_company WHERE name LIKE :effect", effect=f"{EFFECT}%"))
        yield from (f"{name}: {found[name]} times" for name in wanted | set(found) if found[name] != (name in wanted))
        for row in self.rows("SELECT name, state, count(*) AS n FROM core_job WHERE slot IS NULL AND state IN"
                             " ('dead', 'cancelled', 'running') GROUP BY name, state"):
            yield f"jobs {row.name}: {row.n} are {row.state}"

    def mails(self, mailed: Kept) -> Iterator[str]:
        """One mail for each contact. Sent ones have arrived once; those nobody can know of at most once."""
        arrived = Counter(str(message["Subject"]) for message in mailed.messages)
        rows = self.rows("SELECT subject, state FROM core_mail WHERE subject LIKE :made", made=f"{MADE}%")
        asked = Counter(row.subject for row in rows)
        if set(asked) != set(self.made()) or max(asked.values(), default=1) > 1:
            yield f"{len(asked)} mails were asked for by {len(self.made())} contacts"
        for row in rows:
            allowed = {"sent": (1,), "unknown": (0, 1)}.get(row.state, ())
            if arrived[row.subject] not in allowed:
                yield f"the mail “{row.subject}” is {row.state} and arrived {arrived[row.subject]} times"
        yield from (f"the mail “{subject}” was asked for by nobody" for subject in arrived if subject not in asked)

    def webhooks(self, told: list[tuple[str, Any]]) -> Iterator[str]:
        """Each change was told under one id, and no id means two things."""
        by_id: dict[str, Any] = {}
        for event_id, message in told:
            if by_id.setdefault(event_id, message) != message:
                yield f"{event_id} was told with two bodies"
        rows = self.rows("SELECT event_id, event, record_id, state FROM core_webhook_delivery")
        yield from (f"the event {row.event_id} is {row.state}" for row in rows if row.state != "sent")
        if set(by_id) != {row.event_id for row in rows}:
            yield f"{len(by_id)} events arrived of {len(rows)}"
        created = Counter(row.record_id for row in rows if row.event == "created")
        contacts = {row.id for row in self.rows("SELECT id FROM contacts_contact WHERE name NOT LIKE 'Counter %'")}
        if set(created) != contacts or max(created.values(), default=1) > 1:
            yield f"{sum(created.values())} creations were told of {len(contacts)}"
        updates = Counter(row.record_id for row in rows if row.event == "updated")
        for row in self.rows("SELECT id, name, version FROM contacts_contact WHERE name LIKE 'Counter %'"):
            if updates[row.id] != row.version - 1:
                yield f"{row.name}: {updates[row.id]} changes were told of {row.version - 1}"

    def imports(self, imported: int) -> Iterator[str]:
        found = Counter(row.name for row in self.rows(
            "SELECT name FROM contacts_contact WHERE name LIKE 'Row %'"))
        wanted = {f"Row {file}-{number}" for file in range(imported) for number in range(ROWS) if number % 50}
        lost, extra = wanted - set(found), set(found) - wanted
        doubled = [name for name, count in found.items() if count > 1]
        if lost or extra or doubled:
            yield f"imported rows: {len(lost)} lost, {len(extra)} too many, {len(doubled)} doubled"
        bad = sum(1 for number in range(ROWS) if number % 50 == 0)
        for row in self.rows("SELECT id, state, created, failed, error FROM core_import"):
            if (row.state, row.created, row.failed) != ("done", ROWS - bad, bad):
                yield f"import {tuple(row)}"

    def database(self) -> Iterator[str]:
        verdict = verify.verify(self.site.app.engine)
        if not verdict.ok:
            yield f"the audit chain is broken: {verdict.broken}"
        if self.site.app.engine.dialect.name == "sqlite":
            yield from (str(row) for row in self.rows("PRAGMA integrity_check") if row[0] != "ok")
            yield from (f"foreign key: {row}" for row in self.rows("PRAGMA foreign_key_check"))
