"""What a run that prunes takes off the record, and what it leaves there."""

import json
from pathlib import Path

import pytest

from index.store import Index
from tests.ingest.runs import counts, generation, run, texts, write

pytestmark = pytest.mark.slow


def test_a_gone_file_stays_on_record_until_pruned(index: Index, folder: Path) -> None:
    run(index, folder)
    (folder / "ferry.md").unlink()
    assert counts(run(index, folder)) == (0, 0, 1, 0, 0)
    assert len(texts(index)) == 2
    assert counts(run(index, folder, prune=True)) == (0, 0, 1, 1, 0)
    assert texts(index) == {"The bridge will cost two million."}
    assert index.verify() == []


def test_all_that_a_run_prunes_goes_in_one_publication(index: Index, folder: Path) -> None:
    for number in range(20):
        write(folder / f"{number}.md", f"Account {number}.")
    run(index, folder)
    before = generation(index)
    for number in range(20):
        (folder / f"{number}.md").unlink()
    assert counts(run(index, folder, prune=True)) == (0, 0, 2, 20, 0)
    assert generation(index) == before + 1
    assert len(texts(index)) == 2
    assert index.verify() == []
    assert counts(run(index, folder, prune=True)) == (0, 0, 2, 0, 0)
    assert generation(index) == before + 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_article_whose_files_are_all_gone_at_once_is_removed(
    index: Index, folder: Path, dry_run: bool
) -> None:
    for name in ("one.md", "two.md"):
        write(folder / name, "The same.", title="Same", url="https://wire.example/same")
    run(index, folder)
    for name in ("one.md", "two.md"):
        (folder / name).unlink()
    assert counts(run(index, folder, prune=True, dry_run=dry_run)) == (0, 0, 2, 1, 0)
    assert ("The same." in texts(index)) == dry_run


def test_pruning_one_folder_leaves_the_others_alone(index: Index, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(other / "dam.md", "The dam holds.")
    run(index, folder, other)
    (folder / "ferry.md").unlink()
    (other / "dam.md").unlink()
    write(other / "kept.md", "Something else.")
    assert counts(run(index, folder, prune=True))[3] == 1
    assert "The dam holds." in texts(index)


def test_pruning_keeps_what_could_not_be_read(index: Index, folder: Path) -> None:
    run(index, folder)
    (folder / "ferry.md").write_bytes(b"\x00\x01\x02" * 1000)
    summary = run(index, folder, prune=True)
    assert counts(summary) == (0, 0, 1, 0, 1)
    assert "The ferry struck the pier." in texts(index)


def test_pruning_removes_what_is_gone_whatever_path_it_was_last_read_by(
    index: Index, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(folder)
    inner = folder / "inner"
    inner.mkdir()
    for name in ("named", "linked", "nested", "kept"):
        write(inner / f"{name}.md", f"The {name}.", url=f"https://wire.example/{name}")
    run(index, folder)
    run(index, tmp_path / "link")
    write(inner / "named.md", "The named, again.", url="https://wire.example/named")
    run(index, inner / "named.md")
    write(inner / "nested.md", "The nested, again.", url="https://wire.example/nested")
    run(index, inner)
    for name in ("named", "linked", "nested"):
        (inner / f"{name}.md").unlink()
    assert run(index, folder, prune=True, dry_run=True).removed == 3
    assert run(index, folder, prune=True).removed == 3
    assert "The kept." in texts(index)
    assert len(texts(index)) == 3
    assert index.verify() == []


def test_a_link_that_leads_out_of_a_folder_does_not_keep_it_from_being_pruned(
    index: Index, folder: Path
) -> None:
    run(index, folder)
    (folder / "up").symlink_to("..")
    (folder / "ferry.md").unlink()
    assert counts(run(index, folder, prune=True)) == (0, 0, 1, 1, 1)


def test_pruning_keeps_a_file_that_is_there_and_was_named_by_itself(index: Index, folder: Path) -> None:
    write(folder / "README.md", "The readme.")
    run(index, folder)
    run(index, folder / "README.md")
    assert run(index, folder, prune=True).removed == 0
    (folder / "README.md").unlink()
    assert run(index, folder, prune=True).removed == 1


@pytest.mark.parametrize("broken", ["not json", '{"id": "a1", "title": "No text"}'])
def test_pruning_keeps_articles_of_lines_that_could_not_be_read(
    index: Index, tmp_path: Path, broken: str
) -> None:
    file = tmp_path / "articles.jsonl"
    lines = [json.dumps({"id": f"a{n}", "title": "T", "text": f"Account {n}."}) for n in range(3)]
    file.write_text("\n".join(lines))
    run(index, file)
    file.write_text("\n".join([lines[0], broken, lines[2]]))
    for _ in range(2):
        assert counts(run(index, file, prune=True)) == (0, 0, 2, 0, 1)
        assert len(texts(index)) == 3
    file.write_text("\n".join([lines[0], lines[2]]))
    assert counts(run(index, file, prune=True)) == (0, 0, 2, 1, 0)


def test_lines_gone_from_a_file_of_articles_are_kept_until_pruned(index: Index, tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    lines = [json.dumps({"id": f"a{n}", "title": "T", "text": f"Account {n}."}) for n in range(3)]
    file.write_text("\n".join(lines))
    assert counts(run(index, file)) == (3, 0, 0, 0, 0)
    file.write_text("\n".join(lines[:2]))
    assert counts(run(index, file)) == (0, 0, 2, 0, 0)
    assert len(texts(index)) == 3
    assert counts(run(index, file, prune=True)) == (0, 0, 2, 1, 0)
    assert len(texts(index)) == 2
