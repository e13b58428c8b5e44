"""Every extension point, one sentence each. An implementation takes only the arguments it needs.

`register_*` hooks are collected once per registry build and are pure: no database, no request. The others are
called while working; what they may answer stands in each docstring.
"""

from __future__ import annotations

from typing import Any

import pluggy

NAMESPACE = "diwan"
hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


@hookspec
def register_entities() -> Any:
    """List of Entity classes."""


@hookspec
def register_field_types() -> Any:
    """List of FieldType instances, so that admins can add fields of these types too."""


@hookspec
def register_permissions() -> Any:
    """List of Permission beyond the six that every entity has."""


@hookspec
def register_settings() -> Any:
    """List of Setting; read with settings("plugin.name"), an unknown name is an error."""


@hookspec
def register_screens() -> Any:
    """List of ListScreen, FormScreen and RecordScreen that replace what is derived from an entity."""


@hookspec
def register_panels() -> Any:
    """List of RelatedList and TemplatePanel shown on record pages, also on those of other plugins."""


@hookspec
def register_timeline() -> Any:
    """List of TimelineSource: entries of every record's timeline beside the changes, with kinds to filter by."""


@hookspec
def register_record_tables() -> Any:
    """List of RecordTable: tables, no entities', whose rows are about records, so that these go where records go."""


@hookspec
def register_belongings() -> Any:
    """List of Belonging: what users have besides records, so that it can be handed over when somebody leaves."""


@hookspec
def register_menu() -> Any:
    """List of MenuItem beside the entries that entities get from their Meta."""


@hookspec
def register_first_steps() -> Any:
    """List of FirstStep: what a newcomer's dashboard teaches, until it has been done."""


@hookspec
def register_figures() -> Any:
    """List of Figure: key figures under the head of record pages, such as what a customer owes."""


@hookspec
def register_tour() -> Any:
    """List of TourStep: stops of the tour that is offered at the first log-in."""


@hookspec
def register_actions() -> Any:
    """List of Action: verbs on records, as buttons and as POST …/{id}/{action} in the API."""


@hookspec
def register_widgets() -> Any:
    """List of Widget: blocks of the dashboard, for those who have the right that each of them names."""


@hookspec
def register_reports() -> Any:
    """List of Report: grouped figures over an entity, with a table, a chart and an export."""


@hookspec
def register_filters() -> Any:
    """List of Filter: named conditions offered beside the fields of a list."""


@hookspec
def register_added_fields() -> Any:
    """List of AddedField: fields that are stored in the records of other plugins' entities."""


@hookspec
def register_computed_fields() -> Any:
    """List of ComputedField: columns of other entities' lists, to show, filter and sort by."""


@hookspec
def register_jobs() -> Any:
    """List of Job: what may be asked for with jobs.enqueue, and what runs by a schedule."""


@hookspec
def register_notice_kinds() -> Any:
    """List of NoticeKind: what users can be told of with `notify`, at the bell, by mail or in a daily digest."""


@hookspec
def register_blueprints() -> Any:
    """List of Flask blueprints, whose routes are made with core.api.route and stand below /NAME/ or /api/v1/NAME/.

    Asked at the start of each process; while the plugin is off its routes answer 404.
    """


@hookspec
def register_cli(cli: Any) -> Any:
    """Add commands to the click group `cli`, which is `diwan NAME`; they run as Diwan itself, in one unit of work."""


@hookspec
def page_slot(slot: Any, context: Any) -> Any:
    """List of TemplatePart for a named place of the kernel's pages; `context` is a SlotContext.

    Places: "page.top" of every page, "dashboard.top", "list.top", "record.top",
    "record.head", "record.acts" beside its name, "record.menu" and "timeline.top".
    """


@hookspec
def card_lines(entity: Any, ids: Any) -> Any:
    """{id: CardLine} for the cards of a board, by the ids of their records; asked once for all that are drawn."""


@hookspec
def prepare(entity: Any, changes: Any) -> Any:
    """Before anything is checked: fill in values that follow from others with change.set; answers nothing."""


@hookspec
def validate(entity: Any, changes: Any) -> Any:
    """Check a batch before it is written: list of errors made with change.error(field, message)."""


@hookspec
def before_save(entity: Any, changes: Any) -> Any:
    """After validation, before writing: may set values with change.set(field, value); answers nothing."""


@hookspec
def before_delete(entity: Any, records: Any) -> Any:
    """Refuse a deletion: list of messages."""


@hookspec
def scope_query(entity: Any, actor: Any, action: Any) -> Any:
    """List of SQL conditions, AND-ed to everything that reads this entity."""


@hookspec
def deny(actor: Any, permission: Any) -> Any:
    """True refuses; plugins may narrow rights, never widen them."""


@hookspec
def find_duplicates(entity: Any, values: Any) -> Any:
    """SQL conditions under which another record may be the same person or thing as `values`."""


@hookspec
def seed(unit: Any) -> Any:
    """After this plugin's migrations on enable and upgrade: bring its own standing data; idempotent."""


@hookspec
def before_remove(unit: Any) -> Any:
    """Before this plugin's tables are dropped for good: tidy up what it keeps elsewhere; answers nothing."""


@hookspec
def demo(unit: Any, today: Any) -> Any:
    """Load this plugin's part of the sample company into an empty database."""
