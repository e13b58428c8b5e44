"""Logging in with an account that another program keeps, by OpenID Connect: the authorization code with PKCE.

Authlib makes the requests and reads the claims, joserfc checks the signature against the provider's published keys.
All that is asked goes through `core.outbound`, so that neither the provider nor what it points to leads into this
network, but for the provider's own host, which an administrator has named.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from core import outbound
from core.errors import DiwanError, Invalid
from core.language.i18n import _

SCOPE = "openid email profile"
PUBLISHED_AT = "/.well-known/openid-configuration"
#: Signed with a key that only the provider has: not unsigned, nor with the secret that it shares with us.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
#: How long a provider's addresses and keys are kept; keys it has changed are asked for at once.
KEPT = 600.0
#: Seconds by which clocks may differ.
LEEWAY = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

#: What a token says that tells of the end of a session, and how old it may be.
ENDED = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_AGE = 300

#: For so long a provider that has not answered is not asked again: each try would hold a visitor's place.
SILENT = 10.0

_known: dict[str, tuple[float, Mapping[str, Any]]] = {}
_silent: dict[str, float] = {}


class Untrusted(DiwanError):
    """The provider does not answer, or not with what proves who somebody is."""

    status = 400
    code = "untrusted"


class Silent(Untrusted):
    """Nobody answers there, or nobody did a moment ago."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the accounts are kept, and as whom we ask there. Without a secret PKCE alone protects the code."""

    issuer: str
    client_id: str
    client_secret: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """What has to come back, or to be shown, for the log-in that was begun in one browser."""

    issuer: str
    state: str
    nonce: str
    verifier: str

    def as_facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is at the provider. Only a verified address is his. `session` is the provider's own name for the
    session there, if it tells one; with `id_token` it can be asked to end it."""

    subject: str
    email: str
    is_verified: bool
    name: str
    session: str = ""
    id_token: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """Whose sessions have ended at the provider: all of a subject's, or the one that it calls so; at least one is
    said."""

    subject: str
    session: str


def check_issuer(text: str) -> str:
    """The address of a provider as it is kept; Invalid for what cannot be one."""
    issuer = text.strip().rstrip("/")
    outbound.read(issuer)
    if urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise Invalid(_("This is no web address that can be called."))
    _refuse_open_line(issuer)
    return issuer


def begin(provider: Provider, return_to: str, language: str) -> tuple[str, Begun]:
    """The address to send the browser to, and what to keep until it comes back. Untrusted when nobody answers."""
    begun = Begun(provider.issuer, generate_token(43), generate_token(43), generate_token(64))
    address, _state = _client(provider, return_to).create_authorization_url(
        discover(provider.issuer)["authorization_endpoint"], state=begun.state, code_verifier=begun.verifier,
        nonce=begun.nonce, ui_locales=language)  # fmt: skip
    return address, begun


def finish(provider: Provider, begun: Begun, return_to: str, answer: Mapping[str, str]) -> Person:
    """Who has logged in there, by what the browser brought back. Untrusted for anything that does not fit."""
    known = discover(provider.issuer)
    fits = answer.get("state") == begun.state and begun.issuer == provider.issuer and bool(answer.get("code"))
    # One that says it names itself in its answers does so: otherwise another's answer could pass for it.
    unnamed = "" if known.get("authorization_response_iss_parameter_supported") is True else known["issuer"]
    if not fits or answer.get("iss", unnamed) != known["issuer"]:
        raise Untrusted(FAILED)
    try:
        token = _client(provider, return_to).fetch_token(
            known["token_endpoint"], grant_type="authorization_code", code=answer["code"],
            code_verifier=begun.verifier)  # fmt: skip
        claims = _claims(provider, known, token, begun.nonce)
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        raise Untrusted(FAILED) from error
    if "email" not in claims and known.get("userinfo_endpoint") and token.get("access_token"):
        claims = {**claims, **_userinfo(provider.issuer, known["userinfo_endpoint"], token, claims["sub"])}
    email = str(claims.get("email") or "").strip().lower()
    name = str(claims.get("name") or claims.get("preferred_username") or email)
    # Microsoft Entra says with a claim of its own that the address is of a domain its organisation has shown to own.
    is_verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, "1")
    return Person(str(claims["sub"]), email, is_verified, name[:200], _short(claims.get("sid")), token["id_token"])


def way_out(provider: Provider, id_token: str, return_to: str, language: str) -> str:
    """Where a browser goes to log out at the provider; empty where it has no such page. Untrusted when nobody answers.

    The token tells whose session it is, so that nobody is asked; without it the provider asks.
    """
    place = str(discover(provider.issuer).get("end_session_endpoint") or "")
    if not place:
        return ""
    try:
        _refuse_open_line(place)
    except Invalid:
        return ""
    said = {"id_token_hint": id_token, "client_id": provider.client_id, "post_logout_redirect_uri": return_to,
            "ui_locales": language}  # fmt: skip
    return str(add_params_to_uri(place, [(name, value) for name, value in said.items() if value]))


def read_ended(provider: Provider, logout_token: str) -> Ended:
    """Which sessions a provider says, by a token it has signed, have ended there (OpenID Connect Back-Channel Logout).

    Untrusted for anything else that it signs: neither an id token nor one for somebody else ends a session.
    """
    known = discover(provider.issuer)
    try:
        read = _decoded(provider, known, logout_token, SILENT)
        told, now = read.claims, time.time()
        audience = told["aud"] if isinstance(told["aud"], list) else [told["aud"]]
        fits = told["iss"] == known["issuer"] and provider.client_id in audience and "nonce" not in told \
            and isinstance(told["events"], dict) and ENDED in told["events"] and abs(now - told["iat"]) <= LONGEST_AGE \
            and told.get("exp", now) >= now - LEEWAY
        ended = Ended(_short(told.get("sub")), _short(told.get("sid")))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Untrusted(FAILED) from error
    if not fits or not (ended.subject or ended.session):
        raise Untrusted(FAILED)
    return ended


def discover(issuer: str) -> Mapping[str, Any]:
    """What a provider publishes of itself; Untrusted when it does not call itself by the address it was asked at."""
    kept = _known.get(issuer)
    if kept is not None and time.monotonic() - kept[0] < KEPT:
        return kept[1]
    if time.monotonic() - _silent.get(issuer, -SILENT) < SILENT:
        raise Silent(_("The provider of accounts does not answer."))
    try:
        found = _described(issuer)
    except Untrusted:
        _silent[issuer] = time.monotonic()
        raise
    _known[issuer] = (time.monotonic(), found)
    return found


def _described(issuer: str) -> Mapping[str, Any]:
    found = _ask(issuer, f"{issuer}{PUBLISHED_AT}")
    if str(found.get("issuer", "")).rstrip("/") != issuer or any(not found.get(name) for name in ENDPOINTS):
        raise Untrusted(_("There is no provider of accounts at this address."))
    try:
        for name in ENDPOINTS:
            _refuse_open_line(str(found[name]))
    except Invalid as error:
        raise Untrusted(error.message) from error
    return found


FAILED = _("The log-in there did not work. Try again.")


def _claims(provider: Provider, known: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of the id token, once signature, issuer, audience, times and nonce hold."""
    read = _decoded(provider, known, token["id_token"])
    claims = CodeIDToken(
        read.claims, read.header,
        {"iss": {"essential": True, "value": known["issuer"]}, "aud": {"essential": True, "value": provider.client_id}},
        {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")})  # fmt: skip
    claims.validate(leeway=LEEWAY)
    if not isinstance(claims.get("sub"), str) or not claims["sub"] or len(claims["sub"]) > 255:
        raise ValueError("no subject")
    return dict(claims)


def _decoded(provider: Provider, known: Mapping[str, Any], text: str, key_age: float = 0.0) -> jwt.Token:
    """What a token says, once its signature holds. For a key that is not known the keys are asked for anew, unless they
    are younger than `key_age`: anybody can send a token with a key that nobody has."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        return jwt.decode(text, _keys(provider.issuer, known), registry=registry)
    except InvalidKeyIdError:
        # It has changed its keys since we asked.
        return jwt.decode(text, _keys(provider.issuer, known, key_age), registry=registry)


def _short(text: Any) -> str:
    """A name that the provider gives something; empty for what is none, or too long to be kept."""
    return text if isinstance(text, str) and len(text) <= 255 else ""


def _keys(issuer: str, known: Mapping[str, Any], most: float = KEPT) -> KeySet:
    place = f"{issuer} keys"
    kept = _known.get(place)
    if kept is None or time.monotonic() - kept[0] >= most:
        kept = _known[place] = (time.monotonic(), _ask(issuer, str(known["jwks_uri"])))
    return KeySet.import_key_set(dict(kept[1]))  # type: ignore[arg-type]


def _userinfo(issuer: str, address: str, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
    """Some providers tell the address only here; it counts for the same subject alone."""
    found = _ask(issuer, address, {"Authorization": f"Bearer {token['access_token']}"})
    return {name: found[name] for name in ("email", "email_verified", "name") if name in found} \
        if found.get("sub") == subject else {}


def _client(provider: Provider, return_to: str) -> OAuth2Client:
    known = discover(provider.issuer)
    ways = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "none" if not provider.client_secret else \
        "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    return OAuth2Client(
        _Session(provider.issuer), provider.client_id, provider.client_secret or None, scope=SCOPE,
        token_endpoint_auth_method=way, redirect_uri=return_to, code_challenge_method="S256")  # fmt: skip


class _Session:
    """What Authlib asks with, in place of a client of its own."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> _Answer:
        address, given, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Answer(_exchange(self._issuer, "POST", address, given, body.encode()))


class _Answer:
    """An answer as Authlib reads it."""

    def __init__(self, found: outbound.Answer) -> None:
        self.status_code, self._body = found.status, found.body

    def json(self) -> Any:
        return orjson.loads(self._body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise Untrusted(FAILED)


def _ask(issuer: str, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The JSON object at an address of the provider."""
    found = _exchange(issuer, "GET", address, {"Accept": "application/json", **(headers or {})})
    try:
        told = orjson.loads(found.body) if found.status == 200 else None
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise Untrusted(_("There is no provider of accounts at this address."))
    return told


def _exchange(
    issuer: str, method: str, address: str, headers: Mapping[str, str], body: bytes | None = None
) -> outbound.Answer:
    try:
        target = outbound.resolve(outbound.read(address), {outbound.read(issuer).host})
        return outbound.exchange(target, method, headers, body)
    except (Invalid, outbound.Unreachable) as error:
        raise Silent(_("The provider of accounts does not answer: {reason}", reason=str(error.message))) from error


def _refuse_open_line(address: str) -> None:
    """Over plain http anybody on the way could be anybody; on this machine there is no way."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        raise Invalid(_("The address has to begin with https://."))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
