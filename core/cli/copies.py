"""`diwan backup`, `diwan backup-key` and `diwan restore`."""

from __future__ import annotations

from pathlib import Path

import click

from core.cli.installation import as_system, kept_before_upgrade
from core.cli.refusals import Refused
from core.config import load
from core.language.i18n import gettext, ngettext
from core.ops import backup as backups
from core.ops import drill as drills
from core.ops import instance, landmarks, rotation, sealing
from core.ops import restore as restoring


@click.command(help=gettext(
    "Copy the database, the files and the secret key into one file, while people go on working."))
@click.argument("file", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help=gettext(
    "With a folder: remove all but this many of the newest backups in it."))
def backup(file: Path, keep: int | None) -> None:
    config = load()
    if keep and not file.is_dir():
        raise Refused(gettext("--keep needs a folder: {path} is none.", path=str(file)))
    with kept_before_upgrade(config):
        landmarks.expect(config, landmarks.BACKUP)
        if file.is_dir():
            target, manifest, removed = rotation.write(config, file, keep or 0)
        else:
            target, manifest, removed = file, backups.write(config, file), []
        rows = sum(manifest.tables.values())
        landmarks.note(config, landmarks.BACKUP, str(target.absolute()), rows)
    click.echo(gettext("Backup written: {file}", file=str(target)))
    click.echo(ngettext("{n} row", "{n} rows", rows))
    if removed:
        click.echo(gettext("Removed: {files}", files=", ".join(path.name for path in removed)))
    if config.backup_public_key:
        click.echo(gettext("The file is encrypted: only the key that belongs to DIWAN_BACKUP_PUBLIC_KEY opens it."))
    else:
        click.echo(gettext("The file holds the secret key and all data. Keep it where only you can read it."))


@click.command("backup-key", help=gettext(
    "Write a new key for backups into a file, and print its public half, for DIWAN_BACKUP_PUBLIC_KEY. "
    "Keep the file away from this machine: it opens every backup, and without it nobody can."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_key(file: Path) -> None:
    if not file.absolute().parent.is_dir():
        raise Refused(gettext("There is no folder {path}.", path=str(file.absolute().parent)))
    public = sealing.new_key(file)
    click.echo(gettext("Key written: {file}. Keep it where no backup is, and a copy on paper.", file=str(file)),
               err=True)
    click.echo(f"DIWAN_BACKUP_PUBLIC_KEY={public}")


@click.command(help=gettext(
    "Restore a backup into an empty instance and database, after checking all of it."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--drill", is_flag=True, help=gettext(
    "Only try it: restore beside this installation, compare and verify, and take it away again."))
@click.option("--key", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True), help=gettext(
    "The key of an encrypted backup, as “diwan backup-key” made it."))
@click.option("--into", default="", metavar="URL", help=gettext("An empty database for a drill on PostgreSQL."))
def restore(file: Path, drill: bool, into: str, key: Path | None) -> None:
    config = load()
    with as_system():
        restored = drills.run(config, file, into, key) if drill else restoring.restore(config, file, key)
    text = gettext("Restored: {file}, made on {date}. All rows and files are as they were then.",
                   file=str(file), date=restored.manifest.made_at)
    if drill:
        text = gettext("The drill went well: {file}, made on {date}, can be restored.",
                       file=str(file), date=restored.manifest.made_at)
    click.echo(text)
    if not drill and not instance.is_current(config):
        click.echo(gettext("The backup is from an older version of Diwan. Run “diwan migrate” next."))
    broken = restored.verdict.first_broken
    if broken is not None:
        raise Refused(gettext("The audit log was broken already when the backup was made: {reason}",
                              reason=str(broken.message)))
    if drill and instance.exists(config):
        with as_system():
            landmarks.note(config, landmarks.DRILL, str(file.absolute()), sum(restored.manifest.tables.values()))
