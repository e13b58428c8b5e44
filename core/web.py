"""The gate of every request: who asks, with which registry, language and unit of work; and routes that say who may.

A route without a declared access makes the start fail (SEC-31). One request is one unit of work: committed when
the answer is a success, rolled back otherwise, so that a refusal leaves nothing behind (SEC-25).
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, g, redirect, request
from sqlalchemy.engine import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map, RequestRedirect, Rule

from core import maps
from core import registry as registries
from core.access import (
    FACTOR_SET_UP,
    OWN_ACCOUNT,
    PUBLIC,
    SIGNED_IN,
    SIGNED_MESSAGE,
    Access,
    entity_action,
    route,
)
from core.actor import ANONYMOUS, Origin, acting, new_request_id
from core.auth import networks
from core.auth.display import Display
from core.auth.gate import Identity, identify_feed, identify_session, identify_token
from core.auth.sessions import COOKIE
from core.config import Config
from core.db import Unit, unit_of_work
from core.errors import DeclarationError, Forbidden, NotFound, Unauthenticated
from core.home import note_home
from core.language.i18n import DEFAULT, LANGUAGES, Preferences, _, best_language, use
from core.permissions import READ_ONLY_TOKEN, require
from core.plugin import containment
from core.plugin.health import write_down
from core.plugin.lifecycle import read_stamp, refresh

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOGIN_COOKIE = "diwan_login"
STATIC = "static.file"
#: Sent by the scripts that ask for a piece of a page, or post a form and want one back.
PANEL_HEADER = "X-Diwan-Panel"
#: Where pages hear of changes; served by a process of its own (core/ops/streams).
STREAM = "/live/stream"
#: Where a token counts; pages are for sessions.
METRICS = "/metrics"
FOR_PROGRAMS = ("/api/", METRICS, "/feeds/")
#: What programs subscribe to that cannot send a header: their token stands in the address, as `key`.
FEEDS = "/feeds/"
LARGEST_NUMBER = 2**63 - 1


class LateRule(Rule):
    """A rule whose two functions for making addresses are compiled when the first address is made.

    Compiling those of all routes is three quarters of what making the application costs.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            compiled = compile_now(append_unknown).__get__(rule, None)
            setattr(rule, name, compiled)
            made: tuple[str, str] = compiled(**values)
            return made

        return build


class Number(IntegerConverter):
    """A number in an address, as large as databases keep: nothing has a larger one, so there is no such page."""

    def __init__(self, addresses: Map, **options: Any) -> None:
        super().__init__(addresses, **({"max": LARGEST_NUMBER} | options))


class Application(Flask):
    """Flask with Diwan's gate around every view."""

    url_rule_class = LateRule
    engine: Engine
    settings: Config
    #: The port of the process that keeps live streams; 0 where there is none.
    stream_port: int = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url_map.converters["int"] = Number

    def dispatch_request(self) -> Any:
        g.request_id, g.csp_nonce = new_request_id(), secrets.token_urlsafe(16)
        if request.endpoint == STATIC:
            # The same for everybody, so nobody is asked for.
            return super().dispatch_request()
        if isinstance(request.routing_exception, RequestRedirect):
            return _tidied(request.routing_exception)
        try:
            with _request_context(self) as unit:
                answer = self.make_response(super().dispatch_request())
                if answer.status_code >= 400:
                    unit.rollback()
                return answer
        except SystemExit as error:
            # A plugin's: the worker goes on, and the error page says so.
            raise RuntimeError("SystemExit in a request").with_traceback(error.__traceback__) from error
        finally:
            if containment.is_waiting():
                write_down(self.engine)


def _tidied(error: RequestRedirect) -> Any:
    """To the same address with single slashes, by its path alone: the router would put the Host header before it,
    which anybody can write (SEC-34)."""
    parts = urlsplit(error.new_url)
    return redirect(urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, "")), error.code)


def check_routes(app: Flask) -> None:
    """Every route must say who may call it."""
    for rule in app.url_map.iter_rules():
        if not isinstance(getattr(app.view_functions[rule.endpoint], "access", None), Access):
            raise DeclarationError(
                f"Route {rule.rule} ({rule.endpoint}) does not say who may call it: register it with core.web.route."
            )


@contextmanager
def _request_context(app: Application) -> Iterator[Unit]:
    """Identify, check and open everything a view relies on."""
    g.preferences = _anonymous_preferences()
    with ExitStack() as stack:
        unit = stack.enter_context(unit_of_work(app.engine))
        stack.enter_context(use(g.preferences))
        view = app.view_functions.get(request.endpoint or "")
        access: Access = getattr(view, "access", SIGNED_IN)
        identity = _at_home(_identify(unit), access)
        g.identity = identity
        if identity is not None:
            g.preferences = _preferences_of(identity)
            stack.enter_context(use(g.preferences))
        if _stamp(unit, access, identity) != registries.current().stamp:
            refresh(app.engine, with_quarantine=True)
        stack.enter_context(registries.pinned(registries.current()))
        stack.enter_context(acting(identity.actor if identity else ANONYMOUS, origin()))
        if identity is not None:
            note_home(identity.organisation_id, identity.display.region, identity.currency)
        if request.routing_exception is None:
            _refuse_off(access)
            _admit(access, identity)
        yield unit


