"""The report: one file that needs nothing else, obeys nobody, and shows the worst first."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from bot.evaluation.compare import compare
from bot.evaluation.failures import diagnosis, failures
from bot.evaluation.report.page import report
from bot.evaluation.results import FoundPassage, Result, Run
from bot.evaluation.summary import summarise
from tests.bot.evaluation.conftest import result

ABOUT = {"articles": 8, "passages": 8, "embedding_model": "a-model"}
EVIL = "</title></text><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & \u202eevil\x00\x1b"


def page(*results: Result, earlier: Run | None = None) -> str:
    run = Run("2026-03-12T08:30:00+00:00", 0.5, ABOUT, results)
    return report(run, summarise(run), compare(earlier, run) if earlier else None)


class Tags(HTMLParser):
    """Every tag that opens, with its attributes; raises where one closes that is not open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def everything() -> list[Result]:
    passage = FoundPassage(1, EVIL, EVIL, True, True)
    shown = result().sentences
    evil = replace(
        shown[0], text=EVIL, lead=EVIL, quotes=(replace(shown[0].quotes[0], about=EVIL, text=EVIL),)
    )
    return [
        result("invented", answerable=False, score=0.8, passages=(passage,)),
        result("wrong", right=False, sentences=(replace(evil, right=False),), passages=(passage,)),
        result("silent", score=0.2),
        result("missed", rank=None),
        result("unfaithful", verbatim=False),
        result(EVIL, question=EVIL, kind=EVIL, answers=(EVIL,), gold_articles=(EVIL,), right=False),
        result("fine"),
    ]


def test_the_report_fetches_nothing_and_runs_nothing() -> None:
    html = page(*everything())
    tags = Tags(html)
    assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in tags.seen}
    for _, attributes in tags.seen:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|https?://", html)
    assert "default-src 'none'" in html


def test_what_strangers_wrote_is_shown_and_never_obeyed() -> None:
    html = page(*everything())
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not {"\u202e", "\x00", "\x1b"} & set(html)


def test_charts_have_words_for_who_cannot_see_them() -> None:
    charts = [
        attributes for tag, attributes in Tags(page(*everything())).seen if attributes.get("role") == "img"
    ]
    assert [str(chart["aria-label"]).split(":")[0].split(" by ")[0] for chart in charts] == [
        "Calibration", "Questions", "Shares",
    ]  # fmt: skip


def test_a_report_without_unanswerable_questions_or_troubles_is_whole() -> None:
    html = page(result("a"), result("b"))
    Tags(html)
    assert "Nothing went wrong" in html
    assert "Calibration" not in html.split("<h2>Scores and thresholds</h2>")[1]


def test_the_worst_come_first_each_once_with_its_passages() -> None:
    found = failures(everything(), 0.5)
    assert [one.key for one in found] == ["unfaithful", "invented", "wrong", "silent", "missed"]
    ids = [trouble.id for one in found for trouble in one.results]
    assert len(ids) == len(set(ids)) == 6
    surest = [result(str(n), answerable=False, score=n / 10) for n in range(5, 10)]
    assert [one.score for one in failures(surest, 0.5)[0].results] == [0.9, 0.8, 0.7, 0.6, 0.5]
    assert page(*everything()).count("1 passage<") == 2


def test_a_diagnosis_says_where_the_answer_was_lost() -> None:
    assert "No passage holds a gold answer" in diagnosis(
        result(right=False, in_passages=False, rank=None), 0.5
    )
    assert "not found" in diagnosis(result(rank=None), 0.5)
    assert "the sentences chosen do not" in diagnosis(result(right=False), 0.5)
    assert "score 0.40 is below the threshold 0.5" in diagnosis(result(score=0.4), 0.5)


def test_a_comparison_without_a_common_question_says_so() -> None:
    earlier = Run("2026-01-01T00:00:00+00:00", 0.5, ABOUT, (result("elsewhere"),))
    html = page(result("here"), earlier=earlier)
    Tags(html)
    assert "No question is in both runs" in html
    assert "significantly worse" not in html


def test_a_comparison_stands_in_the_report() -> None:
    earlier = Run("2026-01-01T00:00:00+00:00", 0.5, ABOUT, tuple(result(str(n)) for n in range(8)))
    html = page(*(result(str(n), right=False) for n in range(8)), earlier=earlier)
    Tags(html)
    assert (
        "Significantly worse: gold answer in first sentence, gold answer shown, right when answered." in html
    )
