"""What the command says of itself, how quickly, and how it refuses wrong usage."""

import resource
import subprocess

import click
import pytest

from core.cli import language, tree
from tests.support.installation import command


def _walk(group, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield (*path, name)
        if isinstance(found, click.Group):
            yield from _walk(found, (*path, name))


ALL = sorted(_walk(tree.build()))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_command_has_a_help(blank, path):
    shown = blank.diwan(*path, "--help")
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 3
    assert not blank.folder.exists(), "help leaves nothing behind"


def test_help_lists_every_command(blank):
    shown = blank.diwan("--help").output
    assert [name for name in tree.COMMANDS if f"  {name} " not in shown] == []


def test_help_is_quick(blank):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command("--help"), env=blank.full(), capture_output=True, text=True, check=True,
                          timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Usage: diwan" in done.stdout
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 0.3


@pytest.mark.parametrize("wrong", [
    ("fly",), ("user", "fly"), ("user", "add"), ("run", "--port", "0"), ("run", "--port", "many"),
    ("token", "create", "a@example.com", "--scope", "all"), ("--language", "de", "check"),
], ids=" ".join)  # fmt: skip
def test_wrong_usage_ends_with_2(blank, wrong):
    done = blank.diwan(*wrong)
    assert done.exit_code == 2
    assert "Usage:" in done.stderr
    assert not blank.folder.exists()


@pytest.mark.parametrize(("arguments", "environment", "chosen"), [
    (["--language", "fa", "check"], {"LANG": "ar_SA.UTF-8"}, "fa"),
    (["init", "--language=ar"], {}, "ar"),
    (["check"], {"LANG": "ar_EG.UTF-8"}, "ar"),
    (["check"], {"LC_ALL": "fa", "LANG": "ar_EG.UTF-8"}, "fa"),
    (["check"], {"LC_ALL": "C.UTF-8", "LANG": "fa_IR.UTF-8"}, "en"),
    (["check"], {"LANG": "de_DE.UTF-8"}, "en"),
    (["check", "--language"], {}, "en"),
    (["check"], {}, "en"),
])  # fmt: skip
def test_the_language_follows_the_option_and_then_the_terminal(arguments, environment, chosen):
    assert language.choose(arguments, environment) == chosen


def test_refusals_speak_the_language_of_the_terminal(blank):
    done = blank.start("user", "list", LANG="fa_IR.UTF-8")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "diwan init" in done.stderr
    assert any("\u0600" <= letter <= "\u06ff" for letter in done.stderr)
    assert "Traceback" not in done.stderr
