"""What every answer carries, and how many files a visitor may leave."""

import asyncio
from types import SimpleNamespace

import pytest

from pages.shared import door

FILE = SimpleNamespace(data=b"x" * 10)
UPLOAD = "/_stcore/upload_file/{}/{}"


@pytest.fixture
def stored(monkeypatch):
    """The files of each session, as Streamlit keeps them."""
    files: dict[str, dict[str, SimpleNamespace]] = {}
    manager = SimpleNamespace(file_storage=files)
    monkeypatch.setattr(door, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    return files


def ask(path: str, method: str = "GET", accept: str = "*/*") -> tuple[int, dict[str, str]]:
    """Status and headers of an answer; what is let in is answered with 204."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    path, _, query = path.partition("?")
    headers = [(b"accept", accept.encode())]
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "headers": headers,
        "query_string": query.encode(),
    }
    asyncio.run(door.Door(let_in)(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


async def let_in(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": [(b"etag", b"1")]})
    await send({"type": "http.response.body", "body": b""})


def test_every_answer_carries_the_headers_beside_its_own():
    status, headers = ask("/simulator")
    assert (status, headers["etag"], headers["x-content-type-options"]) == (204, "1", "nosniff")
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "http" not in headers["content-security-policy"]  # no host but this one
    assert "frame-ancestors" not in policy  # a course page elsewhere may show the lab


def test_a_connection_that_stays_open_passes():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(door.Door(app)({"type": "websocket", "path": "/_stcore/stream"}, None, None))
    assert seen == ["websocket"]


def test_how_many_are_here_is_not_told():
    status, headers = ask("/_stcore/metrics")
    assert status == 404 and "content-security-policy" in headers


def test_a_visitor_leaves_a_few_files_and_may_exchange_each(stored):
    stored["anna"] = {str(i): FILE for i in range(door.FILES_OF_ONE)}
    assert ask(UPLOAD.format("anna", "new"), "PUT")[0] == 429
    assert ask(UPLOAD.format("anna", "0"), "PUT")[0] == 204
    assert ask(UPLOAD.format("anna", "0"), "DELETE")[0] == 204
    assert ask(UPLOAD.format("bert", "new"), "PUT")[0] == 204
    del stored["anna"]["0"]
    assert ask(UPLOAD.format("anna", "new"), "PUT")[0] == 204


def test_all_files_together_have_an_end(stored, monkeypatch):
    monkeypatch.setattr(door, "BYTES_OF_ALL", 20)
    stored |= {"anna": {"1": FILE}, "bert": {"1": FILE}}
    assert ask(UPLOAD.format("carl", "1"), "PUT")[0] == 204
    stored["bert"]["2"] = FILE
    assert ask(UPLOAD.format("carl", "1"), "PUT")[0] == 507


def test_files_that_come_at_the_same_time_are_counted_too(stored):
    async def storm(sessions: int, files: int) -> list[int]:
        gate, statuses = asyncio.Event(), []

        async def slow(scope, receive, send):
            await gate.wait()
            await let_in(scope, receive, send)

        at = door.Door(slow)

        async def put(session: int, file: int) -> None:
            async def send(message):
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            path = UPLOAD.format(session, file)
            await at({"type": "http", "path": path, "method": "PUT", "headers": []}, None, send)

        puts = [asyncio.create_task(put(s, f)) for s in range(sessions) for f in range(files)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*puts)
        assert at.coming == []
        return statuses

    assert asyncio.run(storm(1, 30)).count(204) == door.FILES_OF_ONE
    assert asyncio.run(storm(100, 1)).count(204) == door.FILES_AT_ONCE


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/simulator/x", "/simulator"),
        ("/simulator/x/y?leverage=5", "/simulator?leverage=5"),
        ("/simulator/../..", "/simulator"),
        ("/\\elsewhere.example/x", "/%5Celsewhere.example"),
        ("/über/x", "/%C3%BCber"),
        ("/simulator", None),
        ("/simulator/", None),
        ("//elsewhere.example/x", None),
        ("/_stcore/health", None),
        ("/static/js/index.js", None),
        ("/", None),
    ],
)
def test_an_address_below_a_page_leads_to_the_page(path, leads_to):
    status, headers = ask(path, accept="text/html,*/*")
    assert (status, headers.get("location")) == ((302, leads_to) if leads_to else (204, None))
    assert ask(path)[0] == 204  # no reader, but a script


def test_a_lab_below_an_address_of_a_proxy_has_its_pages_there(monkeypatch):
    monkeypatch.setattr(door.st, "get_option", {"server.baseUrlPath": "/school/lab/"}.get)
    assert ask("/school/lab/simulator", accept="text/html")[0] == 204
    assert ask("/school/lab/simulator/x", accept="text/html")[1]["location"] == "/school/lab/simulator"
