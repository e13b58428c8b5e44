"""Text, numbers, calendars, identifiers, phones and translation for Arabic, Persian and English.

Everything here is a pure function over its arguments and, where it says so, over the current
`Preferences` (a context variable). No application, no database and no network are needed, so that
partners' scripts can call these functions too. Modules are imported by name: importing this package
alone loads nothing.
"""
