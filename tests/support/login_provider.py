"""A provider of accounts that listens on loopback: Authlib's own authorization server, with PKCE, nonce and discovery.

Who is logged in there is `person`; `spoil` changes the id token that it hands out, to see what is refused.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeGrant, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "diwan", "a secret of the provider's"


@dataclass
class _Code:
    """An authorization code, as Authlib wants to read it."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Client(ClientMixin):  # type: ignore[misc]
    def __init__(self, return_to: str) -> None:
        self.return_to = return_to

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.return_to

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.return_to

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class LoginProvider:
    """The provider as a test sees it. `asked` are the queries that browsers came with, newest last."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda claims: claims)
    #: Its own key, and in place of it the one that signs.
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    algorithm: str = "RS256"
    signs: Any = None
    asked: list[dict[str, str]] = field(default_factory=list)
    published: list[RSAKey] = field(default_factory=list)
    #: With what browsers came to log out there, newest last.
    left: list[dict[str, str]] = field(default_factory=list)

    def logout_token(self, **changed: Any) -> str:
        """What it sends when a session there has ended; None leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "jti": "j", "sub": self.person["sub"],
                  "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **changed}
        return _signed(self, {name: value for name, value in claims.items() if value is not None})


@contextmanager
def login_provider(return_to: str) -> Iterator[LoginProvider]:
    """Serve until the body ends; it sends browsers back to `return_to` alone."""
    provider = LoginProvider()
    provider.published.append(provider.key)
    server = make_server("127.0.0.1", 0, _application(provider, return_to), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _signed(provider: LoginProvider, claims: dict[str, Any]) -> str:
    key = provider.signs or provider.key
    head = {"alg": provider.algorithm, "kid": key.kid}
    if provider.algorithm == "none":
        parts = (json.dumps(part).encode() for part in (head, claims))
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
    return jwt.encode(head, claims, key, algorithms=[provider.algorithm])


def _server(app: Flask, provider: LoginProvider, client: _Client) -> AuthorizationServer:
    """Authlib's, which keeps its codes here and knows one client."""
    codes: dict[str, _Code] = {}

    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, asked: Any) -> None:
            sent = request.args
            codes[code] = _Code(code, sent["redirect_uri"], sent["scope"], sent.get("nonce"),
                                sent.get("code_challenge"), sent.get("code_challenge_method"))  # fmt: skip

        def query_authorization_code(self, code: str, _client: Any) -> Any:
            return codes.get(code)

        def delete_authorization_code(self, authorization_code: Any) -> None:
            del codes[authorization_code.code]

        def authenticate_user(self, _code: Any) -> Any:
            return provider.person

    class IdToken(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, _nonce: str, _request: Any) -> bool:
            return False

        def get_jwt_config(self, *_grant: Any) -> dict[str, Any]:
            return {"key": provider.key.as_dict(private=True), "alg": "RS256", "iss": provider.issuer, "exp": 300}

        def generate_user_info(self, user: Any, _scope: str) -> Any:
            return UserInfo(user)

    server = AuthorizationServer(app, query_client=lambda name: client if name == CLIENT else None,
                                 save_token=lambda _token, _request: None)  # fmt: skip
    server.register_grant(Grant, [CodeChallenge(required=True), IdToken(require_nonce=True)])
    return server


def _application(provider: LoginProvider, return_to: str) -> Flask:
    app = Flask(__name__)
    server = _server(app, provider, _Client(return_to))

    @app.get("/.well-known/openid-configuration")
    def describe() -> Any:
        return jsonify({
            "issuer": provider.issuer, "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token", "jwks_uri": f"{provider.issuer}/keys",
            "end_session_endpoint": f"{provider.issuer}/end", "backchannel_logout_supported": True,
            "id_token_signing_alg_values_supported": ["RS256"],
        })  # fmt: skip

    @app.get("/keys")
    def keys() -> Any:
        return jsonify({"keys": [key.as_dict(private=False) for key in provider.published]})

    @app.get("/authorize")
    def authorize() -> Any:
        provider.asked.append(dict(request.args))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return server.create_authorization_response(grant_user=provider.person)

    @app.get("/end")
    def end_session() -> Any:
        """Back to where it is told, if the token is one of its own."""
        asked = dict(request.args)
        assert jwt.decode(asked["id_token_hint"], provider.key).claims["aud"] in (CLIENT, [CLIENT])
        provider.left.append(asked)
        return redirect(asked["post_logout_redirect_uri"])

    @app.post("/token")
    def token() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = server.create_token_response()
        told = answer.get_json()
        if "id_token" in told:
            claims = provider.spoil(dict(jwt.decode(told["id_token"], provider.key).claims))
            told["id_token"] = _signed(provider, claims)
            answer.set_data(app.json.dumps(told))
        return answer

    return app
