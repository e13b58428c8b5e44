"""Feedback as an entity: its list, its page and the API follow from this declaration."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.auth.models import LANGUAGES
from core.entity import fields
from core.entity.base import Entity
from core.entity.spec import Choice, Meta
from core.language.i18n import _

KINDS = (
    Choice("problem", _("Problem"), hue="red"),
    Choice("idea", _("Idea"), hue="violet"),
    Choice("question", _("Question"), hue="blue"),
)
STATES = (
    Choice("new", _("New", context="feedback"), hue="blue"),
    Choice("seen", _("Seen", context="feedback"), hue="amber"),
    Choice("done", _("Done", context="feedback"), hue="green"),
)
LONGEST, LONGEST_PATH = 5_000, 300


class Feedback(Entity):
    """What a user wrote, who and when, on which page, in which language and in how large a window."""

    __entity__ = "core.feedback"
    __meta__ = Meta(
        _("Feedback"),
        _("Feedback from users"),
        title="text",
        icon="message",
        customizable=False,
        list=("text", "kind", "status", "created_by_id", "path", "created_at"),
        sort="-created_at",
        erased_with=("created_by_id",),
        sections=((_("Feedback"), "text kind status answer"), (_("Where"), "path language window_size")),
    )

    text: Mapped[str] = fields.note(_("Text"), required=True, max_length=LONGEST, search=10)
    kind: Mapped[str] = fields.choice(_("Kind"), KINDS, default="problem", required=True, filter=True, fixed=True)
    status: Mapped[str] = fields.choice(_("Status"), STATES, default="new", required=True, filter=True, fixed=True)
    answer: Mapped[str | None] = fields.note(_("What came of it"), max_length=LONGEST)
    path: Mapped[str | None] = fields.code(_("Page"), readonly=True, max_length=LONGEST_PATH, filter=True)
    language: Mapped[str | None] = fields.choice(_("Language"), LANGUAGES, readonly=True, filter=True, fixed=True)
    window_size: Mapped[str | None] = fields.code(_("Window"), readonly=True, max_length=20)
