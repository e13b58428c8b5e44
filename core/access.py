"""Who may call a route: each one says so where it is made, and a route that does not makes the start fail (SEC-31)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a route: nobody signed in needed, anyone signed in, or a permission.

    `entity_action` routes have <plugin>/<noun> in their address: the permission is that entity's action. Whoever
    has to choose a password of his own first may go nowhere but to `is_own_account` routes, and whoever has to set up
    a second factor first nowhere but to `is_factor_set_up` ones. A message of a program that signs
    it comes `by_signature`: it carries no session that a forged form could use. What is posted to a route that
    `only_reads` changes nothing: read-only tokens may post to no other. A route of a `plugin` is there only while that
    plugin runs.
    """

    public: bool = False
    permission: str = ""
    entity_action: str = ""
    is_own_account: bool = False
    is_factor_set_up: bool = False
    by_signature: bool = False
    only_reads: bool = False
    plugin: str = ""


PUBLIC = Access(public=True)
SIGNED_IN = Access()
OWN_ACCOUNT = Access(is_own_account=True)
FACTOR_SET_UP = Access(is_own_account=True, is_factor_set_up=True)
SIGNED_MESSAGE = Access(public=True, by_signature=True)


def entity_action(action: str, *, only_reads: bool = False) -> Access:
    return Access(entity_action=action, only_reads=only_reads)


def route(
    blueprint: Any, rule: str, *, access: Access | str, methods: tuple[str, ...] = ("GET",), **options: Any
) -> Callable[[View], View]:
    """Register a view together with who may call it: a permission's name, SIGNED_IN or PUBLIC."""

    def register(view: View) -> View:
        view.access = Access(permission=access) if isinstance(access, str) else access  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods), **options)
        return view

    return register
