"""`onrecord serve` as a process: from its start to its end."""

import json
import os
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from index.embedding.embedder import Embedder
from index.store import Index
from tests.bot.http.test_api import events, request
from tests.bot.serving.doors import FERRY, QUESTION
from tests.conftest import Run, put
from tests.fakeslack.process import ONRECORD

pytestmark = pytest.mark.slow


def test_it_serves_a_page_and_an_api_until_it_is_told_to_stop(
    model: Embedder, home: Path, tmp_path: Path, onrecord: Run
) -> None:
    Index.create(home)
    with Index(home, model) as index:
        put(index, FERRY)
    log = tmp_path / "log"
    with log.open("w") as out:
        program = subprocess.Popen([ONRECORD, "serve", "--port", "0"], env=os.environ, stdout=out, stderr=out)
    try:
        end = time.monotonic() + 60
        while "Stop with Ctrl-C" not in (said := log.read_text()):
            assert program.poll() is None, said
            assert time.monotonic() < end
            time.sleep(0.05)
        url = next(word for word in said.split() if word.startswith("http://")).rstrip(".")
        assert b"On Record" in request(url, "GET", "/")[2]
        _, _, read = request(url, "POST", "/v1/ask", {"question": QUESTION}, Accept="text/event-stream")
        assert events(read)[-1][1]["status"] == "answered"
        ended = onrecord("health", "--bot", f"http://{urlsplit(url).netloc}/healthz")
        assert ended.code == 0
        assert json.loads(ended.out.rpartition("bot: ")[2])["problems"] == []
        program.terminate()
        assert program.wait(20) == 0
    finally:
        program.kill()
        program.wait()
    assert "Traceback" not in log.read_text()
    assert "pier" not in log.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "others could ask without a token"),
        (["--host", "no.such.host.invalid"], "others could ask without a token"),
        (["--host", "localhost", "--port", "1"], ""),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(onrecord: Run, arguments: list[str], said: str) -> None:
    if not said and os.geteuid() == 0:
        pytest.skip("root may listen at any port")
    ended = onrecord("serve", *arguments)
    assert ended.code == 2
    assert (said or "cannot be listened at") in ended.err
    assert len(ended.err.strip().splitlines()) == 1
