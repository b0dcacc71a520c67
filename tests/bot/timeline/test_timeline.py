"""Timelines of the bundled samples, in every form, and of what would break out of one."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.timeline.as_text import markdown_lines
from bot.timeline.page import timeline_page
from bot.timeline.timeline import find_timeline
from index.store import Index
from index.types import Query
from tests.conftest import Run, article, put


def test_each_entry_is_a_day_with_verbatim_sentences_outlets_and_disagreement(
    samples: Path, onrecord: Run
) -> None:
    told = json.loads(onrecord("timeline", "north pier", "--json", "--home", samples).out)
    days = [entry["day"] for entry in told["entries"]]
    assert days == sorted(set(days))
    crash, vote = (
        next(entry for entry in told["entries"] if entry["day"] == day)
        for day in ("2026-03-03", "2026-04-16")
    )
    assert set(crash["outlets"]) == {"Northshore Wire", "The Vessary Ledger"}
    assert crash["disagreement"]["text"] == "14 or 17: outlets differ."
    assert [side["value"] for side in crash["disagreement"]["sides"]] == ["14", "17"]
    assert vote["disagreement"] is None
    assert "16 April" in vote["sentences"][0]["text"]
    by_number = {one["n"]: one for one in told["citations"]}
    read = [n for entry in told["entries"] for sentence in entry["sentences"] for n in sentence["citations"]]
    assert list(dict.fromkeys(read)) == list(range(1, len(by_number) + 1))
    for entry in told["entries"]:
        assert 1 <= len(entry["sentences"]) <= 2
        for sentence in entry["sentences"]:
            for cited in (by_number[n] for n in sentence["citations"]):
                stored = json.loads(
                    onrecord("articles", "show", cited["article_id"], "--json", "--home", samples).out
                )
                assert stored["text"][cited["start"] : cited["end"]] == cited["quote"] == sentence["text"]


def test_a_corrected_article_is_marked(samples: Path, onrecord: Run) -> None:
    shown = onrecord("timeline", "replacement ferry", "--home", samples).out
    assert re.search(r"updated 31 March 2026 \(corrected\): .*30 March\. \[\d+\]", shown)


def test_since_and_until_are_of_what_happened_and_max_keeps_what_matters(
    samples: Path, onrecord: Run
) -> None:
    asked = "timeline", "north pier", "--json", "--home", samples
    march = json.loads(onrecord(*asked, "--since", "2026-03-04", "--until", "2026-03-31").out)
    assert march["entries"]
    assert all("2026-03-04" <= entry["day"] <= "2026-03-31" for entry in march["entries"])
    one = json.loads(onrecord(*asked, "--max", "1").out)
    assert [entry["day"] for entry in one["entries"]] == ["2026-03-03"]


def test_a_topic_that_is_not_on_record_is_said_so(samples: Path, onrecord: Run) -> None:
    ended = onrecord("timeline", "capital of Mongolia", "--home", samples)
    assert (ended.code, ended.out.startswith("Not on record: ")) == (3, True)
    # Without quotation marks a topic comes as words; here it is on record, but not of those days.
    later = onrecord("timeline", "north", "pier", "--since", "2030", "--home", samples)
    assert (later.code, "tells of that on a known day (since 1 January 2030)." in later.out) == (3, True)
    assert onrecord("timeline", "north", "pier", "--home", samples).code == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([""], "The question is empty"),
        (["pier", "--since", "soonish"], "soonish"),
        (["pier", "--since", "2026-03-05", "--until", "2026-03-04"], "the first day is after the last"),
        (["pier", "--max", "0"], "0 is not in the range"),
        (["pier", "--html", "--json"], "Choose one form: --json or --html."),
    ],
)
def test_bad_input_gets_one_sentence(samples: Path, onrecord: Run, given: list[str], said: str) -> None:
    ended = onrecord("timeline", *given, "--home", samples)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1


HOSTILE = article(
    "hostile",
    "On 9 March the pier <script>alert(1)</script> sank, [click](javascript:1) **said** <b>the mayor</b>.",
    title='</title><img src="https://evil.example/x">pier',
    source="<i>Wire</i>",
    url="javascript:alert(1)",
    published="2026-03-12",
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_a_page_and_markdown_obey_nothing_that_stands_in_an_article(index: Index) -> None:
    put(index, HOSTILE)
    timeline = find_timeline(index, Query("pier sank"))
    assert [entry.day for entry in timeline.entries] == [date(2026, 3, 9)]
    tags = _Tags()
    tags.feed(timeline_page(timeline))
    assert not {"script", "img", "b", "i"} & set(tags.found)
    assert tags.links == ["#source-1"]
    written = "\n".join(markdown_lines(timeline))
    assert re.findall(r"(?<!\\)<\w|(?<!\\)\]\(|(?<!\\)\*\*said", written) == []


def test_an_address_in_markdown_ends_where_it_ends_and_words_are_no_more_escaped_than_they_need(
    index: Index,
) -> None:
    told = "On 9 March fourteen people (two of them children) sank with the twenty-metre pier!"
    put(index, article("f", told, url="https://a.example/x> <b>**said**", published="2026-03-12"))
    written = "\n".join(markdown_lines(find_timeline(index, Query("pier sank"))))
    assert f": {told} \\[1\\]\n" in written
    assert written.rstrip().endswith(" <https://a.example/x%3E%20%3Cb%3E**said**>")
