"""Settings of one installation: environment variables, then `diwan.toml` in the instance folder, then defaults.

The names are those of INTERFACES (`DIWAN_…`, lower case in the file); an unknown one is an error at start,
so that a typing mistake never passes for a default.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from core.errors import DeclarationError

PREFIX = "DIWAN_"
NAMES = frozenset({
    "instance", "database_url", "migration_url", "trusted_proxies", "redis_url",
    "secret_key", "base_url", "smtp_url", "log_format", "plugin_seconds", "metrics_token",
    "backup_public_key", "s3_bucket", "s3_prefix", "s3_endpoint", "s3_region", "s3_key", "s3_secret",
})
# Shorter ones can be guessed.
SHORTEST_TOKEN = 16
# Read by the tool that traces hook calls, not a setting of the installation.
TOLERATED = frozenset({"trace_hooks"})
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class S3Place:
    """A bucket for files. Without an endpoint it is at Amazon; without a key the machine's own role is asked."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings after defaults are filled in. URLs are strings, folders are absolute paths."""

    instance: Path
    database_url: str
    migration_url: str
    secret_key: str
    trusted_proxies: tuple[str, ...] = ()
    redis_url: str = ""
    base_url: str = DEFAULT_BASE_URL
    smtp_url: str = ""
    log_format: str = "text"
    plugin_seconds: int = 30
    metrics_token: str = field(default="", repr=False)
    backup_public_key: str = ""
    s3: S3Place | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_behind_proxy(self) -> bool:
        """Whether requests from this machine may be those of a proxy on it, and so of anybody.

        One that is named, or that has to be there: Diwan itself speaks no HTTPS and is at no other address.
        """
        return bool(self.trusted_proxies) or urlsplit(self.base_url).hostname not in LOOPBACK \
            or self.base_url.startswith("https://")

    def opens_metrics(self, token: str) -> bool:
        """Whether this is the token that is set for /metrics."""
        return bool(self.metrics_token) and hmac.compare_digest(self.metrics_token.encode(), token.encode())

    @property
    def files(self) -> Path:
        """Folder of uploaded and generated files."""
        return self.instance / "files"

    @property
    def backups(self) -> Path:
        """Folder of the backups that are made from pages and by themselves."""
        return self.instance / "backups"

    @property
    def log_archive(self) -> Path:
        """Folder of what has left the audit log."""
        return self.instance / "log-archive"


def load(environment: Mapping[str, str] | None = None, instance: Path | None = None,
         served_at: str = DEFAULT_BASE_URL) -> Config:  # fmt: skip
    """The configuration of `instance`; makes the folder (0700) and the secret key when they are missing.

    Links begin with `served_at` where no address is set.
    """
    environment = os.environ if environment is None else environment
    given = _from_environment(environment)
    folder = Path(instance or given.get("instance") or "instance").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = {**_from_file(folder / "diwan.toml"), **given}
    database_url = _database_url(values.get("database_url", ""), folder)
    log_format = values.get("log_format", "text")
    if log_format not in ("text", "json"):
        raise DeclarationError(f"DIWAN_LOG_FORMAT is {log_format!r}; it must be text or json.")
    return Config(
        instance=folder,
        database_url=database_url,
        migration_url=_database_url(values.get("migration_url", "") or database_url, folder),
        secret_key=values.get("secret_key") or _stored_secret(folder / "secret_key"),
        trusted_proxies=_addresses(values.get("trusted_proxies", "")),
        redis_url=_url("redis_url", values.get("redis_url", ""), "redis://", "rediss://"),
        base_url=_url("base_url", values.get("base_url", served_at), "http://", "https://").rstrip("/"),
        smtp_url=_url("smtp_url", values.get("smtp_url", ""), "smtp://", "smtps://"),
        log_format=log_format,
        plugin_seconds=_seconds(values.get("plugin_seconds", "30")),
        metrics_token=_token(values.get("metrics_token", "").strip()),
        backup_public_key=values.get("backup_public_key", "").strip(),
        s3=_s3_place({name[3:]: value for name, value in values.items() if name.startswith("s3_") and value}),
    )


def _s3_place(given: Mapping[str, str]) -> S3Place | None:
    """Refused when only a part of it is said: files would lie where nobody looks for them."""
    if not given:
        return None
    if "bucket" not in given:
        raise DeclarationError("DIWAN_S3_BUCKET is missing, while other settings of S3 are there.")
    if ("key" in given) != ("secret" in given):
        raise DeclarationError("DIWAN_S3_KEY and DIWAN_S3_SECRET belong together; one of them is missing.")
    if not given.get("endpoint", "https://").startswith(("https://", "http://")):
        raise DeclarationError("DIWAN_S3_ENDPOINT must begin with https:// or http://.")
    return S3Place(**{**given, "prefix": given.get("prefix", "").strip("/")})


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 3600):
        raise DeclarationError(f"DIWAN_PLUGIN_SECONDS is {text!r}; it must be a number of seconds from 1 to 3600.")
    return int(text)


def _token(text: str) -> str:
    if text and not (text.isascii() and text.isprintable() and " " not in text and len(text) >= SHORTEST_TOKEN):
        raise DeclarationError(f"DIWAN_METRICS_TOKEN must be at least {SHORTEST_TOKEN} letters, digits and signs "
                               "without spaces.")
    return text


def _url(name: str, url: str, *beginnings: str) -> str:
    """A wrong address is found at the start, not at the first mail. It may hold a password: the message omits it."""
    try:
        parts = urlsplit(url)
        is_right = not url or (url.startswith(beginnings) and parts.hostname and parts.port != 0)
    except ValueError:
        is_right = False
    if not is_right:
        raise DeclarationError(f"{PREFIX}{name.upper()} must begin with {' or '.join(beginnings)} and name a host.")
    return url


def _addresses(text: str) -> tuple[str, ...]:
    """The addresses of proxies as the server writes them; a name or a network would never match one."""
    try:
        return tuple(str(ipaddress.ip_address(part.strip())) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise DeclarationError(f"DIWAN_TRUSTED_PROXIES must be addresses such as 127.0.0.1: {error}.") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    found = {name[len(PREFIX):].lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    _refuse_unknown(found, "the environment")
    return {name: value for name, value in found.items() if name in NAMES}


def _from_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{path.name} cannot be read: {error}") from error
    found = {name.removeprefix(PREFIX).lower(): value for name, value in found.items()}
    _refuse_unknown(found, path.name)
    return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in found.items()}


def _refuse_unknown(found: Mapping[str, object], place: str) -> None:
    unknown = sorted(set(found) - NAMES - TOLERATED)
    if unknown:
        known = ", ".join(sorted(PREFIX + name.upper() for name in NAMES))
        raise DeclarationError(f"Unknown setting {PREFIX}{unknown[0].upper()} in {place}. Known are: {known}.")


def _database_url(url: str, folder: Path) -> str:
    """PostgreSQL always through psycopg 3; SQLite defaults to a file in the instance folder."""
    if not url:
        return f"sqlite:///{folder / 'diwan.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url[len(prefix):]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise DeclarationError("DIWAN_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    try:
        sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # Without the address itself, which may hold a password.
        raise DeclarationError("The address in DIWAN_DATABASE_URL or DIWAN_MIGRATION_URL cannot be read.") from None
    return url


def _stored_secret(path: Path) -> str:
    """The key made at the first start; the file is created exclusively so that two starts agree on one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
