"""A partner's first hour: a new plugin is installed, checked, switched on, used and tested as its README says."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.support.installation import Installation
from tests.support.machine import ROOT

NAME = "site_visits"


class Project:
    """The folder of a new plugin and an environment of its own in which Diwan and the plugin are installed."""

    def __init__(self, folder, installation):
        self.installation = installation
        written = installation.diwan("plugin", "new", NAME, "--folder", str(folder), "--label-en", "Site visits",
                                     "--label-ar", "زيارات المواقع", "--label-fa", "بازدید محل")
        assert written.exit_code == 0, written.stderr
        self.folder = folder / NAME
        self.readme = (self.folder / "README.md").read_text(encoding="utf-8")
        self.bin = folder / "environment" / "bin"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(self.bin.parent)], check=True,
                       timeout=60)
        self._share_packages()

    def _share_packages(self):
        """Diwan and all it needs are the ones of this run; nothing is fetched."""
        found = subprocess.run([self.bin / "python", "-c", "import site; print(site.getsitepackages()[0])"],
                               capture_output=True, text=True, check=True, timeout=60)
        own = next(path for path in sys.path if path.endswith("site-packages"))
        with open(os.path.join(found.stdout.strip(), "diwan.pth"), "w") as paths:
            paths.write(f"{own}\n{ROOT}\n")

    def run(self, *words):
        """A command of the README in the new environment; `pip`, `diwan` and `pytest` are those of this one."""
        program = {"pip": [sys.executable, "-m", "pip", "--python", str(self.bin / "python")],
                   "diwan": [str(self.bin / "python"), "-m", "core"],
                   "pytest": [str(self.bin / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider"]}[words[0]]
        return subprocess.run([*program, *words[1:]], cwd=self.folder, capture_output=True, text=True, check=False,
                              timeout=300, env=self.installation.full(
                                  PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1"))

    def commands(self):
        """The lines of the README that a partner types before the first change."""
        blocks = re.findall(r"```sh\n(.*?)```", self.readme, re.DOTALL)
        return [line.split() for block in blocks for line in block.splitlines()]


@pytest.mark.slow
def test_a_new_plugin_works_by_the_words_of_its_readme(installed_sqlite, tmp_path):
    project = Project(tmp_path, installed_sqlite)
    assert [words[0] for words in project.commands()] == ["pip", "diwan", "diwan", "pytest"]
    for words in project.commands():
        done = project.run(*words)
        assert done.returncode == 0, (words, done.stdout[-3000:], done.stderr)
    assert re.search(r"\b[12]\d passed", done.stdout)
    _is_used(project)
    _is_led_on(project)


def _is_used(project):
    """Its records come in by the command line, and what it decides holds there too."""
    rows = project.folder / "rows.csv"
    rows.write_text("Name,Status,Amount,Result\nCall,Open,12.50,\nVisit,Done,,\nSign,Done,3,Agreed\n")
    told = project.run("diwan", "import", f"{NAME}.item", str(rows), "--json")
    counts = json.loads(told.stdout)
    assert (counts["created"], counts["failed"]) == (2, 1)
    assert "before the item is done" in "".join(counts["errors"])
    listed = json.loads(project.run("diwan", "plugin", "list", "--json").stdout)
    assert {one["name"]: one["label"] for one in listed}[NAME] == "Site visits"


def _is_led_on(project):
    """A field more: the check says what is missing, and the commands of the README bring it."""
    models = project.folder / f"diwan_{NAME}" / "models.py"
    models.write_text(models.read_text().replace(
        '_("Result"))', '_("Result"))\n    place: Mapped[str | None] = fields.text(_("Meeting point"))'))
    told = project.run("diwan", "plugin", "check", NAME)
    assert told.returncode == 1
    assert "makemigration" in told.stderr
    assert "translate" in told.stderr
    assert project.run("diwan", "plugin", "makemigration", NAME, "-m", "place").returncode == 0
    progress = json.loads(project.run("diwan", "plugin", "translate", NAME, "--json").stdout)
    assert {one["language"]: one["texts"] - one["translated"] for one in progress} == {"ar": 1, "fa": 1, "en": 0}
    for language, word in (("ar", "مكان اللقاء"), ("fa", "محل دیدار")):
        catalogue = project.folder / f"diwan_{NAME}" / "i18n" / language / "LC_MESSAGES" / f"{NAME}.po"
        catalogue.write_text(catalogue.read_text().replace('msgid "Meeting point"\nmsgstr ""',
                                                           f'msgid "Meeting point"\nmsgstr "{word}"'))
    again = project.run("diwan", "plugin", "check", NAME)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("name", ["Visits", "api", "9lives", "contacts", "x" * 50, "site-visits"])
def test_a_name_that_cannot_be_used_writes_nothing(blank, tmp_path, name):
    refused = blank.diwan("plugin", "new", name, "--folder", str(tmp_path))
    assert refused.exit_code == 1
    assert name in refused.stderr
    assert not (tmp_path / name).exists()


def test_what_is_there_already_is_not_overwritten(tmp_path):
    (tmp_path / "visits").mkdir()
    refused = Installation(tmp_path / "instance").diwan("plugin", "new", "visits", "--folder", str(tmp_path))
    assert refused.exit_code == 1
    assert list((tmp_path / "visits").iterdir()) == []
