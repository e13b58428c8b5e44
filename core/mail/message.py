"""A mail of the outbox as it goes over the wire. It is the same however often it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from core.config import Config
from core.registry import settings

#: Which installation a mail came from, so that it does not answer itself (REL-16).
LOOP_HEADER = "X-Diwan-Loop"


def compose(row: Mapping[str, Any], config: Config) -> EmailMessage:
    """Text, and where there is one the HTML beside it."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = row["message_id"]
    message["Date"] = format_datetime(row["created_at"])
    message["From"] = sender(config)
    message["To"] = [_mailbox(one) for one in row["recipients"]]
    if row["reply_to"]:
        message["Reply-To"] = row["reply_to"]
    message["Subject"] = row["subject"]
    message["Content-Language"] = row["language"]
    # Machines do not answer what a machine has written.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message[LOOP_HEADER] = loop_mark(config)
    message.set_content(row["text"], charset="utf-8")
    if row["html"]:
        message.add_alternative(row["html"], subtype="html", charset="utf-8")
    return message


def message_id(token: str, config: Config) -> str:
    return f"<{token}@{_host(config)}>"


def sender(config: Config) -> Address:
    """The address in the settings, else the account of the mail server, else one of this site."""
    account = urlsplit(config.smtp_url).username or ""
    address = settings("core.mail_from") or (account.replace("%40", "@") if "%40" in account else "")
    return Address(display_name=settings("core.mail_from_name") or "Diwan",
                   addr_spec=address or f"no-reply@{_host(config)}")


def loop_mark(config: Config) -> str:
    """A name of this installation that gives nothing of its key away."""
    return hashlib.sha256(f"mail loop {config.secret_key}".encode()).hexdigest()[:32]


def _host(config: Config) -> str:
    host = urlsplit(config.base_url).hostname or "localhost"
    return f"[{host}]" if host.replace(".", "").isdigit() else host


def _mailbox(recipient: Mapping[str, str]) -> Address:
    return Address(display_name=recipient["name"], addr_spec=recipient["address"])
