"""The tables that are printed from the code: the pages have them as they are now, and they are true."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.compare import compare
from bot.evaluation.report.text import summary_json
from bot.evaluation.results import Run as EvalRun
from bot.evaluation.summary import summarise
from bot.explanation import Explanation, Weighed, WeighedSentence
from bot.gaps.as_json import gaps_json
from bot.gaps.gaps import Gap
from bot.json_output import VERSION, answer_json, article_json, article_reference, passages_json
from bot.kept_answers.json_form import finding_json, kept_json
from bot.kept_answers.types import TERMINAL, Finding, KeptAnswer, Kind
from bot.timeline.as_json import timeline_json
from bot.timeline.timeline import Entry, Timeline
from bot.types import Answer, Citation, Claim, Disagreement, Draft, Outcome, Quote, Sentence, Side, Withheld
from index.types import Chunk, Passage, Query, Retrieved
from tests.bot.evaluation.conftest import result
from tests.conftest import Ended, Run, article
from tests.reference import json_fields
from tests.reference.blocks import BLOCKS, ROOT, filled, names, pages
from tests.reference.table import table

TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "whole number": (int,),
    "text or null": (str, type(None)),
    "whole number or null": (int, type(None)),
    "number": (int, float),
    "number or null": (int, float, type(None)),
    "true or false": (bool,),
    "object or null": (type(None),),
    "anything": (str, int, float, bool),
}
MOMENT = datetime(2026, 3, 3, tzinfo=UTC)
FERRY = article(
    "ferry",
    "It sank.",
    title="Ferry",
    authors=("Ada Fenwick",),
    published="2026-03-03T08:00:00+00:00",
    updated="2026-03-04T08:00:00+00:00",
)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_table_that_is_printed_from_the_code_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text) == text, "run `make docs`"


def test_every_table_stands_on_one_page() -> None:
    found = [name for page in pages() for name in names(page.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(BLOCKS)


def test_a_block_is_filled_and_what_is_around_it_stays() -> None:
    page = "# A\n\n<!-- begin: settings -->\nold\n<!-- end -->\n\n<!-- end -->\n"
    now = filled(page)
    assert now.startswith("# A\n\n<!-- begin: settings -->\n| setting | default |")
    assert now.endswith("|\n<!-- end -->\n\n<!-- end -->\n")
    assert filled(now) == now
    with pytest.raises(KeyError):
        filled("<!-- begin: nothing -->\n<!-- end -->")


def test_a_cell_may_hold_what_divides_cells() -> None:
    assert table(["a", "b"], [["x|y", ""]]) == "| a | b |\n| --- | --- |\n| x\\|y | |"


def leaves(value: Any, fields: json_fields.Fields, path: str = "") -> Iterator[tuple[str, Any]]:
    """The path and value of everything in a JSON value that holds nothing more."""
    if isinstance(value, list):
        for one in value:
            yield from leaves(one, fields, f"{path}[]")
    elif isinstance(value, dict) and value:
        for name, one in value.items():
            below = f"{path}.{name}".removeprefix(".")
            anything = f"{path}.*"
            data = any(field == anything or field.startswith(f"{anything}.") for field in fields)
            yield from leaves(one, fields, anything if data else below)
    else:
        yield path, value


def check(document: json_fields.Document, *printed: Any) -> None:
    """What was printed and the table have the same fields, and each value is of the type that is told."""
    found = [leaf for one in printed for leaf in leaves(json.loads(json.dumps(one)), document.fields)]
    assert {path for path, value in found if value != {}} == set(document.fields)
    for path, value in found:
        types = TYPES[document.fields[path][0]] if value != {} else (dict,)
        assert type(value) in types, f"{path}: {value!r}"


def unversioned(ended: Ended) -> dict[str, Any]:
    """What was printed, without the version that every object has first."""
    value: dict[str, Any] = json.loads(ended.out)
    assert next(iter(value.items())) == ("version", VERSION)
    return {name: one for name, one in value.items() if name != "version"}


def test_the_table_of_an_answer_is_what_is_printed() -> None:
    citation = Citation(1, Quote(FERRY, 0, 8, "It sank.", (FERRY,)))
    marked = Citation(1, Quote(FERRY, 0, 8, "It sank.", (FERRY,), (3, 7)))
    answered = Answer(
        Query("Why?"),
        Outcome.ANSWERED,
        (Sentence("It sank.", (marked,), "The Herald"),),
        score=0.9,
        model="extractive",
        standalone="Why did it sink?",
        timings={"total": 0.1},
        withheld=(Withheld(Draft("No.", (Claim(1, "No"),)), "quote not found"),),
        note="The model is busy.",
        usage={"requests": 1},
        disagreement=Disagreement((Side("14", (citation,)), Side("17", (citation,)))),
    )
    weighed = Weighed.all(["likeness"], [0.5], [2.0])
    best = WeighedSentence(FERRY, 0, 8, 1.0, weighed)
    explanation = Explanation("Why?", "reason", ("sink",), 1, 1, (best,), weighed)
    check(
        json_fields.ANSWER,
        {**answer_json(answered), "kept": "1a2b3c4d"},
        answer_json(
            Answer(
                Query("Why?"),
                Outcome.NOT_ON_RECORD,
                nearest=(FERRY,),
                searched=3,
                likely=Sentence("It sank.", (citation,), "The Herald"),
                withdrawn=FERRY,
                aside="Ask me something.",
                warning="The record was last refreshed 9 days ago, on 3 March 2026.",
                hint="Ask for each of them by itself.",
                explanation=explanation,
            ),
            threshold=0.5,
        ),
    )


def test_the_tables_of_recalls_and_watches_are_what_is_printed() -> None:
    about = article_reference(FERRY)
    kept = KeptAnswer("1a", TERMINAL, Query("Why?", sources=("Herald",)), 1.0, command="true")
    found = Finding(
        "1a", Kind.SUPERSEDED, about, "It swam.", "It sank.", "A note.", answer={"status": "answered"}
    )
    check(json_fields.RECALLS, {"recalls": [finding_json(found, kept)]})
    check(json_fields.WATCHES, {"watches": [{**kept_json(kept), "exec": kept.command}]})


def test_the_tables_of_passages_and_articles_are_what_is_printed() -> None:
    passage = Passage(FERRY, Chunk("ferry", FERRY.revision, 0, 0, 8, 3), 0.5, 0.5, 1.0, 1, (FERRY,))
    check(json_fields.PASSAGES, passages_json("Why?", Retrieved([passage])))
    citation = Citation(1, Quote(FERRY, 0, 8, "It sank.", (FERRY,)))
    differing = Disagreement((Side("14", (citation,)), Side("17", (citation,))))
    entries = tuple(
        Entry(date(2026, 3, 3), (Sentence("It sank.", (citation,), "The Herald"),), ("The Herald",), one)
        for one in (None, differing)
    )
    check(json_fields.TIMELINE, timeline_json(Timeline("Ferry", entries, 3)))
    gap = Gap("Why?", 1, 1, (), MOMENT, MOMENT, None, None)
    both = replace(gap, nearest=FERRY, answered_since=date(2026, 3, 3))
    check(json_fields.GAPS, gaps_json([gap, both], MOMENT))
    check(json_fields.STORED, *(article_json(FERRY, with_text=with_text) for with_text in (True, False)))


def test_the_tables_of_a_run_and_of_the_record_are_what_is_printed(onrecord: Run, tmp_path: Path) -> None:
    nothing = unversioned(onrecord("status", "--json"))
    (tmp_path / "articles").mkdir()
    files = {
        "ferry.txt": "It sank on Monday.",
        "broken.jsonl": "{",
        "song.mp3": "la",
        "undated.md": "---\ndate: soon\n---\nIt sails on Friday.",
    }
    for name, text in files.items():
        (tmp_path / "articles" / name).write_text(text)
    (tmp_path / "sources.toml").write_text('[[source]]\npath = "articles"')
    check(json_fields.INGESTED, unversioned(onrecord("ingest", "--json")))
    check(json_fields.STATUS, nothing, unversioned(onrecord("status", "--json")))


def test_the_tables_of_upkeep_are_what_is_printed(onrecord: Run, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("It sank on Monday.")
    onrecord("ingest", "ferry.txt")
    listed = unversioned(onrecord("articles", "list", "--json"))
    assert set(listed) == {"total", "articles"}
    check(json_fields.CHECKED, unversioned(onrecord("health", "--json")))
    damaged = {"articles": 0, "problems": ["No."]}
    check(json_fields.VERIFIED, unversioned(onrecord("verify", "--json")), damaged)
    check(json_fields.REBUILT, unversioned(onrecord("rebuild", "--json")))
    backup = unversioned(onrecord("backup", "record.backup", "--json"))
    restored = unversioned(onrecord("restore", "record.backup", "--home", "there", "--json"))
    check(json_fields.BACKED_UP, backup, restored)
    check(
        json_fields.REMOVED,
        unversioned(onrecord("articles", "remove", listed["articles"][0]["id"], "--json")),
    )


def test_the_table_of_a_measurement_is_what_is_printed() -> None:
    def run(right: bool) -> EvalRun:
        results = tuple(result(f"q{n}", right=right) for n in range(10))
        return EvalRun("2026-01-01T00:00:00+00:00", 0.5, {"articles": 3}, results)

    old, new = run(True), run(False)
    compared = [summary_json(new, summarise(new), one) for one in (compare(old, new), None)]
    check(json_fields.EVALUATED, *compared)
