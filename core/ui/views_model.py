"""The view models: everything the templates print, filled by the rendering code and by nothing else.

They hold finished values: labels in the user's language, figures in the user's digits, addresses, and cell
markup that is already escaped. A template takes them under these names: `page` and `shell` on every page,
and `screen` for the page's own model (`list.html` a ListScreen, `record.html` a RecordScreen, and so on).
"""

from __future__ import annotations

from core.ui.door_model import (
    DoorFrame,
    ForgotScreen,
    LoggedOutScreen,
    LoginScreen,
    NewPasswordScreen,
    SecondStepScreen,
)
from core.ui.list_model import (
    BulkAction,
    Chip,
    Column,
    ColumnChoice,
    EmptyState,
    FilterField,
    ListScreen,
    PageLink,
    Pager,
    StatusCount,
    ViewForm,
    ViewLink,
    ViewsPanel,
)
from core.ui.page_model import (
    ConflictField,
    ConflictScreen,
    DashboardScreen,
    ErrorScreen,
    FirstStepsBlock,
    PluginBlock,
    RecordLink,
    SearchGroup,
    SearchScreen,
    StatusBar,
    StatusBlock,
    StepLine,
    Tile,
)
from core.ui.record_model import (
    Attaching,
    Change,
    Completeness,
    FieldMenu,
    FieldValue,
    HistoryDay,
    HistoryItem,
    HistoryScreen,
    Panel,
    RecordScreen,
    Section,
    TimelineDay,
    TimelineEntry,
    TimelineKind,
    TimelineScreen,
)
from core.ui.settings_model import (
    EffectiveGroup,
    EffectiveLine,
    EffectiveScreen,
    FactorScreen,
    FieldRight,
    FieldsScreen,
    FormError,
    GrantCell,
    GrantGroup,
    GrantRow,
    HealthLine,
    HealthScreen,
    LogRow,
    LogScreen,
    OwnSettingsScreen,
    RoleLine,
    RoleScreen,
    RolesScreen,
    SessionLine,
    SettingsFrame,
    TokenLine,
    UserLine,
    UserScreen,
    UsersScreen,
)
from core.ui.shell_model import (
    Action,
    Choice,
    Crumb,
    LanguageChoice,
    MenuEntry,
    MenuGroup,
    OrganisationChoice,
    Page,
    Person,
    Shell,
    Toast,
)

__all__ = [
    "Action", "Attaching", "BulkAction", "Change", "Chip", "Choice", "Column", "ColumnChoice", "Completeness",
    "ConflictField", "ConflictScreen",
    "Crumb", "DashboardScreen", "DoorFrame", "EffectiveGroup", "EffectiveLine", "EffectiveScreen", "EmptyState",
    "ErrorScreen", "FactorScreen", "FieldMenu", "FieldRight", "FieldValue", "FieldsScreen", "FilterField",
    "FirstStepsBlock", "ForgotScreen", "FormError", "GrantCell", "GrantGroup", "GrantRow", "HealthLine",
    "HealthScreen", "HistoryDay", "HistoryItem", "HistoryScreen", "LanguageChoice", "ListScreen", "LogRow",
    "LogScreen", "LoggedOutScreen", "LoginScreen", "MenuEntry", "MenuGroup", "NewPasswordScreen", "OrganisationChoice",
    "OwnSettingsScreen", "Page", "PageLink", "Pager", "Panel", "Person", "PluginBlock", "RecordLink", "RecordScreen",
    "RoleLine", "RoleScreen", "RolesScreen", "SearchGroup", "SearchScreen", "SecondStepScreen", "Section",
    "SessionLine", "SettingsFrame", "Shell", "StatusBar", "StatusBlock", "StatusCount", "StepLine", "Tile",
    "TimelineDay", "TimelineEntry", "TimelineKind", "TimelineScreen", "Toast", "TokenLine", "UserLine", "UserScreen",
    "UsersScreen", "ViewForm", "ViewLink", "ViewsPanel",
]
