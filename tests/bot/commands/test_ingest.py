"""`onrecord ingest` with links, with the sources of a file, and by schedule."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import IO

import pytest

from index.store import Index
from tests.conftest import Run
from tests.site import FERRY, Site, story

pytestmark = pytest.mark.slow


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
    assert "The Wire:\n1 unchanged" in again.out
    assert site.count("/ferry") <= 2


def test_what_failed_once_is_shown_until_something_else_went_well(
    onrecord: Run, tmp_path: Path, site: Site
) -> None:
    def shown() -> set[str]:
        return set(onrecord("status", "--json").json["record"]["sources"])

    sources(tmp_path, site)
    site.pages["/ferry"].status = 403
    (tmp_path / "broken.pdf").write_bytes(b"%PDF- broken")
    (tmp_path / "worse.pdf").write_bytes(b"%PDF- worse")
    onrecord("ingest")
    assert onrecord("ingest", "broken.pdf").code == onrecord("ingest", "worse.pdf").code == 1
    assert shown() == {"Notes", "The Wire", "broken.pdf", "worse.pdf"}
    assert onrecord("ingest", "notes").code == 0
    assert shown() == {"Notes", "The Wire", "notes"}


def test_status_keeps_the_last_run_of_each_source_with_its_failures(
    onrecord: Run, tmp_path: Path, site: Site
) -> None:
    sources(tmp_path, site)
    site.pages["/ferry"].status = 403
    assert onrecord("ingest").code == 1
    status = onrecord("status", "--json").json["record"]["sources"]
    assert status["Notes"]["new"] == 1
    assert status["The Wire"]["failed"] == 1
    assert "403" in status["The Wire"]["failures"][0]["reason"]
    assert "1 failed" in onrecord("status").out


def test_doctor_names_what_is_wrong_with_the_sources(onrecord: Run, tmp_path: Path, site: Site) -> None:
    sources(tmp_path, site)
    site.pages["/ferry"].status = 403
    onrecord("ingest")
    told = onrecord("doctor").out
    assert "ok    sources: 2 sources in sources.toml; failures in the last run of The Wire" in told
    file = tmp_path / "sources.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("every", "evry"), encoding="utf-8")
    ended = onrecord("doctor")
    assert ended.code == 1
    assert "FAIL  sources: The source 'The Wire' in sources.toml: evry is not an option" in ended.out


def test_files_that_name_no_outlet_have_that_of_their_source(onrecord: Run, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("The council met.", encoding="utf-8")
    (notes / "b.md").write_text("---\nsource: Echo\n---\nThe ferry sailed.", encoding="utf-8")
    with zipfile.ZipFile(notes / "c.zip", "w") as archive:
        archive.writestr("c.txt", "The mill burnt.")
    entry = '[[source]]\npath = "notes"\n'
    (tmp_path / "sources.toml").write_text(entry, encoding="utf-8")
    assert "3 new" in onrecord("ingest").out
    (tmp_path / "sources.toml").write_text(f'{entry}outlet = "Town hall"\n', encoding="utf-8")
    assert "2 changed, 1 unchanged" in onrecord("ingest").out
    assert "3 unchanged" in onrecord("ingest").out
    listed = onrecord("articles", "list", "--json").json["articles"]
    assert sorted(one["source"] for one in listed) == ["Echo", "Town hall", "Town hall"]


# Asks for the right to write once, when told to; says whether it came, and keeps it until told again.
WRITER = """
import sys
from pathlib import Path
from index.embedding.embedder import load_embedder
from index.errors import RecordBusy
from index.store import Index

index = Index(Path(sys.argv[1]), load_embedder())
print("ready", flush=True)
sys.stdin.readline()
try:
    with index.session():
        print("writing", flush=True)
        sys.stdin.readline()
except RecordBusy:
    print("busy", flush=True)
"""


class Cue(logging.Handler):
    """Lets another process go on when a run says that it ended."""

    def __init__(self, other: IO[str], answers: IO[str]) -> None:
        super().__init__()
        self.said: list[str] = []
        self._other, self._answers = other, answers

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "A refresh ended.":
            print(file=self._other, flush=True)
            self.said.append(self._answers.readline().strip())


def test_no_other_writer_comes_between_what_a_run_publishes_and_its_note(
    onrecord: Run, tmp_path: Path, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.md").write_text("# Council\n\nThe council met.", encoding="utf-8")
    Index.create(home)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, home],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        cue = Cue(writer.stdin, writer.stdout)
        logger = logging.getLogger("onrecord.ingest")
        logger.addHandler(cue)
        try:
            with caplog.at_level(logging.INFO, logger.name):
                ended = onrecord("ingest", "a.md")
        finally:
            logger.removeHandler(cue)
    assert (ended.code, ended.err) == (0, "")
    assert "1 new" in ended.out
    assert cue.said == ["busy"]
    assert onrecord("status", "--json").json["record"]["sources"]["a.md"]["new"] == 1


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


def test_watching_refreshes_again_and_says_when_and_is_stopped_without_an_error(
    tmp_path: Path, site: Site
) -> None:
    sources(tmp_path, site)
    program = "from bot.cli.app import main; main()"
    env = {**os.environ, "ONRECORD_HOME": str(tmp_path / "record"), "ONRECORD_LOG": "json"}
    child = subprocess.Popen(
        [sys.executable, "-c", program, "ingest", "--watch"],
        cwd=tmp_path,
        env={**env, "PYTHONPATH": str(Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 90
    while site.count("/feed") < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 0
    assert site.count("/feed") >= 2
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["level"] for line in lines} == {"info"}
    said = " ".join(line["message"] for line in lines)
    # "At" an hour, or "now" where a refresh took longer than the second between two.
    assert re.search(r"Next: .*The Wire (at|now)\b", said)
    assert "Stopping; what is done so far is kept" in said
