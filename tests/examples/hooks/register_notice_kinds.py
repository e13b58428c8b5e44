"""Users are told of something, each in the ways he chose."""

from core.api import Manifest, NoticeKind, _, hookimpl, notify, on

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_notice_kinds():
    return [NoticeKind("example.lost", _("A contact of mine is lost"), _("{actor} gave up {record}: {reason}"),
                       icon="user-off", mail=True)]  # fmt: skip


@on("core.records_saved")
def tell_owners(entity, changes):
    for change in changes if entity.name == "contacts.contact" else ():
        if change.changed("status") and change.after["status"] == "lost":
            given = {"reason": change.after["note"] or ""}
            notify([change.after["owner_id"]], "example.lost", entity.name, change.id, given)
