"""Runs of ingestion: what they find new, changed, gone and broken, and what they leave behind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import UsageError
from index.store import Index
from index.types import Query
from ingest.pipeline import Options, Progress, ingest, rebuild, remove
from ingest.sources.files import find
from tests.conftest import WordEmbedder
from tests.ingest.runs import counts, generation, run, texts, write

pytestmark = pytest.mark.slow


def test_a_second_run_finds_everything_unchanged_and_embeds_nothing(index: Index, folder: Path) -> None:
    assert counts(run(index, folder)) == (2, 0, 0, 0, 0)
    again = run(index, folder)
    assert counts(again) == (0, 0, 2, 0, 0)
    assert again.embedded == 0
    assert index.verify() == []


def test_a_touched_file_with_the_same_words_embeds_nothing(
    index: Index, folder: Path, words: WordEmbedder
) -> None:
    run(index, folder)
    before = len(words.embedded)
    write(folder / "ferry.md", "The ferry struck the pier.", source="The Wire")
    assert counts(run(index, folder)) == (0, 1, 1, 0, 0)
    assert len(words.embedded) == before
    assert index.search(Query("ferry"))[0].article.source == "The Wire"


def test_only_the_changed_chunks_of_a_changed_article_are_embedded(index: Index, folder: Path) -> None:
    paragraphs = [f"Paragraph {n} is about matter {n}. " + f"It says more of {n}. " * 8 for n in range(6)]
    write(folder / "ferry.md", "\n\n".join(paragraphs))
    run(index, folder)
    paragraphs[5] = "The last paragraph is another now. " * 6
    write(folder / "ferry.md", "\n\n".join(paragraphs))
    with_change = run(index, folder)
    with index.catalog.read() as snapshot:
        chunks = snapshot.count()[1]
    assert counts(with_change) == (0, 1, 1, 0, 0)
    assert 0 < with_change.embedded < chunks / 2


def test_a_file_that_now_holds_another_article_replaces_the_first(index: Index, folder: Path) -> None:
    write(folder / "ferry.md", "The first.", url="https://wire.example/one")
    run(index, folder)
    write(folder / "ferry.md", "The second.", url="https://wire.example/two")
    assert counts(run(index, folder)) == (1, 0, 1, 1, 0)
    assert texts(index) == {"The second.", "The bridge will cost two million."}


def test_the_replaced_article_goes_in_the_same_moment_as_the_new_one_comes(
    index: Index, folder: Path
) -> None:
    write(folder / "ferry.md", "The first.", url="https://wire.example/one")
    run(index, folder)
    before = generation(index)
    write(folder / "ferry.md", "The second.", url="https://wire.example/two")
    run(index, folder)
    assert generation(index) == before + 1


def test_a_moved_article_with_a_link_keeps_its_id(index: Index, folder: Path) -> None:
    write(folder / "ferry.md", "The ferry.", url="https://wire.example/ferry")
    run(index, folder)
    with index.catalog.read() as snapshot:
        before = set(snapshot.revisions())
    (folder / "ferry.md").rename(folder / "moved.md")
    write(folder / "moved.md", "The ferry.", url="https://wire.example/ferry")
    summary = run(index, folder, prune=True)
    assert summary.removed == 0
    with index.catalog.read() as snapshot:
        assert set(snapshot.revisions()) == before


def test_one_broken_file_never_stops_the_others(index: Index, folder: Path) -> None:
    (folder / "broken.md").write_text("---\ntitle: [\n---\nText.\n")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "dated.md").write_text("---\npublished: soon\n---\nText.\n")
    summary = run(index, folder)
    assert counts(summary) == (3, 0, 0, 0, 2)
    reasons = {Path(failure.origin).name: failure.reason for failure in summary.failures}
    assert "front matter cannot be read on line 3" in reasons["broken.md"]
    assert "not text" in reasons["binary.txt"]
    (notice,) = summary.notices
    assert "soon" in notice.text


def test_failures_are_told_again_until_they_are_mended(index: Index, tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    good = json.dumps({"id": "a", "text": "A good one."})
    file.write_text(good + "\nnot json\n")
    assert counts(run(index, file)) == (1, 0, 0, 0, 1)
    assert counts(run(index, file)) == (0, 0, 1, 0, 1)
    file.write_text(good + "\n")
    assert counts(run(index, file)) == (0, 0, 1, 0, 0)


def test_two_articles_with_one_id_are_told_apart(index: Index, folder: Path) -> None:
    write(folder / "one.md", "The first.", id="same")
    write(folder / "two.md", "The second.", id="same")
    summary = run(index, folder)
    assert counts(summary) == (4, 0, 0, 0, 0)
    assert "another file has the id 'same' too" in summary.notices[0].text
    assert counts(run(index, folder)) == (0, 0, 4, 0, 0)


def test_copies_of_one_article_are_one_until_both_are_gone(index: Index, folder: Path) -> None:
    for name in ("one.md", "two.md"):
        write(folder / name, "The same.", title="Same", url="https://wire.example/same")
    assert counts(run(index, folder)) == (3, 0, 1, 0, 0)
    (folder / "one.md").unlink()
    assert run(index, folder, prune=True).removed == 0
    assert "The same." in texts(index)
    (folder / "two.md").unlink()
    assert run(index, folder, prune=True).removed == 1


def test_a_dry_run_says_what_would_be_and_changes_nothing(index: Index, folder: Path) -> None:
    assert counts(run(index, folder, dry_run=True)) == (2, 0, 0, 0, 0)
    assert texts(index) == set()
    assert counts(ingest(None, list(find([str(folder)])), options=Options(dry_run=True))) == (2, 0, 0, 0, 0)
    run(index, folder)
    (folder / "ferry.md").unlink()
    assert counts(run(index, folder, dry_run=True, prune=True)) == (0, 0, 1, 1, 0)
    assert len(texts(index)) == 2


def stop_after(calls: int) -> Callable[[], bool]:
    asked = iter(range(10_000))
    return lambda: next(asked) >= calls


@pytest.mark.parametrize("calls", [0, 1, 2, 5, 9, 20, 30])
def test_an_interrupted_run_keeps_what_is_complete_and_the_next_one_does_the_rest(
    index: Index, tmp_path: Path, calls: int, words: WordEmbedder
) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(json.dumps({"id": f"a{n}", "text": f"Account {n}."}) for n in range(30)))
    first = run(index, file, stopping=stop_after(calls))
    assert first.interrupted
    assert first.new == len(texts(index))
    assert index.verify() == []
    run(index, file)
    assert texts(index) == {f"Account {n}." for n in range(30)}
    assert len(words.embedded) == len(set(words.embedded)) == 30
    assert index.verify() == []


def test_a_run_that_is_cut_off_while_embedding_does_not_embed_twice(
    index: Index, tmp_path: Path, words: WordEmbedder
) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(json.dumps({"id": f"a{n}", "text": f"Account {n}."}) for n in range(300)))

    def crash(progress: Progress) -> None:
        if progress.embedded >= 128:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run(index, file, on_progress=crash)
    assert texts(index) == set()
    assert run(index, file).embedded == 300 - 128
    assert len(words.embedded) == 300


def test_progress_reaches_the_end_and_never_goes_back(index: Index, folder: Path) -> None:
    told: list[Progress] = []
    run(index, folder, on_progress=told.append)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == told[-1].total > 0
    assert told[-1].articles == 2


def test_a_removed_article_comes_back_when_its_file_is_ingested_again(index: Index, folder: Path) -> None:
    run(index, folder)
    with index.catalog.read() as snapshot:
        ids = {article.text: article.id for article in snapshot.articles()}
    remove(index, ids["The ferry struck the pier."])
    assert texts(index) == {"The bridge will cost two million."}
    assert counts(run(index, folder)) == (1, 0, 1, 0, 0)


def test_a_rebuild_keeps_every_article(index: Index, folder: Path) -> None:
    run(index, folder)
    before = texts(index)
    assert rebuild(index) == 0
    assert texts(index) == before


def test_a_target_that_is_not_there_is_refused_before_anything_is_done(index: Index, folder: Path) -> None:
    with pytest.raises(UsageError):
        run(index, folder, folder / "nowhere")
    assert texts(index) == set()
