"""News between plugins: facts told inside the transaction, by name, so that nobody imports the teller.

A receiver belongs to the plugin whose package its function lives in, and is mute while that plugin is off.
A failing receiver aborts the transaction: what follows from a fact is one fact with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from blinker import Namespace

from core.errors import DeclarationError
from core.plugin.containment import blamed

Receiver = TypeVar("Receiver", bound=Callable[..., Any])

_namespace = Namespace()
_declared: dict[str, Declared] = {}
_receivers: list[tuple[str, Callable[..., Any]]] = []
_owner_of: Callable[[str], tuple[str, Any]] = lambda module: ("core", "")  # noqa: E731 - replaced by the registry


@dataclass(frozen=True, slots=True)
class Declared:
    """A signal's name and its payload, in words."""

    name: str
    payload: str


def declare(name: str, payload: str) -> Declared:
    """Declare a signal in its owner's events.py; `payload` says what is sent and when."""
    if "." not in name:
        raise DeclarationError(f"Signal {name!r} must be named plugin.past_tense.")
    _declared[name] = Declared(name, payload)
    return _declared[name]


def on(name: str) -> Callable[[Receiver], Receiver]:
    """Decorator: call the function when `name` is told, while its own plugin is enabled."""

    def connect(function: Receiver) -> Receiver:
        def receive(_sender: Any, **payload: Any) -> Any:
            owner, label = _owner_of(function.__module__)
            if owner in ("", "core"):
                return function(**payload) if owner else None
            with blamed(owner, label, f"@on({name!r}) {function.__name__}"):
                return function(**payload)

        _namespace.signal(name).connect(receive, weak=False)
        _receivers.append((name, function))
        return function

    return connect


def emit(name: str, **payload: Any) -> None:
    """Tell everyone who listens; inside the transaction."""
    if name not in _declared:
        raise DeclarationError(f"Signal {name!r} is told but nobody declared it.")
    signal = _namespace.signal(name)
    if signal.receivers:
        signal.send(None, **payload)


def declared() -> dict[str, Declared]:
    return dict(_declared)


def receivers() -> list[tuple[str, str]]:
    """Who listens to what: (signal, module.function)."""
    return [(name, f"{function.__module__}.{function.__name__}") for name, function in _receivers]


def unheard() -> list[tuple[str, str]]:
    """Receivers of names that nobody declared; `diwan check` lists them."""
    return [(name, receiver) for name, receiver in receivers() if name not in _declared]


def ownership(owner_of: Callable[[str], tuple[str, Any]]) -> None:
    """Let `owner_of(module)` tell whose receiver it is, as (name, label); ("", …) mutes it. Called by the registry."""
    global _owner_of
    _owner_of = owner_of


records_saved = declare("core.records_saved", "entity, changes: the batch just written. Inside the transaction.")
records_deleted = declare("core.records_deleted", "entity, ids: moved to the trash. Inside the transaction.")
records_erased = declare("core.records_erased", "entity, ids: personal data taken out. Inside the transaction.")
records_restored = declare("core.records_restored", "entity, ids: back from the trash. Inside the transaction.")
records_purged = declare("core.records_purged", "entity, ids: deleted from the trash for good. Inside the transaction.")
records_merged = declare(
    "core.records_merged",
    "entity, winner_id, ids: these records became one with the winner, and what led to them leads to it. Inside the "
    "transaction.",
)
records_parted = declare(
    "core.records_parted", "entity, winner_id, ids: such a merge was taken back. Inside the transaction."
)
working_time_moved = declare(
    "core.working_time_moved",
    "user_ids: whose hours or days off may be others now, or None: anybody's may. Inside the transaction.",
)
