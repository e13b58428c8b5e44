"""How whoever a record is about is reached from its page: called or written to, as is preferred before other ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_several import entries, primary_of
from core.language.i18n import _
from core.language.phones import phone_type
from core.permissions import readable
from core.ui.shell_model import Action

#: Kinds of numbers behind which there may be a mobile.
MOBILES = frozenset({"mobile", "fixed_or_mobile"})


class Way(NamedTuple):
    """Fields of the type `through` hold where it leads, behind `begin`; what is `asked` for is offered to those alone
    who prefer it."""

    through: str
    begin: str
    icon: str
    label: Any
    is_mobile: bool = False
    is_asked: bool = False


WAYS = {
    "phone": Way("phone", "tel:", "phone", _("Call")),
    "whatsapp": Way("phone", "https://wa.me/", "brand-whatsapp", _("WhatsApp"), is_mobile=True),
    "telegram": Way("phone", "https://t.me/", "brand-telegram", _("Telegram"), is_mobile=True, is_asked=True),
    "sms": Way("phone", "sms:", "message", _("SMS"), is_mobile=True, is_asked=True),
    "email": Way("email", "mailto:", "mail", _("Email", context="to write one")),
}


def ways(spec: EntitySpec, record: Mapping[str, Any]) -> tuple[Action, ...]:
    """Call and write, where a field that the entity declares has the address for it and nothing stands against it."""
    party = spec.meta.party
    if party is None:
        return ()
    allowed = readable(spec)
    held = [allowed[name] for name in party.reached_by if name in allowed and record.get(name)]
    preferred = spec.meant(party.preferred, record) if party.preferred in allowed else ""
    found = {}
    for key, way in WAYS.items():
        f = next((f for f in held if f.type.name == way.through and _is_open(spec, f, key, record)), None)
        if f is not None and (not way.is_asked or key == preferred):
            found[key] = Action(str(way.label), f"{way.begin}{_number(way, record[f.name])}", way.icon)
    return tuple(found[key] for key in sorted(found, key=lambda key: key != preferred))


def _number(way: Way, address: str) -> str:
    return address.lstrip("+") if way.begin == "https://wa.me/" else address


def _is_open(spec: EntitySpec, f: FieldSpec, key: str, record: Mapping[str, Any]) -> bool:
    """Whether the address works, and its owner wants messages; a call is none."""
    if WAYS[key].is_mobile and phone_type(record[f.name]) not in MOBILES:
        return False
    state = next((held[0].state for several in spec.fields.values()
                  if several.type.name == "several" and primary_of(several).get("value") == f.name
                  and (held := entries(record.get(several.name)))), "")  # fmt: skip
    return state == "" or (state == "opted_out" and key == "phone")
