"""The files of a person who is to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.config import Config
from core.db import unit
from core.entity.spec import EntitySpec
from core.entity.types_file import StoredFile
from core.files.models import uploads
from core.files.s3 import store_of
from core.files.sweeping import holding


def release(spec: EntitySpec, record: Mapping[str, Any]) -> set[str]:
    """The digests of the files that a record holds, whose uploads are forgotten; `record` as it was before."""
    found = {value.digest for value in record.values() if isinstance(value, StoredFile)}
    found |= {held["sha256"] for held in (record.get("custom") or {}).values()
              if isinstance(held, Mapping) and "sha256" in held}  # fmt: skip
    if found:
        unit().execute(sa.delete(uploads).where(uploads.c.digest.in_(found)))
    return found


def remove(config: Config, connection: Any, digests: set[str]) -> None:
    """Delete those of the files that no other record holds, at once."""
    if not digests:
        return
    store = store_of(config)
    for digest in digests - holding(connection):
        store.remove(digest)
