"""How whoever a record is about is reached from its page: called or written to, as is preferred before other ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.entity.spec import EntitySpec
from core.entity.types_several import entries, primary_of
from core.language.i18n import _
from core.language.phones import phone_type
from core.permissions import readable
from core.ui.shell_model import Action

#: Kinds of numbers behind which there may be a mobile.
MOBILES = frozenset({"mobile", "fixed_or_mobile"})


class Way(NamedTuple):
    """`field` holds where it leads, behind `begin`; what is `asked` for is offered to those alone who prefer it."""

    field: str
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
    "email": Way("email", "mailto:", "mail", _("Write email")),
}
#: Which field names the way that is preferred, by its key.
PREFERRED = "preferred_channel"


def ways(spec: EntitySpec, record: Mapping[str, Any]) -> tuple[Action, ...]:
    """Call and write, where the record has the address for it and nothing stands against using it."""
    allowed, preferred = readable(spec), record.get(PREFERRED)
    found = {
        key: Action(str(way.label), f"{way.begin}{_number(way, record[way.field])}", way.icon)
        for key, way in WAYS.items()
        if way.field in allowed and record.get(way.field) and _is_open(spec, key, record)
        and (not way.is_asked or key == preferred)
    }  # fmt: skip
    return tuple(found[key] for key in sorted(found, key=lambda key: key != preferred))


def _number(way: Way, address: str) -> str:
    return address.lstrip("+") if way.begin == "https://wa.me/" else address


def _is_open(spec: EntitySpec, key: str, record: Mapping[str, Any]) -> bool:
    """Whether the address works, and its owner wants messages; a call is none."""
    way = WAYS[key]
    if way.is_mobile and phone_type(record[way.field]) not in MOBILES:
        return False
    state = next((held[0].state for f in spec.fields.values()
                  if f.type.name == "several" and primary_of(f).get("value") == way.field
                  and (held := entries(record.get(f.name)))), "")  # fmt: skip
    return state == "" or (state == "opted_out" and key == "phone")
