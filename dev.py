#!/usr/bin/env python3
"""Start Diwan on a fresh machine; needs nothing but Python 3.11 and its standard library.

  python3 dev.py setup             make .venv from the locked packages
  python3 dev.py run [options]     set up, then serve the sample company (`diwan run --demo [options]`)
  python3 dev.py test [options]    set up with the test tools, then run the tests (pytest's options)
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
COMPILED = ENVIRONMENT / "pycache"
# What is installed, so that a second start installs nothing and asks no network.
STAMP = ENVIRONMENT / "diwan-installed.json"
RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-dev.lock"
INSTALLATION_FAILED = "The installation failed; the lines above name the reason."


def main(arguments):
    if sys.version_info < (3, 11):
        return "Diwan needs Python 3.11 or newer; this is " + sys.version.split()[0] + "."
    command, options = (arguments or ["--help"])[0], arguments[1:]
    if command == "setup" and not options:
        return set_up(RUN_LOCK)
    if command == "run":
        set_up(RUN_LOCK)
        os.environ.setdefault("DIWAN_INSTANCE", str(ROOT / "demo-instance"))
        keep_compiled_modules()
        return become([PROGRAMS / "diwan", "run", "--demo", *options])
    if command == "test":
        set_up(TEST_LOCK)
        keep_compiled_modules()
        os.chdir(ROOT)
        # All processors; -n 0 among the options runs the tests in this one process.
        return become([PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *options])
    print(__doc__.strip())
    return 0 if command in ("-h", "--help") else 2


def keep_compiled_modules():
    """Whoever wants none among the sources has them in .venv: a start takes half the time."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(COMPILED)


def set_up(lock):
    """Bring .venv and the compiled translations up to date; quick when they are."""
    wanted = {"python": "{}.{}".format(*sys.version_info), lock: digest(lock)}
    if lock == TEST_LOCK:  # It holds all of the other lock as well.
        wanted[RUN_LOCK] = digest(RUN_LOCK)
    installed = read_stamp()
    if not wanted.items() <= installed.items():
        make_environment(fresh=installed.get("python", wanted["python"]) != wanted["python"])
        install_packages(lock)
        installed = wanted
    project = digest("pyproject.toml")
    if installed.get("project") != project:
        install_project()
        STAMP.write_text(json.dumps({**installed, "project": project}))
    if stale_catalogues():
        run([PYTHON, "-m", "core.language.catalogues", "compile"], "Compiling the translations failed.")
    COMPILED.mkdir(parents=True, exist_ok=True)  # The command `diwan` keeps compiled modules where it finds the folder.


def read_stamp():
    """What an earlier start installed; nothing when the environment is missing or was cut short."""
    try:
        return json.loads(STAMP.read_text()) if PYTHON.exists() else {}
    except (OSError, ValueError):
        return {}


def make_environment(fresh):
    """Make .venv, from nothing when it was made by another Python version."""
    clear = fresh or (ENVIRONMENT.exists() and not PYTHON.exists())
    print("Making the environment in .venv ...", flush=True)
    if shutil.which("uv"):
        option = "--clear" if clear else "--allow-existing"
        run(["uv", "venv", "-q", option, "--python", sys.executable, ENVIRONMENT], "uv could not make .venv.")
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("This Python cannot make environments. On Debian: apt-get install python3-venv")
    options = ["--clear"] if clear else []
    run([sys.executable, "-m", "venv", *options, ENVIRONMENT], "On Debian: apt-get install python3-venv")


def install_packages(lock):
    """Install the locked packages, each checked against its hash."""
    total = len(re.findall(r"^\S+==", (ROOT / lock).read_text(), re.MULTILINE))
    print(f"Installing {total} packages ...", flush=True)
    command = [*installer(), "--require-hashes", "-r", ROOT / lock]
    if shutil.which("uv"):
        run(command, INSTALLATION_FAILED)
    else:
        # Modules are compiled when first imported: that is quicker than all of them beforehand.
        show_progress([*command, "--no-compile", "--progress-bar", "off"], total)


def install_project():
    """Install this folder in place, with the build tools of the lock: nothing is fetched."""
    run([*installer(), "--quiet", "--no-build-isolation", "-e", ROOT], INSTALLATION_FAILED)


def installer():
    """The command that installs into .venv just what it is told to, without dependencies."""
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", PYTHON, "--no-deps"]
    return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]


def show_progress(command, total):
    """Run pip and count its packages on one line; all that it said is shown only when it fails."""
    said, count = [], 0
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(text_of(command), text=True, **streams) as pip:
        for line in pip.stdout:
            said.append(line)
            if line.startswith("Collecting "):
                count += 1
                progress(f"{count} of {total}: {line.split()[1].split('==')[0]}")
            elif line.startswith("Installing collected"):
                progress(f"{total} of {total} fetched; unpacking ...")
    if sys.stdout.isatty():
        print()
    if pip.returncode:
        sys.exit("".join(said) + INSTALLATION_FAILED)


def progress(text):
    if sys.stdout.isatty():
        print("\r\x1b[K  " + text, end="", flush=True)


def stale_catalogues():
    """Whether some translation is newer than its compiled form, or has none."""
    for source in ROOT.glob("i18n/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            return True
    return False


def digest(name):
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def run(command, failure):
    if subprocess.run(text_of(command), cwd=ROOT).returncode:
        sys.exit(failure)


def become(command):
    """Go on as another program, so that signals and the exit status are its own."""
    if os.name == "nt":
        return subprocess.run(text_of(command)).returncode
    os.execv(command[0], text_of(command))


def text_of(command):
    return [str(part) for part in command]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
