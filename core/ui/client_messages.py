"""The sentences that scripts show. They stand here and not in the scripts, so that one catalogue holds all texts."""

from __future__ import annotations

from core.language.i18n import LazyString, _

MESSAGES: dict[str, LazyString] = {
    # Dates
    "calendar_gregorian": _("Gregorian"),
    "calendar_jalali": _("Solar Hijri"),
    "calendar_hijri": _("Lunar Hijri"),
    "date_open": _("Open the calendar"),
    "date_choose": _("Choose a date"),
    "date_calendar": _("Calendar"),
    "date_month_menu": _("Month"),
    "date_year_menu": _("Year"),
    "date_previous_month": _("Previous month"),
    "date_next_month": _("Next month"),
    "date_today": _("Today"),
    "date_keys": _("Arrow keys: day · PgUp / PgDn: month"),
    "date_unreadable": _("“{value}” is not a valid date. Example: {example}"),
    "date_year_digits": _("Write the year with four digits, for example {example}"),
    "date_other_calendar": _(
        "{year} is a year of another calendar. Choose that calendar, or write the Gregorian year."
    ),
    "date_year_range": _("This calendar is known here from {first} to {last}; {year} is outside."),
    "date_month": _("There is no month {month}; a year has twelve."),
    "date_day": _("{month} {year} has {days} days."),
    "date_not_leap": _("{year} is not a leap year; its {month} has {days} days."),
    "date_weekday": _("{date} is a {weekday}."),
    "date_before_min": _("The earliest possible date is {date}."),
    "date_after_max": _("The latest possible date is {date}."),
    "same_day_gregorian": _("Equals {date} Gregorian"),
    "same_day_jalali": _("Equals {date} Solar Hijri"),
    "same_day_hijri": _("Equals {date} Lunar Hijri"),
    # Conditions of a list
    "filter_number": _("“{value}” is not a number."),
    "filter_whole": _("Write a whole number."),
    # Lists with a search box
    "picker_create": _("Create {title}"),
    "picker_nothing": _("No results"),
    "picker_loading": _("Searching…"),
    "picker_added": _("{title} was chosen."),
    "picker_removed": _("{title} was removed."),
    "picker_remove": _("Remove {title}"),
    # Forms
    "field_required": _("{field} is required."),
    "loading": _("Loading…"),
    "saved": _("Saved"),
    "edit_field": _("Edit: {field}"),
    "draft_kept": _("Your unsaved entries from {time} are kept."),
    "draft_stale": _("Your unsaved entries from {time} are kept. The record was changed since then."),
    "not_saved_offline": _("Not saved, because the server did not answer. Your entries are kept; try again."),
    "offline": _("No connection"),
    "undo": _("Undo"),
    "put_back": _("It is back in its place."),
    "open_record": _("Open record"),
    # Maps
    "map_closer": _("Zoom in"),
    "map_farther": _("Zoom out"),
    "map_no_tiles": _("The map tiles cannot be loaded. The outline of the land is shown instead."),
    # Files of a record
    "drop_here": _("Drop the files to attach them"),
    "sending_files": _("Sending files"),
    "file_attached": _("The file {name} is attached."),
    "file_deleted": _("The file {name} is in the trash."),
    "file_renamed": _("The file is renamed."),
    "close": _("Close"),
    "leave_out": _("Leave out {name}"),
    "session_ended": _("Your session has ended. Log in to continue."),
    "log_in": _("Log in"),
    "show_news": _("Show"),
    "size_kilobytes": _("{size} KB"),
    "size_megabytes": _("{size} MB"),
    "access_denied": _("You do not have permission to do this."),
    "server_failed": _("Something went wrong. Try again."),
    # Import
    "import_choose_first": _("Choose a file first."),
    "import_wrong_type": _("Only files of these kinds can be read: {kinds}"),
    "import_too_large": _("The file is larger than {limit}."),
}
