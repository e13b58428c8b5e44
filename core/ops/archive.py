"""The file of a backup: a zip whose last member, the manifest, names every other one with its SHA-256.

A zip that was cut off has no directory at its end and cannot even be opened.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.errors import Malformed, Unsupported
from core.language.i18n import _

FORMAT = "diwan.backup"
VERSION = 1
MANIFEST, SECRET_KEY, FILES = "manifest.json", "secret_key", "files/"
#: What has left the audit log.
LOG = "log-archive/"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PIECE = 1024 * 1024
LONGEST_MANIFEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as it was at one moment.

    `migrations` has the revision of the kernel and each plugin, `tables` the rows of each table, `audit` the
    head of the log, `members` size and digest of each member of the zip.
    """

    made_at: str
    diwan: str
    database: str
    migrations: dict[str, str]
    plugins: dict[str, str]
    tables: dict[str, int]
    audit: dict[str, Any]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, ensure_ascii=False, indent=1)


class Writer:
    """An open backup: members go in one after another, the manifest last."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, path: Path, compressed: bool = True) -> None:
        """Copy a file into the backup; what is compressed already stays as it is."""
        with path.open("rb") as source:
            self.add_stream(name, source, compressed)

    def add_stream(self, name: str, source: IO[bytes], compressed: bool = True) -> None:
        """The same from what is open for reading."""
        kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        info = zipfile.ZipInfo(name)
        info.compress_type = kind
        digest, size = sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.members[name] = {"size": size, "sha256": digest.hexdigest()}

    def finish(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, manifest.to_json(), zipfile.ZIP_DEFLATED)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a backup, which appears at `path` when it is complete."""
    with appearing(path) as file, zipfile.ZipFile(file, "w", compresslevel=1) as archive:
        yield Writer(archive)


@contextmanager
def appearing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file under another name; it gets its own when it is complete and on the disk (REL-11)."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


class Archive:
    """A backup open for reading; its manifest was read and understood."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def verify(self) -> None:
        """Malformed unless exactly the members of the manifest are there, each with its digest."""
        present = sorted(info.filename for info in self._archive.infolist())
        if present != sorted([*self.manifest.members, MANIFEST]):
            raise damaged()
        for name in self.manifest.members:
            self._check_name(name)
            for _piece in self._pieces(name):
                pass

    def extract(self, name: str, target: Path) -> None:
        """Write one member to a new file, on the disk when this returns."""
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for piece in self._pieces(name):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def below(self, place: str) -> list[str]:
        """The members that belong into a folder: FILES or LOG."""
        return [name for name in self.manifest.members if name.startswith(place)]

    def _pieces(self, name: str) -> Iterator[bytes]:
        """The content, checked against size and digest while it is read."""
        expected = self.manifest.members[name]
        digest, size = sha256(), 0
        try:
            with self._archive.open(name) as member:
                while piece := member.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    if size > expected["size"]:
                        raise damaged()
                    yield piece
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise damaged() from error
        if (size, digest.hexdigest()) != (expected["size"], expected["sha256"]):
            raise damaged()

    def _check_name(self, name: str) -> None:
        """No member may be written anywhere but where it belongs."""
        own = {SECRET_KEY, DATABASES[self.manifest.database]}
        parts = PurePosixPath(name).parts
        is_file = name.startswith((FILES, LOG)) and ".." not in parts and "\\" not in name and not name.endswith("/")
        if name not in own and not is_file:
            raise damaged()


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Open a backup; Malformed when it is none or was cut off, Unsupported when a newer Diwan made it."""
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise foreign() from error
        with archive:
            yield Archive(archive, _manifest(archive))


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise foreign()
        found = json.loads(archive.read(MANIFEST))
        is_ours, version = found.pop("format") == FORMAT, found.pop("version")
    except (KeyError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise foreign() from error
    if not is_ours:
        raise foreign()
    if version != VERSION:
        raise newer()
    try:
        manifest = Manifest(**found)
        DATABASES[manifest.database]
    except (TypeError, KeyError) as error:
        raise damaged() from error
    return manifest


def foreign() -> Malformed:
    return Malformed(_("This file is not a backup of Diwan, or its end is missing. Nothing was changed."))


def damaged() -> Malformed:
    return Malformed(_("This backup is damaged. Nothing was changed."))


def newer() -> Unsupported:
    return Unsupported(_("This backup was made by a newer version of Diwan. Install that version first. "
                         "Nothing was changed."))


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A folder that goes away, on the same file system as `place`: what was made ready in it moves there at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".diwan-restore-") as name:
        yield Path(name)


def replace_text(path: Path, text: str) -> None:
    """Write a small file so that nobody sees half of it, and a power cut leaves the old one or the new one."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    sync_folder(path.absolute().parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
