"""The public surface for plugins: what is not here is private. Only re-exports; never imported inside the kernel."""

from sqlalchemy.orm import Mapped

from core import jobs, mail, records
from core.access import PUBLIC, SIGNED_IN, route
from core.actor import actor as current_user
from core.among import among
from core.auth.viewers import team_members, who_may_see
from core.db import unit
from core.declarations import (
    Action,
    AddedField,
    Belonging,
    CardLine,
    ComputedField,
    Figure,
    FigureValue,
    Filter,
    FirstStep,
    FormScreen,
    GoTo,
    Job,
    ListScreen,
    MenuItem,
    NoticeKind,
    Permission,
    RecordScreen,
    RecordTable,
    RelatedList,
    Report,
    Setting,
    SlotContext,
    TabForm,
    TemplatePage,
    TemplatePanel,
    TemplatePart,
    TourStep,
    Widget,
)
from core.derive.settings import setting_choice, setting_choices, setting_flag, setting_text
from core.entity import fields
from core.entity.base import Entity
from core.entity.spec import CalendarDates, Choice, FieldSpec, Meta, Party
from core.entity.types import FieldError, FieldType
from core.entity.whole_day import day_or_moment
from core.errors import Conflict, DiwanError, Forbidden, Invalid, NotFound
from core.gathered import gathered
from core.home import home_country
from core.language import calendars, identifiers
from core.language.i18n import _, ngettext
from core.language.i18n import current as reader
from core.language.phones import format_phone
from core.language.text import compact_key, search_key
from core.language.timezones import local
from core.notify.giving import tell_given
from core.notify.telling import notify
from core.permissions import can, permitted, readable, scoped
from core.plugin.hookspecs import hookimpl, hookspec
from core.plugin.manifest import Manifest
from core.query import titles
from core.records import Change
from core.registry import entity_spec, settings
from core.signals import declare, emit, on
from core.timeline import TimelineAsked, TimelineItem, TimelineSource
from core.worktime.reading import working_time
from core.worktime.times import WorkingTime

__all__ = [
    "PUBLIC", "SIGNED_IN", "Action", "AddedField", "Belonging", "CalendarDates", "CardLine", "Change", "Choice",
    "ComputedField", "Conflict", "DiwanError", "Entity", "FieldError", "FieldSpec", "FieldType", "Figure",
    "FigureValue", "Filter", "FirstStep", "Forbidden", "FormScreen", "GoTo", "Invalid", "Job", "ListScreen", "Manifest",
    "Mapped", "MenuItem", "Meta", "NotFound", "NoticeKind", "Party", "Permission", "RecordScreen", "RecordTable",
    "RelatedList", "Report", "Setting", "SlotContext", "TabForm", "TemplatePage", "TemplatePanel", "TemplatePart",
    "TimelineAsked", "TimelineItem", "TimelineSource", "TourStep", "Widget", "WorkingTime", "_", "among", "calendars",
    "can", "compact_key", "current_user", "day_or_moment", "declare", "emit", "entity_spec", "fields", "format_phone",
    "gathered", "home_country", "hookimpl", "hookspec", "identifiers", "jobs", "local", "mail", "ngettext", "notify",
    "on", "permitted", "readable", "reader", "records", "route", "scoped", "search_key", "setting_choice",
    "setting_choices", "setting_flag", "setting_text", "settings", "team_members", "tell_given", "titles", "unit",
    "who_may_see", "working_time",
]
