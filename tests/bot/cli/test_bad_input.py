"""Bad input, and records that cannot be used: one sentence each, and the exit code."""

import os
from pathlib import Path

import pytest

from index.embedding.embedder import load_embedder
from index.store import Index
from tests.bot.cli.conftest import one_sentence
from tests.conftest import Run

pytestmark = pytest.mark.slow


BAD: list[tuple[list[str], int, str]] = [
    (["ask", ""], 2, "The question is empty"),
    (["ask", "why " * 25_000], 2, "The question is 100,000 characters long"),
    (["ask"], 2, "There is no question"),
    (["ask", "?!"], 2, "The question has no word in it"),
    (["timeline", "ferry", "--max", "few"], 2, "'few' is not a valid whole number"),
    (["serve", "--port", "http"], 2, "'http' is not a valid whole number"),
    (["ask", "x", "--batch", "questions.jsonl"], 2, "not from both"),
    (["ask", "--batch", "nowhere.jsonl"], 2, "The file of questions nowhere.jsonl cannot be read"),
    (
        ["ask", "Who?", "--since", "soon"],
        2,
        "The day for 'since' is 'soon'; write it as 2026-03-12, 2026-03,",
    ),
    (["ask", "Who?", "--json", "--format", "text"], 2, "--json and --format text ask for different things"),
    (["ask", "Who?", "--json", "--cite", "apa"], 2, "--cite apa and --format json ask for different things"),
    (["ask", "Who?", "--cite", "harvard"], 2, "'harvard' is not one of 'footnotes', 'markdown', 'chicago'"),
    (["ask", "Who?", "--threshold", "7"], 2, "threshold from the command line must be a number from 0 to 1"),
    (["search", "x", "--source", "The Nowhere Times"], 2, "No article comes from 'The Nowhere Times'"),
    (["ingest", "nowhere"], 2, "nowhere"),
    (["ingest", "empty"], 2, "empty"),
    (["ingest", "https://ann:secret@wire.example/a"], 2, "user name or password"),
    (["frobnicate"], 2, "to ask a question, write `onrecord ask` before it); see `onrecord --help`."),
    (["statsu"], 2, "No such command 'statsu'. Did you mean 'status'? See `onrecord --help`."),
    (["status", "extra"], 2, "Got unexpected extra argument (extra); see `onrecord status --help`."),
    (["backup"], 2, "Missing argument 'FILE'; see `onrecord backup --help`."),
    (["slack", "--port", "99999"], 2, "Invalid value for '--port'"),
    (["ask", "Who?", "--threshold", "low"], 2, "'low' is not a valid number; see `onrecord ask --help`."),
    (["ask", "Who?", "--colour", "red"], 2, "--colour"),
    (["search", "x", "-k", "0"], 2, "Invalid value for '-k'"),
    (["ingest"], 2, "no file of sources"),
    (["articles", "show", "nothing"], 2, "No article has the id 'nothing'"),
    (["articles", "show", "\udcff"], 2, "What was given holds bytes that are no text"),
    (["articles", "list", "--title", "\udcff"], 2, "What was given holds bytes that are no text"),
    (["watch", "Who won?", "--exec", "echo \udcff"], 2, "What was given holds bytes that are no text"),
    (["articles", "list", "-k", "9", "--page", f"1{23 * '0'}"], 0, "No article fits."),
    (["articles", "open", "7"], 2, "Nothing that was shown last has the number 7"),
    (["articles", "list", "--columns", "titel"], 2, "There is no column 'titel'; did you mean 'title'?"),
    (["articles", "list", "--since", "2026", "--until", "2025"], 2, "Nothing lies between 2026-01-01 and"),
    (["articles", "frobnicate"], 2, "No such command 'frobnicate'; see `onrecord articles --help`."),
    (["ingest", "herald.example/ferry"], 2, "check the path, or write https:// before a link."),
    (["ingest", "ftp://herald.example/x"], 2, "only links with http:// or https:// can."),
]


@pytest.mark.parametrize(("arguments", "code", "sentence"), BAD, ids=[" ".join(b[0])[:30] for b in BAD])
def test_bad_input_gets_one_sentence_and_its_exit_code(
    onrecord: Run, articles: Path, home: Path, arguments: list[str], code: int, sentence: str
) -> None:
    Index.create(home)
    (articles.parent / "empty").mkdir()
    ended = onrecord(*arguments)
    assert ended.code == code
    assert sentence in one_sentence(ended)
    assert ended.out == ""


