"""A server on this machine that answers as it is told, and datasets small enough to make."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lib.datasets.registry import Entry, RemoteFile

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Gives each path the answer that it was told to give, and remembers who asked for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def gives(
        self,
        path: str,
        body: bytes,
        *,
        length: int | None = None,
        tells_length: bool = True,
        before: Callable[[], object] = lambda: None,
    ) -> None:
        """Answer with a body; with another length than it has, the connection ends too early."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            before()
            handler.send_response(200)
            if tells_length:
                handler.send_header("Content-Length", str(len(body) if length is None else length))
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on this machine; a proxy that the person has set is passed over."""
    monkeypatch.setenv("NO_PROXY", "*")
    serving = Server()
    thread = threading.Thread(target=serving.http.serve_forever, args=(0.01,))
    thread.start()
    yield serving
    serving.http.shutdown()
    thread.join()
    serving.http.server_close()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address of this machine at which nobody listens."""
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own, which does not exist yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("COMPANION_DATA", str(folder))
    return folder


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """Make an entry of the registry from the bytes of its files."""

    def make(*mirrors: str, part: str = "both", **files: bytes) -> Entry:
        return Entry(
            name="toy",
            title="Toys",
            origin="made here",
            homepage="https://example.org/",
            licence="none",
            used_for="tests",
            images=1,
            shape=(1, 1),
            classes=("a", "b"),
            format="idx",
            mirrors=mirrors,
            files=tuple(
                RemoteFile(name, part, len(data), hashlib.sha256(data).hexdigest())
                for name, data in files.items()
            ),
        )

    return make
