"""`onrecord ingest` with links, with the sources of a file, and by schedule."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import Run
from tests.site import FERRY, Site, story


def sources(folder: Path, site: Site) -> None:
    page = site.add("/ferry", story("Ferry strikes pier", *FERRY), etag='"1"')
    site.add(
        "/feed",
        f"<rss version='2.0'><channel><item><link>{page}</link></item></channel></rss>",
        kind="text/xml",
    )
    (folder / "notes").mkdir()
    (folder / "notes" / "a.md").write_text("# Council\n\nThe council met.", encoding="utf-8")
    (folder / "sources.toml").write_text(
        f'[[source]]\nlabel = "The Wire"\nfeed = "{site.url}/feed"\nallow_private = true\n'
        'every = "10 s"\ndelay = 0\n'
        '[[source]]\nlabel = "Notes"\npath = "notes"\n',
        encoding="utf-8",
    )


def test_without_arguments_every_source_of_the_file_is_refreshed(
    onrecord: Run, tmp_path: Path, site: Site
) -> None:
    sources(tmp_path, site)
    ended = onrecord("ingest")
    assert ended.code == 0, ended.err
    assert "The Wire:\n1 new" in ended.out
    assert "Notes:\n1 new" in ended.out
    again = onrecord("ingest")
    assert "The Wire:\n0 new, 0 changed, 1 unchanged" in again.out
    assert site.count("/ferry") <= 2


def test_status_keeps_the_last_run_of_each_source_with_its_failures(
    onrecord: Run, tmp_path: Path, site: Site
) -> None:
    sources(tmp_path, site)
    site.pages.pop("/ferry")
    assert onrecord("ingest").code == 1
    status = onrecord("status", "--json").json["record"]["sources"]
    assert status["Notes"]["new"] == 1
    assert status["The Wire"]["failed"] == 1
    assert "404" in status["The Wire"]["failures"][0]["reason"]
    assert "The Wire: 2" in onrecord("status").out


def test_a_link_on_the_command_line_obeys_the_guard(onrecord: Run, site: Site) -> None:
    link = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    ended = onrecord("ingest", link)
    assert ended.code == 1
    assert "private address" in ended.err
    assert site.connections == 0


def test_events_are_objects_a_line_and_the_summary_is_the_result(
    onrecord: Run, tmp_path: Path, site: Site
) -> None:
    sources(tmp_path, site)
    (tmp_path / "notes" / "b.pdf").write_bytes(b"%PDF- broken")
    ended = onrecord("ingest", "notes", "--json")
    assert ended.json["new"] == 1
    events = [json.loads(line) for line in ended.err.splitlines()]
    assert [(one["event"], one["origin"][-5:]) for one in events if one["event"] == "failure"] == [
        ("failure", "b.pdf")
    ]


def test_watching_refreshes_again_and_says_when(tmp_path: Path, site: Site) -> None:
    sources(tmp_path, site)
    program = "from bot.cli import main; main()"
    env = {**os.environ, "ONRECORD_HOME": str(tmp_path / "record")}
    child = subprocess.Popen(
        [sys.executable, "-c", program, "ingest", "--watch"],
        cwd=tmp_path,
        env={**env, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 90
    while site.count("/feed") < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert site.count("/feed") >= 2
    assert "Next: " in err
    assert "The Wire at " in err
    assert "Traceback" not in out + err
