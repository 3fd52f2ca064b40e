"""A proxy before a real MLflow server that loses replies, answers errors, or is not there."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASS, LOSE, REFUSE = "pass", "lose the reply", "refuse"
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Proxy:
    """Forwards every request, but for what a test plans for some of them.

    Attributes:
        plan: Told the method, the path and how often that pair was asked for before; returns PASS,
            LOSE (forwarded, never answered), REFUSE (neither), a status to answer with instead, or
            seconds (float) to wait first.
        asked: How often each (method, path) was asked for.
        met: How often each of them was answered otherwise than MLflow would have at once.
    """

    def __init__(self, port: int) -> None:
        self.behind = port
        self.plan: Callable[[str, str, int], object] = lambda *_: PASS
        self.asked: Counter[tuple[str, str]] = Counter()
        self.met: Counter[tuple[str, str]] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.uri = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def behave(self, plan: Callable[[str, str, int], object] | None = None) -> None:
        """Follow a plan from now on, counting anew; without one forward everything."""
        self.plan = plan or (lambda *_: PASS)
        self.asked, self.met = Counter(), Counter()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.answer(self)

            do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request as planned."""
        plan = self.plan
        key = request.command, request.path.partition("?")[0].rpartition("/mlflow/")[2]
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        action = plan(*key, self.asked[key])
        self.asked[key] += 1
        self.met[key] += action != PASS
        request.close_connection = True
        if action == REFUSE:
            return
        if isinstance(action, int):
            request.send_error(action)
            return
        if isinstance(action, float):
            time.sleep(action)
            if self.plan is not plan:
                # Of a test that is over: its client has given up long ago.
                return
        connection = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=60)
        connection.request(request.command, request.path, body, dict(request.headers))
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        if action == LOSE:
            return
        request.send_response(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in _HOP:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        # Kept, it would be closed under the client's next request, one of its retries.
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(content)
