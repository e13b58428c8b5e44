"""Backups that only the holder of a key can read: age files (age-encryption.org), which other programs open as well.

What writes them needs the public half of the key alone, so that whoever breaks into the server reads no old backup.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage
from pyrage import x25519

from core.errors import Conflict, Invalid, Malformed
from core.language.i18n import _
from core.ops import archive

#: How every such file begins.
MARK = b"age-encryption.org/"
SECRET = "AGE-SECRET-KEY-"


def new_key(path: Path) -> str:
    """Write a new key to `path`, for its owner's eyes only; answers its public half."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(_("{file} exists already. Choose another name.", file=str(path))) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def seal(source: Path, target: Path, public: str) -> None:
    """Write `source`, sealed for the holder of a key, to the new file `target`, which appears when it is complete."""
    with archive.appearing(target) as file, source.open("rb") as plain:
        pyrage.encrypt_io(plain, file, [_recipient(public)])


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


@contextmanager
def opened(source: Path, key: Path | None, place: Path) -> Iterator[Path]:
    """`source` as it was before it was sealed, in a folder beside `place` that goes away; itself when it is not.

    Invalid without the right key, Malformed when the file was cut short or changed.
    """
    if not is_sealed(source):
        yield source
        return
    if key is None:
        raise Invalid(_("This backup is encrypted. Name the file of its key with --key. Nothing was changed."))
    identity = _identity(key)
    with archive.beside(place) as folder:
        plain = folder / "opened.zip"
        _unseal(source, plain, identity)
        yield plain


def _unseal(source: Path, plain: Path, identity: x25519.Identity) -> None:
    handle = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file, source.open("rb") as sealed:
            pyrage.decrypt_io(sealed, file, [identity])
    except pyrage.DecryptError as error:
        # The library tells these apart by their text alone: here the head is whole, and none of it is for this key.
        if "No matching keys" in str(error):
            raise Invalid(_("This key does not open this backup: it was encrypted for another one. "
                            "Nothing was changed.")) from error
        raise archive.damaged() from error
    except OSError as error:
        if error.errno is not None:
            raise  # The disk: full, or not to be read.
        raise archive.damaged() from error


def _identity(path: Path) -> x25519.Identity:
    try:
        lines = path.read_text(encoding="utf-8").split()
        return x25519.Identity.from_str(next(line for line in lines if line.startswith(SECRET)))
    except (StopIteration, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise Malformed(_("{file} holds no key of a backup.", file=str(path))) from error


def _recipient(public: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(public)
    except pyrage.RecipientError as error:
        raise Invalid(_("DIWAN_BACKUP_PUBLIC_KEY is no public key as “diwan backup-key” prints it.")) from error


def check(public: str) -> None:
    """Invalid unless it is a public key; asked before hours of work are written for nobody."""
    if public:
        _recipient(public)