def _stamp(unit: Unit, access: Access, identity: Identity | None) -> int:
    """The registry's stamp as this request found it. Visitors bring none: only what a plugin shows them asks."""
    if identity is not None:
        return identity.registry_stamp
    return read_stamp(unit.connection) if access.plugin else registries.current().stamp


def _refuse_off(access: Access) -> None:
    """What belongs to a plugin that does not run is not there, whoever asks."""
    if access.plugin and access.plugin not in registries.current().plugins:
        raise NotFound(_("There is no such page."))


def _identify(unit: Unit) -> Identity | None:
    if request.path.startswith(FEEDS):
        return identify_feed(unit.connection, request.args.get("key", ""))
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and given and request.path.startswith(FOR_PROGRAMS):
        token = given.strip()
        if request.path == METRICS and current_app.settings.opens_metrics(token):  # type: ignore[attr-defined]
            g.opens_metrics = True
            return None
        identity = identify_token(unit.connection, token)
        if identity is None:
            raise Unauthenticated(_("This token is not valid. Create a new one in your settings."))
        g.by_token = True
        return identity
    token = request.cookies.get(COOKIE, "")
    return identify_session(unit.connection, token) if token else None


def _at_home(identity: Identity | None, access: Access) -> Identity | None:
    """The same, unless he may not work from this address: then nobody, who may see what is public and nothing else."""
    if identity is None or identity.actor.may_come_from(origin().address):
        return identity
    if not access.public:
        g.turned_away = identity.actor
        raise networks.refusal()
    return None


def _admit(access: Access, identity: Identity | None) -> None:
    if access.by_signature:
        return
    if identity is None and not access.public:
        raise Unauthenticated(_("Log in to continue."))
    if request.method not in SAFE_METHODS and not g.get("by_token", False):
        _check_own_page(identity)
    if access.public or identity is None:
        return
    if identity.must_change_password and identity.token_id is None and not access.is_own_account:
        raise password_due()
    if identity.must_set_up_factor and not _may_go_before_factor(access, identity):
        raise factor_due()
    if identity.actor.read_only and request.method not in SAFE_METHODS and not access.only_reads:
        raise Forbidden(READ_ONLY_TOKEN)
    if access.permission:
        require(access.permission)
    elif access.entity_action:
        arguments = request.view_args or {}
        spec = registries.current().entity(f"{arguments['plugin']}.{arguments['noun']}")
        require(f"{spec.name}.{access.entity_action}")


def _check_own_page(identity: Identity | None) -> None:
    """A browser sends its cookies with forms of any site, so what changes something must show that it is ours:
    by the token of the session, and by what the browser says of where the request comes from (SEC-39).

    Before log-in there is no session: there the form's token must equal a cookie only this site can set.
    """
    if identity is not None:
        expected, sent = identity.csrf_token, request.headers.get("X-CSRFToken") or request.form.get("csrf_token", "")
    else:
        expected, sent = request.cookies.get(LOGIN_COOKIE, ""), request.form.get("csrf_token", "")
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()) or _comes_from_elsewhere():
        raise csrf_refused()


def _comes_from_elsewhere() -> bool:
    """What browsers say and no page can forge. Over plain http only the origin is told; programs tell neither."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    told = request.headers.get("Origin")
    base_url: str = current_app.settings.base_url  # type: ignore[attr-defined]
    return told is not None and urlsplit(told).netloc not in (request.host, urlsplit(base_url).netloc)


def csrf_refused() -> Forbidden:
    error = Forbidden(_("This form is no longer valid. Reload the page and send it again."))
    error.status, error.code = 400, "csrf"
    return error


def password_due() -> Forbidden:
    error = Forbidden(_("Choose a password of your own to go on."))
    error.code = "password_due"
    return error


def _may_go_before_factor(access: Access, identity: Identity) -> bool:
    """A password that has to be changed comes first: the set-up asks for a password of one's own."""
    if identity.token_id is not None:
        return False
    return access.is_factor_set_up or identity.must_change_password and access.is_own_account


def factor_due() -> Forbidden:
    error = Forbidden(_("Set up two-factor authentication to go on."))
    error.code = "factor_due"
    return error


