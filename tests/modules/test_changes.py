"""P40: what a plugin says of its versions is read as plain text, whatever stands in the file."""

import datetime as dt

from core.language.i18n import LANGUAGES
from core.plugin import changes, loader
from core.plugin.changes import Release

TEXT = """# Visits

Written for people.

## [1.1.0] - 2026-11-28

### Added

- Visits can be planned
  from a contact's page.
* A \u202ereason\u202c \x1b[31mis asked\x07 \u0645\u06cc\u200c\u0634\u0648\u062f.

## Unreleased
- Nobody has this yet.

## 1.0 (2026-13-41)
- First.
## 0.9
"""


def test_versions_are_read_with_their_day_and_their_lines():
    told = changes.parse(TEXT, "en")
    assert told.releases == (
        Release("1.1.0", dt.date(2026, 11, 28), (
            "Visits can be planned from a contact's page.",
            "A reason [31mis asked \u0645\u06cc\u200c\u0634\u0648\u062f.")),
        Release("1.0", None, ("First.",)), Release("0.9", None, ()))
    assert told.faults == ("## Unreleased",)


def test_what_is_endless_or_no_text_is_cut_short():
    (release,) = changes.parse("## 1.0\n- " + "a" * 9_000, "en").releases
    assert (len(release.lines[0]), release.lines[0][-1]) == (changes.LONGEST_LINE, "…")
    assert changes.parse("\0\0## \n##\n", "en").releases == ()


def test_our_own_plugins_tell_of_their_version_in_each_language():
    for plugin in loader.installed().plugins.values():
        told = [changes.of(plugin, language) for language in LANGUAGES]
        assert [one.language for one in told] == list(LANGUAGES)
        assert {one.releases[0].version for one in told} == {plugin.manifest.version}
        assert len({len(one.releases[0].lines) for one in told}) == 1
