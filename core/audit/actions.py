"""The names of acts in the log, and how they read. A plugin's own acts (convert, win, issue …) keep their names.

An act on a record carries the record's entity and id. What concerns no single record carries the entity of its
subject: `core.user` for logging in and out, passwords and tokens, `core.role`, `core.setting`, `core.plugin`,
`core.instance` for backup and restore, `core.audit` for the log itself, and the listed entity for exports and
imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.language.i18n import _
from core.registry import current

ACTIONS: Mapping[str, Any] = MappingProxyType({
    # Records.
    "create": _("Created", context="audit"),
    "update": _("Changed", context="audit"),
    "delete": _("Moved to trash", context="audit"),
    "restore": _("Restored from trash", context="audit"),
    "open_record": _("Opened", context="audit"),
    "purge": _("Deleted permanently", context="audit"),
    "retire": _("Retired", context="audit"),
    "reindex": _("Index built again", context="audit"),
    "erase": _("Personal data erased", context="audit"),
    # Many records at once.
    "import": _("Imported", context="audit"),
    "upload": _("Uploaded", context="audit"),
    "download": _("Downloaded", context="audit"),
    "attach": _("File attached", context="audit"),
    "rename_file": _("File renamed", context="audit"),
    "detach": _("File deleted", context="audit"),
    "restore_file": _("File restored", context="audit"),
    "undo_import": _("Import undone", context="audit"),
    "mass_change": _("Many records changed", context="audit"),
    "mass_delete": _("Many records deleted", context="audit"),
    "undo_mass": _("Change of many records undone", context="audit"),
    "hand_over": _("Records handed over", context="audit"),
    "undo_hand_over": _("Handing over undone", context="audit"),
    "merge": _("Merged", context="audit"),
    "undo_merge": _("Merge undone", context="audit"),
    "tell_apart": _("Said to be no duplicate", context="audit"),
    "undo_tell_apart": _("May be a duplicate again", context="audit"),
    "export": _("Exported", context="audit"),
    "ask_export": _("Export asked for", context="audit"),
    # Signing in.
    "login": _("Logged in", context="audit"),
    "login_linked": _("Linked for single sign-on", context="audit"),
    "login_failed": _("Log-in failed", context="audit"),
    "network_refused": _("Network not allowed", context="audit"),
    "logout": _("Logged out", context="audit"),
    "denied": _("Access denied", context="audit"),
    "password_change": _("Password changed", context="audit"),
    "password_set": _("Password reset", context="audit"),
    "reset_asked": _("Link for a new password asked for", context="audit"),
    "reset_done": _("Password chosen by a mailed link", context="audit"),
    "invite": _("Invited by email", context="audit"),
    "login_locked": _("Log-in locked", context="audit"),
    "login_unlocked": _("Log-in unlocked", context="audit"),
    "factor_failed": _("Second step failed", context="audit"),
    "factor_on": _("Second factor turned on", context="audit"),
    "factor_off": _("Second factor turned off", context="audit"),
    "factor_reset": _("Second factor reset", context="audit"),
    "recovery_code": _("Recovery code used", context="audit"),
    "recovery_renew": _("New recovery codes made", context="audit"),
    "session_end": _("Session ended", context="audit"),
    "sessions_end": _("Logged out everywhere", context="audit"),
    "token_create": _("Token created", context="audit"),
    "token_use": _("Token used for the first time", context="audit"),
    "token_revoke": _("Token revoked", context="audit"),
    "rights_change": _("Permissions changed", context="audit"),
    # The chat, of which the log has no texts.
    "chat_begin": _("Conversation begun", context="audit"),
    "chat_join": _("Added to a group", context="audit"),
    "chat_rename": _("Group renamed", context="audit"),
    "chat_leave": _("Left a group", context="audit"),
    "chat_remove": _("Taken out of a group", context="audit"),
    "chat_message": _("Message written", context="audit"),
    "chat_delete": _("Message deleted", context="audit"),
    # Jobs and mails.
    "retry": _("Retried", context="audit"),
    "cancel": _("Cancelled", context="audit"),
    "resend": _("Sent again", context="audit"),
    "discard": _("Discarded", context="audit"),
    "mark_sent": _("Marked as sent", context="audit"),
    "read_mail": _("Private mail read", context="audit"),
    # The installation.
    "setting": _("Setting changed", context="audit"),
    "setup": _("First set-up done", context="audit"),
    "setup_skip": _("First set-up skipped", context="audit"),
    "enable": _("Turned on", context="audit"),
    "disable": _("Turned off", context="audit"),
    "remove": _("Data removed for good", context="audit"),
    "migrate": _("Upgraded", context="audit"),
    "ask_backup": _("Backup asked for", context="audit"),
    "backup": _("Backed up", context="audit"),
    "restore_backup": _("Backup restored", context="audit"),
    "read_log": _("Audit log read", context="audit"),
    "verify_log": _("Audit log verified", context="audit"),
    "shorten_log": _("Texts of old entries deleted", context="audit"),
    "archive_log": _("Old part of the audit log archived", context="audit"),
})  # fmt: skip


#: What is done with a record's files; in its timeline they stand as entries of their own.
ABOUT_FILES = ("attach", "rename_file", "detach", "restore_file")

#: Acts around signing in and rights, which not everybody may know of who may see the person's record.
ABOUT_ACCOUNTS = (
    "login", "login_linked", "login_failed", "network_refused", "logout", "denied", "password_change", "password_set",
    "sessions_end", "token_create", "token_revoke", "rights_change",
)  # fmt: skip


#: Kinds of entries that may be kept for a shorter time than the log: about signing in and rights, and about looking.
SECURITY = (
    *ABOUT_ACCOUNTS, "reset_asked", "reset_done", "invite", "login_locked", "login_unlocked", "factor_failed",
    "factor_on", "factor_off", "factor_reset", "recovery_code", "recovery_renew", "session_end", "token_use",
)  # fmt: skip
LOOKING = ("open_record", "read_log")


def action_label(name: str, entity: str = "") -> Any:
    """How an act reads: as its verb where a plugin has added one, else the name itself for what has no label here."""
    verb = current().derived.actions.get((entity, name))
    return ACTIONS.get(name) or (verb.label if verb else name)
