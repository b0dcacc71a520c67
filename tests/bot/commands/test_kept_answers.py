"""Answers kept on the command line: what a refresh does to them, and what `recalls` and `watches` say."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from index.dates import long_day
from tests.conftest import Run

pytestmark = pytest.mark.slow
WIRE = "14 people were injured when the ferry struck the north pier at Orrinmouth."
ASKED = "How many people were injured when the ferry struck the north pier?"
HELD = "When does the new library open?"


def write(
    folder: Path, name: str, text: str, day: str = "2026-03-03", source: str = "Northshore Wire"
) -> Path:
    file = folder / f"{name}.md"
    title = name.replace("-", " ")
    file.write_text(f"---\ntitle: {title}\nsource: {source}\npublished: {day}\n---\n{text}\n")
    return file


def test_an_answer_that_was_kept_is_recalled_once_when_its_sentence_changes(
    onrecord: Run, tmp_path: Path
) -> None:
    file = write(tmp_path, "ferry-strikes-pier", f"It was foggy on Tuesday. {WIRE}")
    assert onrecord("ingest", file).code == 0
    kept = onrecord("ask", "--keep", "--json", ASKED).json["kept"]
    assert onrecord("recalls").code == 0
    write(tmp_path, "ferry-strikes-pier", f"It was sunny on Tuesday. {WIRE}")
    assert "recalls" not in onrecord("ingest", file).err
    write(tmp_path, "ferry-strikes-pier", f"It was sunny on Tuesday. {WIRE.replace('14', '17')}")
    assert "There is news of a kept answer" in onrecord("ingest", file).err
    said = onrecord("recalls", "--json")
    assert said.code == 3
    (recall,) = said.json["recalls"]
    assert (recall["id"], recall["kind"]) == (kept, "changed")
    assert (recall["old"], recall["new"]) == (WIRE, WIRE.replace("14", "17"))
    assert recall["article"]["source"] == "Northshore Wire"
    write(tmp_path, "ferry-strikes-pier", WIRE.replace("14", "19"))
    assert "recalls" not in onrecord("ingest", file).err
    assert len(onrecord("recalls", "--json").json["recalls"]) == 1
    assert onrecord("recalls", "--since", "2999-01-01").code == 0
    shown = onrecord("recalls").out
    assert f"Then: {WIRE}" in shown
    assert "Now: 17 people" in shown


def test_the_same_question_is_kept_once_and_the_newer_answer_holds(onrecord: Run, tmp_path: Path) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    first = onrecord("ask", "--keep", ASKED)
    assert "in place of" not in first.err
    again = onrecord("ask", "--keep", ASKED)
    id_ = first.err.split("Kept as ")[1].split(";")[0]
    assert (
        f"Kept as {id_} in place of what was kept on {long_day(datetime.now().astimezone().date())};"
        in again.err
    )
    other = onrecord("ask", "--keep", "--json", "--since", "2026-01-01", ASKED).json["kept"]
    assert onrecord("watch", "--json", ASKED).json["answer"]["kept"] == id_ != other
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE.replace("14", "17")))
    assert sorted(one["id"] for one in onrecord("recalls", "--json").json["recalls"]) == sorted([id_, other])


def test_a_question_of_this_week_is_another_one_next_week(onrecord: Run, tmp_path: Path) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    asked = "How many people were injured this week when the ferry struck the north pier?"
    line = {"question": asked, "now": "2026-03-04"}
    file = tmp_path / "asked.jsonl"
    file.write_text("\n".join(json.dumps({**line, **one}) for one in ({}, {}, {"now": "2026-03-12"})))
    ended = onrecord("ask", "--keep", "--batch", file, "--json")
    first, same, later = (json.loads(one)["kept"] for one in ended.out.splitlines())
    assert first == same != later


def test_a_later_article_with_another_value_supersedes_an_answer_and_one_that_agrees_does_not(
    onrecord: Run, tmp_path: Path
) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    onrecord("ask", "--keep", ASKED)
    agrees = "The ferry struck the north pier at Orrinmouth on Tuesday, and 14 people were injured."
    onrecord("ingest", write(tmp_path, "a-day-later", agrees, "2026-03-04", "The Vessary Ledger"))
    assert onrecord("recalls").code == 0
    onrecord(
        "ingest", write(tmp_path, "two-days-later", agrees.replace("14", "17"), "2026-03-05", "The Herald")
    )
    (recall,) = onrecord("recalls", "--json").json["recalls"]
    assert (recall["kind"], recall["article"]["published"]) == ("superseded", "2026-03-05")
    assert recall["answer"]["status"] == "answered"


def test_a_question_that_waits_is_told_once_when_it_is_on_record(onrecord: Run, tmp_path: Path) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    out = tmp_path / "told"
    waits = onrecord("watch", HELD, "--exec", f"cat >> '{out}'", "--json").json["watch"]
    assert [one["id"] for one in onrecord("watches", "list", "--json").json["watches"]] == [waits["id"]]
    onrecord("ingest", write(tmp_path, "harbour-master", "The harbour master resigned on 20 April 2026."))
    assert not out.exists()
    library = write(tmp_path, "library", "The new library in Orrinmouth opens on 9 May 2026.")
    said = onrecord("ingest", library)
    assert "A question that waited is on record now: `onrecord recalls` shows what answers." in said.err
    assert "There is news of" not in said.err
    assert "9 May" in json.loads(out.read_text())["sentences"][0]["text"]
    onrecord(
        "ingest", write(tmp_path, "library-again", "The new library opens on 9 May 2026, the mayor said.")
    )
    json.loads(out.read_text())
    assert onrecord("watches", "list", "--json").json["watches"] == []
    (recall,) = onrecord("recalls", "--json").json["recalls"]
    assert recall["kind"] == "now_on_record"
    shown = onrecord("recalls").out
    assert "This was not on record, and is now." in shown
    assert "The new library in Orrinmouth opens on 9 May 2026." in shown


def test_a_command_that_a_refresh_had_no_time_for_is_run_by_recalls_beside_its_json(
    onrecord: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    onrecord("watch", HELD, "--exec", "cat")
    monkeypatch.setattr("bot.commands.after_refresh.A_WHILE", -1.0)
    refreshed = onrecord("ingest", write(tmp_path, "library", "The new library opens on 9 May 2026."))
    assert "Still to be asked again: 1. `onrecord recalls` does it now." in refreshed.err
    shown = onrecord("recalls", "--json")
    assert [one["kind"] for one in shown.json["recalls"]] == ["now_on_record"]
    assert "9 May 2026" in json.loads(shown.err)["sentences"][0]["text"]
    assert onrecord("recalls").err == ""


def test_what_is_on_record_is_answered_at_once_and_not_watched(onrecord: Run, tmp_path: Path) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    said = onrecord("watch", ASKED)
    assert (said.code, "14 people" in said.out) == (0, True)
    assert "No question waits" in onrecord("watches", "list").out


def test_a_watch_can_be_removed_and_an_unknown_one_is_refused(onrecord: Run, tmp_path: Path) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    waits = onrecord("watch", HELD, "--json").json["watch"]["id"]
    assert onrecord("watches", "remove", waits).code == 0
    refused = onrecord("watches", "remove", waits)
    assert refused.code == 2
    assert "`onrecord watches list` shows" in refused.err
    assert onrecord("recalls", "--since", "a while").code == 2


def test_what_is_watched_twice_waits_once_and_other_limits_are_another_watch(
    onrecord: Run, tmp_path: Path
) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    first = onrecord("watch", HELD, "--json").json["watch"]["id"]
    assert (
        f"It waits already, since {long_day(datetime.now().astimezone().date())} (watch {first})."
        in onrecord("watch", HELD).out
    )
    # Without quotation marks, it comes as words.
    assert first in onrecord("watch", *HELD.split()).out
    onrecord("watch", HELD, "--source", "Northshore Wire", "--since", "2026-03-01")
    onrecord("watch", HELD, "--exec", "true")
    assert len(onrecord("watches", "list", "--json").json["watches"]) == 3
    assert "published or updated since 1 March 2026, by Northshore Wire)" in onrecord("watches", "list").out


def test_where_nothing_was_found_out_it_says_what_is_kept(onrecord: Run, tmp_path: Path) -> None:
    onrecord("ingest", write(tmp_path, "ferry-strikes-pier", WIRE))
    assert "No answer is kept and no question waits" in onrecord("recalls").out
    onrecord("watch", HELD)
    assert onrecord("recalls").out == "No answer is kept. Questions that wait: 1.\n"
    onrecord("ask", "--keep", ASKED)
    assert onrecord("recalls").out == "Every kept answer stands (1). Questions that wait: 1.\n"
    assert onrecord("recalls", "--since", "7d").out == "Nothing was found out since then (7d).\n"
    assert onrecord("recalls", "--since", "yesterday").code == 0
