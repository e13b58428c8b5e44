"""Pages of accounts: signing in, own settings, users and roles."""

from core.auth.views import (
    effective,
    own_settings,
    reset_password,
    role_fields,
    roles,
    second_factor,
    sign_in,
    sso,
    sso_settings,
    user_access,
    users,
)
from core.auth.views.blueprint import blueprint

__all__ = [
    "blueprint", "effective", "own_settings", "reset_password", "role_fields", "roles",
    "second_factor", "sign_in", "sso", "sso_settings", "user_access", "users",
]