def test_a_mistyped_path_leaves_no_empty_record_behind(onrecord: Run, home: Path) -> None:
    assert onrecord("ingest", "nowhere").code == 2
    assert not home.exists()


@pytest.mark.parametrize(
    "command", [["ask", "Who?"], ["search", "x"], ["articles", "list"], ["verify"], ["rebuild"]]
)
def test_without_a_record_the_first_step_is_named_and_no_model_loaded(
    onrecord: Run, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("a model was loaded for a record that is not there")

    monkeypatch.setattr("bot.assembly.load_embedder", never)
    ended = onrecord(*command)
    assert ended.code == 1
    assert "run `onrecord ingest PATH` first" in one_sentence(ended)


def test_broken_files_are_named_with_their_reasons_and_the_rest_goes_in(
    onrecord: Run, articles: Path
) -> None:
    (articles / "front.md").write_text("---\ntitle: [unclosed\n---\nText.\n")
    (articles / "day.md").write_text("---\npublished: soon\n---\nText.\n")
    (articles / "binary.txt").write_bytes(bytes(range(256)) * 100)
    (articles / "lines.jsonl").write_text(
        '[1]\n{"id": "x"}\n{"id": "y", "text": "Good."}\n{"id": "y", "text": "Twice."}\n'
    )
    (articles / "legacy.txt").write_bytes("A café in Zürich.".encode("cp1252"))
    (articles / "blank.md").write_text("")
    os.mkfifo(articles / "pipe.md")
    (articles / "way-out.md").symlink_to("/etc/hostname")
    big = articles / "big.txt"
    with big.open("wb") as file:
        for _ in range(200):
            file.write(b"word " * 200_000)
    ended = onrecord("ingest", articles)
    assert ended.code == 1
    assert ended.out.startswith("5 new, 9 failed;")
    # "day.md" states a day that is none: that costs it the day, with a word.
    for name in ("front.md", "day.md", "binary.txt", "lines.jsonl: line 1", "lines.jsonl: line 2",
                 "lines.jsonl: line 4", "blank.md", "pipe.md", "way-out.md", "big.txt"):  # fmt: skip
        assert name in ended.err
    assert onrecord("verify").code == 0
    big.unlink()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_record_that_cannot_be_written_is_named(onrecord: Run, articles: Path, home: Path) -> None:
    onrecord("ingest", articles)
    home.chmod(0o500)
    try:
        (articles / "new.md").write_text("Something new.")
        assert "cannot be written" in one_sentence(onrecord("ingest", articles))
    finally:
        home.chmod(0o700)


def test_a_place_where_no_record_can_be_is_named(onrecord: Run, articles: Path) -> None:
    ended = onrecord("ingest", articles, "--home", articles / "ferry.md" / "record")
    assert ended.code == 1
    assert "No record can be made in" in one_sentence(ended)


def test_a_newer_record_and_one_in_use_are_named(onrecord: Run, articles: Path, home: Path) -> None:
    onrecord("ingest", articles)
    (articles / "more.md").write_text("More of it.")
    with Index(home, load_embedder()) as index, index.session():
        busy = onrecord("ingest", articles)
        assert "Another process is writing" in one_sentence(busy)
        assert busy.code == 1
        assert onrecord("ask", "How many people were injured by the ferry?").code == 0
    with Index(home) as index, index.catalog.write() as change:
        change.db.execute("PRAGMA user_version = 99")
    assert "written by a newer version" in one_sentence(onrecord("ingest", articles))
    assert "written by a newer version" in one_sentence(onrecord("ask", "x"))
    assert "written by a newer version" in onrecord("status").out


def test_another_model_is_refused_with_the_way_out(onrecord: Run, articles: Path, home: Path) -> None:
    onrecord("ingest", articles)
    with Index(home) as index, index.catalog.write() as change:
        change.set_meta(model="another-model@1234")
    for command in (["ask", "Who?"], ["ingest", articles, "--prune"]):
        (articles / "new.md").write_text("Something new.")
        ended = onrecord(*command)
        assert ended.code == 1
        assert "another-model@1234" in one_sentence(ended)
        assert "onrecord rebuild" in ended.err


def test_something_unforeseen_ends_in_a_sentence_and_a_file_to_report(
    onrecord: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("bot.commands.articles.list_articles", fail)
    ended = onrecord("articles", "list")
    assert ended.code == 1
    assert "did not foresee (ZeroDivisionError)" in one_sentence(ended)
    report = Path(ended.err.rsplit("file ", 1)[1].strip().rstrip("."))
    assert "secret words" in report.read_text()
    report.unlink()
