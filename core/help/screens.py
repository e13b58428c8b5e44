"""Which topics explain a page, by its route, and who may read a topic: whoever may open a page that it explains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.access import Access
from core.help.topics import KERNEL, Topic

ENTITY = "/<plugin>/<noun>"
RECORD = f"{ENTITY}/<int:record_id>"
#: What the kernel says of its pages, by how their routes begin: the longest counts, and "/" alone means just itself.
#: The order is that of the list of all topics.
BY_ROUTE: Mapping[str, str] = {
    "/": "dashboard", "/help": "help", "/feedback": "help", "/search": "search",
    ENTITY: "list", f"{ENTITY}/views": "saved-views", f"{ENTITY}/board": "board", f"{ENTITY}/calendar": "calendar",
    f"{ENTITY}/map": "map", f"{ENTITY}/report": "reports",
    RECORD: "record", f"{RECORD}/history": "history", f"{RECORD}/timeline": "timeline",
    f"{RECORD}/figures": "key-figures", f"{RECORD}/attachments": "attachments",
    f"{ENTITY}/new": "form", f"{RECORD}/edit": "form",
    f"{ENTITY}/import": "import", f"{ENTITY}/export": "export", f"{ENTITY}/mass": "mass-changes",
    f"{ENTITY}/trash": "trash", f"{ENTITY}/suspects": "merging", f"{ENTITY}/merge": "merging",
    "/chat": "chat", "/notices": "notices", "/settings/notices": "notices",
    "/settings/exports": "export", "/settings": "own-settings", "/settings/me": "own-settings",
    "/api/v1/docs": "programs",
    "/settings/general": "general", "/settings/setup": "general", "/settings/working-time": "working-time",
    "/settings/users": "users",
    "/settings/users/<int:user_id>/hand-over": "handing-over",
    "/settings/roles": "roles", "/settings/sign-in": "sign-in",
    "/settings/modules": "modules", "/settings/fields": "custom-fields", "/settings/lists": "choice-lists",
    "/settings/webhooks": "webhooks", "/settings/log": "log", "/settings/health": "health",
    "/settings/backups": "health",
    "/settings/jobs": "jobs", "/settings/outbox": "jobs",
}  # fmt: skip


def names_for(rule: str, entity: str, plugin: str) -> tuple[str, ...]:
    """The topics of a page in their order, whether they were written or not: of a page of an `entity`, or of a page of
    a `plugin`'s own.

    `/visits/pages/today` of the plugin visits has the topic `pages-today`, else `pages`, else `index`.
    """
    if plugin:
        steps = [step for step in rule.split("/")[2:] if not step.startswith("<")]
        nearest = ["-".join(steps[:end]) for end in range(len(steps), 0, -1)]
        return tuple(f"{plugin}.{key}" for key in (*nearest, "index"))
    general = kernel_topic(rule)
    return (*([entity] if entity else []), *([f"{KERNEL}.{general}"] if general else []))


def kernel_topic(rule: str) -> str:
    """The kernel's topic for a route; "" where there is none."""
    begins = [known for known in BY_ROUTE if rule == known or known != "/" and rule.startswith(f"{known}/")]
    return BY_ROUTE[max(begins, key=len)] if begins else ""


def explaining(names: Iterable[str], written: Mapping[str, Topic], plugin: str) -> tuple[Topic, ...]:
    """Those that were written; of a plugin's own page only the nearest."""
    found = tuple(written[name] for name in names if name in written)
    return found[:1] if plugin else found


def needed(routes: Iterable[tuple[str, Access]], written: Mapping[str, Topic], entities: Iterable[str]
           ) -> dict[str, frozenset[str]]:  # fmt: skip
    """{topic: permissions any of which opens a page that it explains}; what everybody may open is not there."""
    found: dict[str, set[str]] = {name: {f"{name}.view"} for name in entities if name in written}
    for rule, access in routes:
        for topic in explaining(names_for(rule, "", access.plugin), written, access.plugin):
            found.setdefault(topic.name, set()).add(access.permission)
    return {name: frozenset(permissions) for name, permissions in found.items() if "" not in permissions}
