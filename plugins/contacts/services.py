"""What happens to a contact on its way in: its name, its class, its company, its identity."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core.api import Invalid, _, among, home_country, identifiers, search_key, settings, unit

from .models import SHIPPING, Company, Contact

FREE_MAIL = (
    "gmail.com googlemail.com yahoo.com ymail.com hotmail.com outlook.com live.com msn.com icloud.com me.com aol.com "
    "proton.me protonmail.com gmx.com gmx.de mail.com mail.ru yandex.com yandex.ru zoho.com chmail.ir mailfa.com "
    "hotmail.fr yahoo.fr maktoob.com yahoo.co.uk yahoo.de yahoo.in hotmail.co.uk hotmail.de live.co.uk live.fr "
    "outlook.fr outlook.sa outlook.com.tr rocketmail.com mac.com gmx.net web.de qq.com 163.com mihanmail.ir"
)
#: Which national identifier is checked for a country, by kind of party.
NATIONAL_IDS = {
    ("IR", "person"): "ir_national_id",
    ("IR", "business"): "ir_legal_id",
    ("SA", "person"): "sa_id_luhn",
    ("AE", "person"): "ae_emirates_id_luhn",
    ("EG", "person"): "eg_national_id",
    ("KW", "person"): "kw_civil_id",
    ("TR", "person"): "tr_tckn",
}
TAKEN = _("Another contact already has this national ID.")


def domain_of(email: str | None) -> str:
    return email.rpartition("@")[2] if email else ""


def tidy_domains(changes: Iterable[Any]) -> None:
    """What was copied as an address of mail or of a page is kept as the domain in it, which people are matched by."""
    for change in changes:
        given = change.after.get("domain")
        if given and change.changed("domain"):
            host = re.split(r"[/?#]", re.sub(r"^\w+:(//)?", "", given.strip()))[0].lower()
            change.set("domain", domain_of(f"@{host}").removeprefix("www.").partition(":")[0].strip(".") or None)


def free_mail_domains() -> frozenset[str]:
    """Domains whose addresses say nothing about a company; the list is a setting (S58)."""
    return frozenset(settings("contacts.free_mail_domains").replace(",", " ").split())


def compose_names(changes: Iterable[Any]) -> None:
    """`name` follows from first and last name when it is absent or was composed from them before."""
    for change in changes:
        after, before = change.after, change.before
        composed = _joined(after)
        if not composed or ("name" in change.values and change.values["name"] not in (None, "")):
            continue
        if not after.get("name") or after.get("name") == _joined(before):
            change.set("name", composed)


def _joined(values: Any) -> str:
    return " ".join(part for part in (values.get("first_name"), values.get("last_name")) if part)


def classify(changes: Iterable[Any]) -> None:
    """A company's e-mail domain makes a contact a business, a free-mail one a person; a choice by hand stays, also when
    another email is given later."""
    free = free_mail_domains()
    for change in changes:
        domain = domain_of(change.after.get("email"))
        if change.values.get("kind") or not domain or not (change.is_new or change.changed("email")):
            if change.is_new and not change.after.get("kind"):
                change.set("kind", "person")
            continue
        former = domain_of(change.before.get("email"))
        if not former or change.before.get("kind") == _kind_of(former, free):
            change.set("kind", _kind_of(domain, free))


def _kind_of(domain: str, free: Collection[str]) -> str:
    return "person" if domain in free else "business"


def link_companies(changes: Sequence[Any]) -> None:
    """A new business contact without a company joins the one that has its e-mail domain."""
    free = free_mail_domains()
    waiting = [
        change
        for change in changes
        if change.is_new
        and not change.after.get("company_id")
        and "company_id" not in change.values
        and (domain := domain_of(change.after.get("email")))
        and domain not in free
    ]
    if not waiting:
        return
    table = Company.__table__
    statement = sa.select(table.c.domain, table.c.id).where(
        among(table.c.domain, {domain_of(change.after["email"]) for change in waiting}), table.c.deleted_at.is_(None)
    )
    companies = dict(unit().execute(statement).all())
    for change in waiting:
        company = companies.get(domain_of(change.after["email"]))
        if company:
            change.set("company_id", company)


def follow_shipping_address(changes: Iterable[Any]) -> None:
    """While ticked, the shipping address is the main address, with all its parts (S74). Who gives another one without a
    word of the tick, as a file or a program may, unticks it."""
    for change in changes:
        if "shipping_same" not in change.values and _ships_elsewhere(change):
            change.set("shipping_same", False)
        if change.after.get("shipping_same"):
            for name, main in SHIPPING.items():
                change.set(name, change.after.get(main))


def _ships_elsewhere(change: Any) -> bool:
    if SHIPPING.keys().isdisjoint(change.values):
        return False  # nearly every row of an import, without asking for each part
    return any(
        change.values.get(name) and change.after.get(name) != change.after.get(main) for name, main in SHIPPING.items()
    )


def check_identity(changes: Iterable[Any]) -> None:
    """Which of e-mail and mobile a contact must have is a setting; many customers have only a mobile."""
    rule = settings("contacts.identity")
    for change in changes:
        if change.errors.keys() & {"email", "phone"}:
            continue  # What is wrong with the one that was given is said already.
        email, phone = change.after.get("email"), change.after.get("phone")
        if rule == "email" and not email:
            change.error("email", _("Enter an email address."))
        elif rule == "phone" and not phone:
            change.error("phone", _("Enter a mobile number."))
        elif rule == "either" and not (email or phone):
            if change.offered is not None and not change.offered & {"email", "phone"}:
                # A list of names alone is better in than out; the reader is told what it lacks.
                change.warn(
                    "email", _("Without an email address or a mobile number, this contact cannot be recognised.")
                )
            else:
                change.error("email", _("Enter an email address or a mobile number."))
        elif rule == "both":
            if not email:
                change.error("email", _("Enter an email address."))
            if not phone:
                change.error("phone", _("Enter a mobile number."))


def check_national_ids(changes: Iterable[Any]) -> None:
    """Identifiers are checked by the rules of the party's own country; others are kept as they are.

    A business is often the person whom one deals with there: that person's own identifier will do.
    """
    policy = settings("contacts.national_id_check")
    for change in changes:
        value = change.after.get("national_id")
        if not value or policy == "off" or not (change.changed("national_id") or change.changed("country")):
            continue
        country = change.after.get("country") or home_country()
        party = change.after.get("kind") or "person"
        if (country, party) not in NATIONAL_IDS:
            continue
        kinds = dict.fromkeys(NATIONAL_IDS[country, one] for one in (party, "person") if (country, one) in NATIONAL_IDS)
        checked = [_checked(kind, value) for kind in kinds]
        good = next((one for one in checked if isinstance(one, str)), None)
        wrong = [one for one in checked if isinstance(one, identifiers.LanguageError)]
        if good is not None:
            change.set("national_id", good)
        elif wrong:
            # Of two rules the one is told that the number looks like.
            error = next((one for one in wrong if one.code != "shape"), wrong[0])
            if policy == "refuse" and not error.warning:
                change.error("national_id", error.message)
            else:
                change.warn("national_id", error.message)


def _checked(kind: str, value: str) -> str | identifiers.LanguageError:
    try:
        return str(identifiers.check(kind, value))
    except identifiers.LanguageError as error:
        return error


def check_unique_national_ids(changes: Sequence[Any]) -> None:
    """One national ID a kind of party, when the setting asks for it (S79)."""
    if not settings("contacts.unique_national_id"):
        return
    touched = [change for change in changes if change.after.get("national_id")
               and (change.changed("national_id") or change.changed("kind"))]  # fmt: skip
    if not touched:
        return
    held = _holders(change.after["national_id"] for change in touched)
    for change in touched:
        # A second new one in this batch finds the first under an id that no record has.
        others = held.setdefault((change.after["national_id"], change.after.get("kind")), set())
        if others - {change.id}:
            change.error("national_id", TAKEN)
        others.add(change.id or 0)


def check_restored_national_ids(ids: Collection[int]) -> None:
    """What comes back from the trash does not bring an ID that somebody else has by now."""
    if not settings("contacts.unique_national_id"):
        return
    table = Contact.__table__
    back = sa.select(table.c.national_id).where(among(table.c.id, set(ids)), table.c.national_id.is_not(None))
    if any(len(held) > 1 and held & set(ids) for held in _holders(unit().execute(back).scalars()).values()):
        raise Invalid(TAKEN)


def _holders(national_ids: Iterable[str]) -> dict[tuple[str, str | None], set[int]]:
    """Who has these IDs, by ID and kind of party."""
    table = Contact.__table__
    found: dict[tuple[str, str | None], set[int]] = {}
    statement = sa.select(table.c.national_id, table.c.kind, table.c.id).where(
        among(table.c.national_id, set(national_ids)), table.c.deleted_at.is_(None)
    )
    for national_id, kind, record_id in unit().execute(statement):
        found.setdefault((national_id, kind), set()).add(record_id)
    return found


def duplicate_conditions(values: dict[str, Any]) -> list[Any]:
    """Who may be the person being entered, beside the rules of duplicates: whoever has the name, in any spelling.

    Of people who are there already the name alone says too little.
    """
    name = values.get("name") or _joined(values)
    if name and (key := search_key(name).replace(" ", "")):
        return [sa.text("replace(contacts_contact.name_key, ' ', '') = :compact_name").bindparams(compact_name=key)]
    return []
