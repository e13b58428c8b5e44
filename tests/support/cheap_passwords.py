"""Password hashes that cost next to nothing, for all tests but those of the hashes themselves.

A real one takes 20 ms and 19 MiB, and most tests make one for each person in them.
"""

import pytest
from argon2 import PasswordHasher

from core.auth import passwords

REAL = {"_HASHER": passwords._HASHER, "_NOBODY": passwords._NOBODY}
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP = {"_HASHER": _CHEAP, "_NOBODY": _CHEAP.hash("nobody's")}


def use(profile: dict[str, object], patch: pytest.MonkeyPatch) -> None:
    """Hash with this profile until `patch` is undone."""
    for name, value in profile.items():
        patch.setattr(passwords, name, value)
