"""The page in a real browser: asked by keyboard, read at 360 pixels, in dark and light, and on paper."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.http.app import OPEN_PATHS, build_app
from bot.http.page import PAGE
from bot.http.state import State
from bot.monitoring.metrics import Metrics
from bot.serving.guard import Access
from bot.settings import Settings
from index.store import Index
from tests.bot.model_server import Says, model_server
from tests.bot.serving.doors import NOWHERE, OPEN, QUESTION, at_port, service_of
from tests.conftest import WordEmbedder, article, put

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
AXE = ROOT / ".bench" / "node_modules" / "axe-core" / "axe.min.js"
TOKEN = "correct-horse-battery-staple"
# Characters beyond 16 bits stand before the quote: offsets count code points.
TEXT = (
    "\U0001f6a2\U0001f6a2 It was foggy.\n"
    "On Tuesday the ferry Lady Wrenna struck the north pier. Fourteen people were hurt.\n"
    "<img src=x onerror=alert(1)> A last paragraph."
)
FERRY = article(
    "ferry",
    TEXT,
    title="<b>Ferry</b> strikes pier",
    source="Northshore Wire",
    url="https://northshorewire.example/ferry",
    published="2026-03-03",
    updated="2026-03-05",
    note="An earlier version said thirteen.",
)
OTHER = article(
    "other", "The council met on Monday.", source="Herald", url="javascript:alert(1)", published="2026-02-01"
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("page") / "record"
    Index.create(home)
    with Index(home, WordEmbedder()) as opened:
        put(opened, FERRY, OTHER)
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no browser here: apt-get install chromium")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def url(record: Index) -> Iterator[str]:
    with served(record) as address:
        yield address


@contextmanager
def served(index: Index, tokens: frozenset[str] = frozenset(), **settings: Any) -> Iterator[str]:
    with service_of(index.home, index.embedder, **settings) as service:
        state = State(Settings(home=index.home), service, Metrics(index.home))
        with at_port(build_app(service, state, Access(OPEN, tokens, OPEN_PATHS))) as address:
            yield address


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, url: str) -> Iterator[Open]:
    """Opens the page; nothing may go wrong in it, and nothing be asked of anybody else."""
    contexts, wrong = [], []

    def open_page(address: str = url, width: int = 360, **about: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 740}, **about)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
        page.goto(f"{address}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [one for one in wrong if "401" not in one] == []


def ask(page: Any, question: str) -> None:
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.wait_for_selector("article:last-child :is(.sources, .none)")


def test_a_question_is_asked_and_its_quote_opened_by_keyboard_alone(opened: Open) -> None:
    page = opened()
    ask(page, QUESTION)
    assert page.inner_text("article h2") == QUESTION
    assert page.evaluate("document.activeElement.id") == "question"
    while "cite" not in page.evaluate("document.activeElement.className"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".quote mark")
    quote = page.inner_text(".quote blockquote")
    assert quote == "On Tuesday the ferry Lady Wrenna struck the north pier. Fourteen people were hurt."
    assert page.inner_text(".quote mark") in TEXT
    about = page.inner_text(".quote .about")
    assert "Northshore Wire, “<b>Ferry</b> strikes pier”, 3 March 2026" in about
    assert "(updated 5 March 2026) An earlier version said thirteen." in about
    assert page.get_attribute(".cite", "aria-expanded") == "true"
    assert page.inner_text("article .body > p:last-child") == "As of 5 March 2026."
    page.keyboard.press("Enter")
    assert page.query_selector(".quote") is None


def test_what_is_not_on_record_is_said_with_the_nearest(opened: Open) -> None:
    page = opened()
    ask(page, NOWHERE)
    assert page.inner_text(".none").startswith("Not on record: ")
    assert "Northshore Wire" in page.inner_text("article ul")
    # A link that is none of the web's is text.
    assert page.query_selector("a[href^=javascript]") is None
    assert page.inner_text("#status") == "Not on record."


def test_days_and_outlets_limit_what_is_asked(opened: Open) -> None:
    page = opened()
    page.wait_for_selector("#outlets input", state="attached")
    page.click("summary")
    page.check("text=Herald (1)")
    page.click("#question")
    ask(page, QUESTION)
    assert "Not on record" in page.inner_text("article:last-child")
    page.uncheck("text=Herald (1)")
    page.fill("#since", "2026-03-01")
    page.click("#question")
    ask(page, QUESTION)
    assert "struck the north pier" in page.inner_text("article:last-child .sentence")


def test_a_follow_up_leans_on_what_was_asked_until_a_new_conversation(opened: Open) -> None:
    page = opened()
    ask(page, "Who was hurt on the ferry Lady Wrenna?")
    with page.expect_request("**/v1/ask") as first:
        ask(page, "And what did it strike?")
    before = first.value.post_data_json["conversation"]
    page.click("#anew")
    assert page.query_selector("article") is None
    with page.expect_request("**/v1/ask") as second:
        ask(page, QUESTION)
    assert second.value.post_data_json["conversation"] != before


def test_sentences_appear_before_the_answer_is_complete_and_stop_ends_it(opened: Open, record: Index) -> None:
    # A model that writes one sentence and then nothing.
    said = Says(
        'The ferry struck the pier. [1: "the ferry Lady Wrenna struck the north pier"]\nAnd', hangs=True
    )
    with model_server(said) as model, served(record, model="openai:slow", model_url=model.url) as address:
        page = opened(address)
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector(".sentence")
        assert page.query_selector(".sources") is None
        assert page.is_visible("#stop")
        page.keyboard.press("Escape")
        page.wait_for_selector("text=Stopped.")
        assert model.left.wait(60)
        assert page.is_visible("#submit")


def test_where_a_token_is_needed_the_page_asks_for_it(opened: Open, record: Index) -> None:
    with served(record, frozenset({TOKEN})) as address:
        page = opened(address)
        page.wait_for_selector("#token:visible")
        page.fill("#token", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("#token:visible")
        page.fill("#token", TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Answers from 2 stored articles")
        ask(page, QUESTION)
        assert page.query_selector(".sentence")


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 360), ("light", 1000)])
def test_it_fits_and_is_accessible(opened: Open, scheme: str, width: int) -> None:
    page = opened(width=width, color_scheme=scheme, bypass_csp=True)
    page.click("summary")
    page.click("#question")
    ask(page, QUESTION)
    page.click(".cite")
    page.wait_for_selector(".quote mark")
    page.click("#question")
    ask(page, NOWHERE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 380) == (scheme == "dark")
    if not AXE.exists():
        pytest.skip("axe-core is not here: npm install --prefix .bench axe-core")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert found["passes"]


def test_on_paper_there_are_the_quotes_and_no_buttons(opened: Open) -> None:
    page = opened(width=800)
    ask(page, QUESTION)
    page.emulate_media(media="print")
    assert not page.is_visible("#question")
    assert page.is_visible("ol.sources .words")
    assert page.inner_text("ol.sources .words").strip("“”") in TEXT


def test_nothing_but_its_own_files_may_run_or_be_loaded(opened: Open, url: str) -> None:
    page = opened()
    policy = page.evaluate("fetch('/').then((answer) => answer.headers.get('content-security-policy'))")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for path in PAGE:
        name = PAGE[path][0]
        text = (ROOT / "bot" / "http" / "page" / name).read_text(encoding="utf-8")
        assert not re.search(
            r"<script(?! src=)|<style|\sstyle=|\son\w+=|innerHTML|eval\(|https?://(?!www\.w3\.org)", text
        )
