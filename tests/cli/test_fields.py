"""`diwan field`: adding a field, listing and retiring it, and what is said of wrong input."""

import json

import pytest

ADD = ("field", "add", "contacts.company", "shirt_size", "--type", "choice", "--label-en", "Shirt size",
       "--label-ar", "مقاس القميص", "--label-fa", "سایز پیراهن", "--choice", "small=Small|صغير|کوچک|blue",
       "--choice", "large=Large|كبير|بزرگ|violet", "--filter")  # fmt: skip


def test_a_field_is_added_listed_retired_and_brought_back_on_record(installed):
    added = installed.diwan(*ADD)
    assert (added.exit_code, added.output) == (0, "Added: contacts.company custom.shirt_size\n")
    (row,) = json.loads(installed.diwan("field", "list", "--json").output)
    assert row["labels"] == {"en": "Shirt size", "ar": "مقاس القميص", "fa": "سایز پیراهن"}
    assert (row["index"], row["filter"], row["retired"]) == ("ready", True, False)
    assert row["choices"][0] == {"value": "small", "label": {"ar": "صغير", "fa": "کوچک", "en": "Small"},
                                 "hue": "blue", "active": True, "when": []}  # fmt: skip
    assert "custom.shirt_size" in installed.diwan("field", "list", "contacts.company").output
    gone = installed.diwan("field", "retire", "contacts.company", "shirt_size")
    assert gone.output == "Retired: custom.shirt_size. 0 records keep their values.\n"
    assert json.loads(installed.diwan("field", "list", "--json").output)[0]["index"] == "none"
    assert installed.diwan("field", "restore", "contacts.company", "shirt_size").exit_code == 0
    assert json.loads(installed.diwan("field", "list", "--json").output)[0]["index"] == "ready"
    noted = installed.rows("SELECT record_title, action, channel FROM core_audit "
                           "WHERE entity = 'core.custom_field' ORDER BY id")  # fmt: skip
    title = "contacts.company custom.shirt_size"
    assert noted == [(title, action, "cli") for action in ("create", "retire", "restore")]


def test_everything_of_the_page_can_be_said_and_changed(installed_sqlite):
    def diwan(*arguments):
        done = installed_sqlite.diwan("field", *arguments)
        assert done.exit_code == 0, done.output

    diwan("add", "contacts.contact", "step", "--type", "choice", "--label-en", "Step", "--follows", "status",
          "--choice", "call=Call|اتصال|تماس|blue|new,in_progress", "--choice", "bill=Bill")
    diwan("add", "contacts.contact", "from", "--type", "date", "--label-en", "From", "--minimum", "today-7",
          "--default", "today+1")
    diwan("add", "contacts.contact", "until", "--type", "date", "--label-en", "Until", "--not-before", "custom.from")
    diwan("add", "contacts.contact", "badge", "--type", "text", "--label-fa", "نشان", "--unique-with", "company_id",
          "--pattern", "[A-Z]{2}[0-9]+", "--list")
    found = {row["key"]: row for row in json.loads(installed_sqlite.diwan("field", "list", "--json").output)}
    assert (found["step"]["follows"], found["step"]["choices"][0]["when"]) == ("status", ["new", "in_progress"])
    assert (found["from"]["minimum"], found["from"]["default"]) == ("today-7", "today+1")
    assert found["until"]["not_before"] == "custom.from"
    assert (found["badge"]["unique"], found["badge"]["unique_with"]) == (True, ["company_id"])
    diwan("change", "contacts.contact", "badge", "--no-unique", "--label-en", "Badge", "--required")
    diwan("change", "contacts.contact", "until", "--not-before", "", "--not-after", "birth_date")
    found = {row["key"]: row for row in json.loads(installed_sqlite.diwan("field", "list", "--json").output)}
    badge = found["badge"]
    assert (badge["unique"], badge["unique_with"], badge["required"]) == (False, [], True)
    assert (badge["pattern"], badge["labels"]["fa"], badge["labels"]["en"]) == ("[A-Z]{2}[0-9]+", "نشان", "Badge")
    assert (found["until"]["not_before"], found["until"]["not_after"]) == (None, "birth_date")
    refused = installed_sqlite.diwan("field", "change", "contacts.contact", "step", "--follows", "name")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("follows: “name” is no other choice")


@pytest.mark.parametrize(("arguments", "said"), [
    (("add", "contacts.company", "Size", "--type", "text", "--label-en", "Size"), "key: A key has small Latin letters"),
    (("add", "contacts.company", "a__b", "--type", "text", "--label-en", "Size"), "key: A key has small Latin letters"),
    (("add", "contacts.company", "size", "--type", "text"), "label: Give the field a name"),
    (("add", "contacts.company", "size", "--type", "colour", "--label-en", "S"), "type: There is no field type"),
    (("add", "contacts.company", "size", "--type", "choice", "--label-en", "S"), "choices: A choice list needs"),
    (("add", "contacts.company", "size", "--type", "note", "--label-en", "S", "--unique"), "unique: Fields of"),
    (("add", "contacts.nothing", "size", "--type", "text", "--label-en", "S"), "There is no “contacts.nothing” here."),
    (("retire", "contacts.company", "size"), "There is no custom field “size” here."),
    (("list", "contacts.nothing"), "There is no “contacts.nothing” here."),
], ids=str)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(installed_sqlite, arguments, said):
    done = installed_sqlite.diwan("field", *arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(said), done.stderr
    assert "Traceback" not in done.output


def test_types_are_those_of_the_kernel_and_of_plugins(installed_sqlite):
    types = {row["type"] for row in json.loads(installed_sqlite.diwan("field", "types", "--json").output)}
    assert {"text", "note", "number", "money", "date", "datetime", "bool", "choice", "ref", "user", "phone"} <= types
    assert not types & {"tags", "series", "id"}


def test_a_type_is_changed_after_a_look_at_what_does_not_fit(installed):
    installed.diwan("field", "add", "contacts.company", "size", "--type", "text", "--label-en", "Size")
    convert = ("field", "convert", "contacts.company", "size", "--type", "number")
    looked = installed.diwan(*convert)
    assert (looked.exit_code, looked.output) == (0, "0 values fit.\n0 values do not fit.\n")
    done = installed.diwan(*convert, "--key", "width", "--yes")
    assert "Added: contacts.company custom.width" in done.output
    rows = {row["name"]: row for row in json.loads(installed.diwan("field", "list", "--json").output)}
    assert (rows["custom.size"]["retired"], rows["custom.width"]["type"]) == (True, "number")
    assert "This field is retired" in installed.diwan(*convert).output
