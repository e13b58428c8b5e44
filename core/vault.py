"""Secrets at rest: sealed with keys that follow from the installation's secret key, which no backup holds.

Each purpose has a key of its own, so that what was sealed for one cannot be opened as another. Whoever gets the
database alone can read none of it; with another secret key it is lost, and has to be set up anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals and opens texts with the keys of one installation."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key

    def seal(self, purpose: str, text: str) -> str:
        """`text`, encrypted and protected against changes, as ASCII."""
        return self._box(purpose).encrypt(text.encode("utf-8")).decode("ascii")

    def unseal(self, purpose: str, sealed: str) -> str | None:
        """The text; None when it was sealed for another purpose, by another key, or changed since."""
        return self._open(purpose, sealed, None)

    def ticket(self, purpose: str, facts: dict[str, Any]) -> str:
        """Facts for a browser to carry, which it can neither read nor change."""
        return self.seal(purpose, json.dumps(facts, separators=(",", ":")))

    def facts(self, purpose: str, ticket: str, seconds: int) -> dict[str, Any] | None:
        """What a ticket carries, unless it is older than `seconds` or none of ours."""
        text = self._open(purpose, ticket, seconds) if ticket else None
        found: dict[str, Any] | None = json.loads(text) if text is not None else None
        return found

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash: it cannot be searched by trying without the secret key."""
        key = _key(self._secret_key, purpose)
        return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()

    def _box(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(_key(self._secret_key, purpose)))

    def _open(self, purpose: str, sealed: str, seconds: int | None) -> str | None:
        try:
            return self._box(purpose).decrypt(sealed.encode("utf-8"), ttl=seconds).decode("utf-8")
        except InvalidToken:
            return None


@lru_cache(maxsize=64)
def _key(secret_key: str, purpose: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"diwan {purpose}".encode())
    return derived.derive(secret_key.encode("utf-8"))
