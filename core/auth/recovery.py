"""Getting back in: a link by mail for whoever forgot the password, or has none yet.

Asking costs the same and says the same for every address, known or not (SEC-37): the request only asks for a job,
which looks whether there is such a user. A second factor is still asked for afterwards (SEC-36).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.actor import Origin, acting
from core.audit import listener
from core.auth import login, mail_links, notices, passwords, throttle
from core.auth.accounts import take_care_of
from core.auth.actors import load_actor
from core.auth.mail_links import INVITE, RESET
from core.auth.models import User
from core.auth.throttle import Attempt
from core.db import unit
from core.declarations import Job
from core.errors import Invalid, NotFound
from core.jobs import queue
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl

JOB = "core.mail_reset_link"


def ask(email: str, origin: Origin) -> None:
    """Let a link be mailed if there is such a user. TooMany for an address, or from one, asked for too often
    (SEC-46)."""
    email = email.strip().lower()[:254]
    throttle.attempt(unit().engine, Attempt(RESET, email, origin.address))
    listener.record("core.user", None, email if "@" in email else "", "reset_asked", {})
    queue.enqueue(JOB, {"email": email})


def choose_password(token: str, password: str, origin: Origin) -> None:
    """Give the password that a link allows to choose; NotFound when it is void, Invalid on `new_password`.

    The lock that wrong tries have left is lifted: whoever reads the mail is the owner.
    """
    found = mail_links.use_up(token)
    actor = load_actor(unit().connection, found.user_id) if found is not None else None
    if found is None or actor is None:
        raise NotFound(VOID)
    passwords.set_password(found.user_id, password, field="new_password")
    throttle.unlock(login.attempts_of(found.user_id, found.email))
    with acting(actor, origin):
        listener.record("core.user", found.user_id, actor.name, "reset_done", {})
        if found.purpose == RESET:
            notices.password_changed(found.user_id)


def invite(user_id: int, base_url: str) -> None:
    """Mail a user the link to a first password of his own."""
    stored = take_care_of(user_id)
    if stored["kind"] == "program":
        raise Invalid(_("Programs log in with a token and have no password."))
    notices.invitation(user_id, mail_links.make(user_id, INVITE, base_url))
    listener.record("core.user", user_id, stored["name"], "invite", {})


VOID = _("This link is no longer valid: it was used, it is too old, or the account has changed since.")


def _mail_link(context: Any) -> None:
    """Only people who log in with a password: nobody gets one by this who never had one."""
    wanted = sa.and_(User.email == context.arguments["email"], User.active, User.deleted_at.is_(None))
    user_id = unit().execute(sa.select(User.id).where(wanted)).scalar()
    if user_id is not None and passwords.has_one(user_id):
        notices.reset_link(user_id, mail_links.make(user_id, RESET, context.settings.base_url))


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, _mail_link, label=_("Mail a link for a new password"), as_system=True)]