def csrf_token() -> str:
    """The token for forms of this answer; before log-in one that goes with a cookie."""
    identity: Identity | None = g.get("identity")
    if identity is not None:
        return identity.csrf_token
    if "login_token" not in g:
        g.login_token = request.cookies.get(LOGIN_COOKIE) or secrets.token_urlsafe(24)
    token: str = g.login_token
    return token


def form_id() -> str:
    """What makes a form good for one save: posted twice, it gets the first answer (see core.ui.sent_once)."""
    return secrets.token_urlsafe(16)


def origin() -> Origin:
    """Where this request comes from, as the log tells it."""
    channel = "api" if request.path.startswith(FOR_PROGRAMS) else "web"
    return Origin(channel, (request.remote_addr or "")[:64], g.request_id, request.headers.get("User-Agent", "")[:300])


def _anonymous_preferences() -> Preferences:
    asked = request.args.get("lang", "")
    language = (
        asked
        if asked in LANGUAGES
        else best_language([request.cookies.get("diwan_lang", "")], request.headers.get("Accept-Language", ""))
    )
    return Display().preferences(language or DEFAULT.language)


def _preferences_of(identity: Identity) -> Preferences:
    """In the language of `?lang=`, the user's choice, the browser's, the organisation's; a program's header decides.

    Calendar, zone and week are the reader's in any language, and so are digits that he chose himself.
    """
    display, header = identity.display, request.headers.get("Accept-Language", "")
    usual, asked = (
        display.language or DEFAULT.language,
        request.args.get("lang") or request.headers.get("X-Diwan-Language", ""),
    )
    if request.path.startswith(FOR_PROGRAMS):
        return display.preferences(best_language([asked], header, display.chosen_language or usual))
    kept = request.cookies.get("diwan_lang", "")
    return display.preferences(best_language([asked, display.chosen_language, kept], header, usual))


def stream_address() -> str:
    """Where the page of this answer has its stream; empty where there is none."""
    origin = _stream_origin()
    return "" if origin is None else f"{origin}{STREAM}"


def _stream_origin() -> str | None:
    """What stands before the address of streams: nothing behind a proxy, which leads that one address to their process,
    so that they come from where the page came from.

    Without a proxy they have a port of their own, under the name by which the browser came: cookies do not ask for
    the port, and the policy of the answer names it. The Host header tells no more here than to whoever sent it.
    """
    app: Application = current_app  # type: ignore[assignment]
    if not app.stream_port or g.get("identity") is None:
        return None
    if app.settings.trusted_proxies or app.settings.base_url.startswith("https:"):
        return ""
    name = _host_name(request.host)
    return f"http://{name}:{app.stream_port}" if name else None


def is_own_origin(config: Config, port: int, origin: str, host: str) -> bool:
    """Whether pages of this origin are ours, served at `port`, by what a browser says of where it asks (`host`)."""
    base, name = urlsplit(config.base_url), _host_name(host)
    own = {f"{base.scheme}://{base.netloc}"}
    if name:
        own |= {f"http://{name}:{port}", f"http://{name}"} if port == 80 else {f"http://{name}:{port}"}
    return origin in own


def _host_name(host: str) -> str:
    """A Host header without its port; empty for what is no name."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d+)?", host.lower())
    return found[1] if found else ""


def _tiles() -> str:
    """Where maps fetch their pictures, of pages that somebody who is signed in reads."""
    found = maps.origin() if g.get("identity") is not None else ""
    return f" {found}" if found else ""


def secure(answer: Response) -> Response:
    """Headers of every answer: a strict policy with this answer's nonce, no sniffing, no framing, no caching."""
    nonce, asked = g.get("csp_nonce", ""), f"'self' {_stream_origin() or ''}".rstrip()
    headers = answer.headers
    headers.setdefault(
        "Content-Security-Policy",
        (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
            f"img-src 'self' data: blob:{_tiles()}; font-src 'self'; connect-src {asked}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
        ),
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if g.get("request_id"):
        headers["X-Request-Id"] = g.request_id
    if not request.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Cookie")
    if current_app.settings.base_url.startswith("https:"):  # type: ignore[attr-defined]
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "login_token" in g and request.cookies.get(LOGIN_COOKIE) != g.login_token:
        answer.set_cookie(
            LOGIN_COOKIE,
            g.login_token,
            httponly=True,
            samesite="Lax",
            path="/",
            secure=current_app.settings.base_url.startswith("https:"),  # type: ignore[attr-defined]
        )
    return answer


__all__ = [
    "FACTOR_SET_UP",
    "OWN_ACCOUNT",
    "PUBLIC",
    "SIGNED_IN",
    "SIGNED_MESSAGE",
    "Access",
    "Application",
    "HTTPException",
    "check_routes",
    "csrf_token",
    "entity_action",
    "form_id",
    "is_own_origin",
    "origin",
    "route",
    "secure",
    "stream_address",
]
