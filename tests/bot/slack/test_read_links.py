"""Links put on record from Slack, from a real page on a real server to the answer."""

import shutil
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.trials import CHANNEL

PAGE = """<html><head><title>Lighthouse sold to the village</title>
<meta property="og:site_name" content="Cape Gazette">
<meta property="article:published_time" content="2026-05-02T08:00:00Z"></head>
<body><article><h1>Lighthouse sold to the village</h1>
<p>The lighthouse at Cape Tarrow was sold to the village for one pound on Friday, after four years.</p>
<p>Mabel Quince, who chairs the village council, said that the tower would be opened to visitors in June.</p>
<p>The lamp was put out in 1998, and the keeper's cottage has stood empty since the last keeper retired.</p>
</article></body></html>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/lighthouse"
        body = PAGE.encode() if found else b"gone"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_page_is_read_confirmed_and_answered_from_and_failures_say_why(
    slack: FakeSlack, samples: Path, start: Callable[..., Bot], tmp_path: Path, site: str
) -> None:
    home = tmp_path / "own"
    shutil.copytree(samples, home)
    toml = (
        f'allow_private = true\n[slack]\nfeeders = ["U00ADA"]\n[slack.channel.{CHANNEL}]\nauto_read = true\n'
    )
    start(home, toml=toml)
    ts = slack.mention("U00ADA", CHANNEL, f"read <{site}/lighthouse|the page>")
    (answer,) = slack.answers(CHANNEL, ts)
    assert "On record: " in answer.shown()
    assert "Lighthouse sold to the village" in answer.shown()
    assert "Cape Gazette" in answer.shown()
    assert "2 May 2026" in answer.shown()
    ts = slack.mention(
        "U00BEN", CHANNEL, "Who said that the lighthouse tower would be opened to visitors in June?"
    )
    (answer,) = slack.answers(CHANNEL, ts)
    assert "Mabel Quince" in answer.shown()
    ts = slack.mention("U00ADA", CHANNEL, f"read <{site}/nothing>")
    (answer,) = slack.answers(CHANNEL, ts)
    assert answer.shown().startswith("Not read: ")
    ts = slack.say("U00ADA", CHANNEL, f"Look at this: <{site}/lighthouse>")
    (answer,) = slack.answers(CHANNEL, ts)
    assert "On record already" in answer.shown()
    ts = slack.mention("U00BEN", CHANNEL, f"read <{site}/lighthouse>")
    slack.until(lambda: any("not set up to read links for you" in m.shown() for m in slack.state.ephemerals))
    assert slack.state.replies(CHANNEL, ts) == []
    assert slack.state.rejected == []
