"""Forms that make something are good for one time: posted twice, they get the first answer (REL-04).

The form carries `form_id` as a hidden input, which the template function of that name makes up for each page.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import current_app, make_response, redirect, request

from core.db import unit
from core.errors import Conflict
from core.language.i18n import _
from core.rest.idempotency import answered, keep_if_first
from core.ui import rendering

#: Hidden inputs that say nothing of what was typed; the session's token may have been renewed in between.
_ASIDE = frozenset({"csrf_token", "form_id"})
_ALREADY = _("This was created already, and its secret was shown once. If nobody has seen it, delete it and create "
             "another one.")  # fmt: skip


def key() -> str:
    """Under which the answer to the form that was posted is kept; empty for a form that may be posted again.

    A page that was gone back to has its old id: with other entries it is another form, not the first one again.
    """
    given = request.form.get("form_id", "")[:64]
    if not given:
        return ""
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _ASIDE)
    # With the installation's key, for a form may hold a password: nobody can try guesses against what is kept.
    secret: str = current_app.settings.secret_key  # type: ignore[attr-defined]
    return f"form:{given}:{hmac.new(secret.encode(), urlencode(typed).encode(), hashlib.sha256).hexdigest()}"


def sent_once(back: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A view that makes something of a form. What was refused is not kept: the same form may be sent again.

    `back` is for a view whose answer is a page with a secret, which is not there to be shown a second time: where to go
    instead, with the values of the address in braces. Of two posts at one moment the later one is undone.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def once(**arguments: Any) -> Any:
            name = key()
            if not name:
                return view(**arguments)
            known = answered(request.path, name)
            if known is None:
                answer = make_response(view(**arguments))
                kept = {"to": answer.location or "", "said": rendering.said()}
                if answer.status_code < 400 and keep_if_first(request.path, name, kept):
                    return answer
                # Another post of this form may have been first; what this one made, or was refused for, is void then.
                unit().rollback()
                known = answered(request.path, name)
                if known is None:
                    return answer
            to = known.get("to") or back.format(**arguments)
            if not to:
                raise Conflict(_("This form was sent already."))
            return rendering.say(redirect(to, 303), known.get("said") or _ALREADY)

        return once

    return wrap
