"""`diwan erase`: it asks first, says what it did, and refuses in words."""


def _contact(installed, folder) -> str:
    (folder / "one.csv").write_text("name,email\nZubaydah,zubaydah@example.com\n", encoding="utf-8")
    done = installed.diwan("import", "contacts.contact", str(folder / "one.csv"))
    assert done.exit_code == 0, done.output
    return str(installed.value("SELECT max(id) FROM contacts_contact"))


def test_it_asks_first_and_then_forgets(installed, tmp_path):
    number = _contact(installed, tmp_path)
    refused = installed.diwan("erase", "contacts.contact", number, answer="n\n")
    assert refused.exit_code == 1
    assert "Zubaydah" in refused.output
    assert installed.value("SELECT count(*) FROM contacts_contact WHERE email = 'zubaydah@example.com'") == 1
    done = installed.diwan("erase", "contacts.contact", number, "--yes", "--reason", "by letter")
    assert done.exit_code == 0, done.output
    assert installed.value("SELECT count(*) FROM contacts_contact WHERE email = 'zubaydah@example.com'") == 0
    assert installed.value("SELECT count(*) FROM core_audit WHERE action = 'erase' AND channel = 'cli'") == 1
    assert installed.diwan("audit", "verify").exit_code == 0


def test_bad_input_is_told_in_words(installed):
    for arguments in (("contacts.nothing", "1"), ("contacts.tag", "1"), ("contacts.contact", "99999")):
        done = installed.diwan("erase", *arguments, "--yes")
        assert done.exit_code == 1
        assert done.stderr
        assert "Traceback" not in done.stderr
