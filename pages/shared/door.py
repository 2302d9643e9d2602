"""What the server adds to every answer, and what it refuses before Streamlit sees it."""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st
from streamlit.runtime import get_instance

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]

UPLOADS = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
DEEP = re.compile(r"/([^/]+)/.*[^/].*")
OF_STREAMLIT = ("_stcore", "static", "media", "component", "app", "vendor")
FILES_OF_ONE = 5  # a learner has one, and another while it is exchanged
FILES_AT_ONCE = 40  # on their way at the same time: more than a class room
BYTES_OF_ALL = 256 * 2**20


def _own_scripts() -> str:
    """The marks of the scripts that stand in Streamlit's page itself."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inside = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inside)


def headers() -> dict[str, str]:
    """Nothing comes from elsewhere and nothing goes there, whatever a page might be made to say.

    Who may show the lab in a frame is left open: a course page on another machine should. Components
    bring their scripts as blobs, and Streamlit's tables compile code.
    """
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'unsafe-eval' 'wasm-unsafe-eval' {_own_scripts()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


class Door:
    """Every request passes here first."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers().items()]
        self.coming: list[tuple[str, str]] = []  # session and file of each upload on its way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self.headers]
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if page := _page_above(scope):
            await _refuse(302, answer, (b"location", page.encode()))
            return
        upload = UPLOADS.search(scope["path"]) if scope["method"] == "PUT" else None
        if scope["path"].endswith("/_stcore/metrics"):  # how many are here is nobody's business
            await _refuse(404, answer)
        elif upload is None:
            await self.app(scope, receive, answer)
        elif status := self.refusal(*upload.groups()):
            await _refuse(status, answer)
        else:
            self.coming.append(upload.groups())
            try:
                await self.app(scope, receive, answer)
            finally:
                self.coming.remove(upload.groups())

    def refusal(self, session: str, file: str) -> int:
        """The status that refuses a file, or 0. Streamlit bounds the size of each, but not their number."""
        stored = get_instance().uploaded_file_mgr.file_storage
        here = {*stored.get(session, ()), *(name for of, name in self.coming if of == session)}
        if len(here | {file}) > FILES_OF_ONE or len(self.coming) >= FILES_AT_ONCE:
            return 429
        held = sum(len(record.data) for files in [*stored.values()] for record in [*files.values()])
        return 507 if held > BYTES_OF_ALL else 0


def _page_above(scope: Scope) -> str:
    """Where to send a reader of ``/page/more``: that deep Streamlit finds none of its own files."""
    base = "/".join(["", *filter(None, st.get_option("server.baseUrlPath").split("/"))])
    found = DEEP.fullmatch(scope["path"].removeprefix(base))
    reads = any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
    if not (found and reads) or found[1] in OF_STREAMLIT:
        return ""
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{base}/{quote(found[1])}" + (f"?{query}" if query else "")


async def _refuse(status: int, answer: Send, *more: tuple[bytes, bytes]) -> None:
    await answer({"type": "http.response.start", "status": status, "headers": [*more]})
    await answer({"type": "http.response.body", "body": b""})


MIDDLEWARE = [(Door, (), {})]  # with what arguments: none
