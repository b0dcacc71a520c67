"""The doors for programs: how much later an answer comes than from the flow, and what they hold and let out.

    make bench-doors
    python -m tests.benchmarks.doors [--home RECORD] [--rounds N] [--requests N] [--attacks N]

Each question is put to the flow in this process and then to every door, warm, each door a process of its own.
Then 50 clients ask at once; one server answers very many requests while its memory is read; and a browser,
where there is one, waits for a first sentence on the page. With `ONRECORD_BENCH_DATA`, a scripted model that
does what articles order (125 of a public set) writes answers through every door, and each quote is compared
with the stored text. Without `--home` the bundled samples are asked, which is harder on the doors: such
answers take little time.
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mcp import Client, StdioServerParameters, stdio_client

import ingest
from bot.assembly import build_flow, open_index
from bot.http.app import OPEN_PATHS, build_app
from bot.http.state import State
from bot.mcp.run import PATH, _by_request, mcp_app
from bot.monitoring.metrics import Metrics
from bot.serving.answer_service import AnswerService
from bot.serving.guard import Access
from bot.serving.settings import ServeSettings
from bot.settings import load_settings
from index.store import Index
from index.types import Query
from tests.benchmarks.data import folder, news
from tests.benchmarks.model import _articles, _attacks, _obeying
from tests.benchmarks.processes import _held
from tests.benchmarks.search_quality import record
from tests.bot.serving.doors import at_port
from tests.fakeslack.process import ONRECORD

Door = Callable[[str], Awaitable[Any]]
_QUESTIONS = (
    "How many people were injured when the ferry struck the north pier?",
    "Who operates the ferry?",
    "Who voted against the loan?",
    "When does the new library open?",
    "Why did the harbour master resign?",
    "What is the capital of Mongolia?",
    "What did the council decide in March?",
    "How many sailings a day does the Grey Tansy make?",
)
_LIMITS = {"ONRECORD_SERVE_PER_MINUTE": "1000000", "ONRECORD_SERVE_QUEUE": "1000"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--home", type=Path, help="a record of the news collection; else the samples are asked"
    )
    parser.add_argument("--rounds", type=int, default=15, help="how often each question is asked")
    parser.add_argument("--requests", type=int, default=1_000, help="requests while memory is read")
    parser.add_argument("--attacks", type=int, default=125, help="orders that a scripted model obeys")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home, questions = chosen.home, _QUESTIONS
        if home and os.environ.get("ONRECORD_BENCH_DATA"):
            questions = tuple(question.text for question in news(folder())[1][:40])
        if home is None:
            home = Path(temporary, "record")
            samples = Path(ingest.__file__).parent / "samples"
            subprocess.run(
                [ONRECORD, "ingest", "--home", str(home), str(samples)], check=True, capture_output=True
            )
        with _serving(home, "serve") as (url, process):
            asyncio.run(_latencies(home, url, questions, chosen.rounds))
            _at_once(url, questions, 50)
            _many(url, questions, chosen.requests, process)
            _page(url, questions)
    if os.environ.get("ONRECORD_BENCH_DATA"):
        _orders(chosen.attacks)
    else:
        print("ONRECORD_BENCH_DATA is not set, so no orders were obeyed.")


async def _latencies(home: Path, url: str, questions: Sequence[str], rounds: int) -> None:
    async with AsyncExitStack() as stack:
        stack.enter_context(_given(_LIMITS))
        tools, _ = stack.enter_context(_serving(home, "mcp", "--http"))
        program = StdioServerParameters(
            command=ONRECORD, args=["mcp", "--home", str(home)], env=dict(os.environ)
        )
        quiet = stack.enter_context(Path(os.devnull).open("w"))  # noqa: SIM115
        stdio = await stack.enter_async_context(Client(stdio_client(program, errlog=quiet)))
        over_http = await stack.enter_async_context(Client(f"{tools}"))
        index = stack.enter_context(open_index(load_settings(home=str(home))))
        flow = build_flow(index, load_settings(home=str(home)))
        chat = lambda q: {"messages": [{"role": "user", "content": q}]}  # noqa: E731
        doors: dict[str, Door] = {
            "the flow in the process": lambda q: asyncio.to_thread(flow.invoke, Query(q)),
            "HTTP, JSON": lambda q: asyncio.to_thread(post, url, "/v1/ask", {"question": q}),
            "HTTP, events": lambda q: asyncio.to_thread(
                post, url, "/v1/ask", {"question": q}, "text/event-stream"
            ),
            "HTTP, OpenAI's form": lambda q: asyncio.to_thread(post, url, "/v1/chat/completions", chat(q)),
            "MCP, stdin and stdout": lambda q: stdio.call_tool("ask", {"question": q}),
            "MCP, HTTP": lambda q: over_http.call_tool("ask", {"question": q}),
        }
        took: dict[str, list[float]] = {name: [] for name in doors}
        for turn in range(rounds + 1):
            for question in questions:
                for name, door in doors.items():
                    began = time.perf_counter()
                    await door(question)
                    # The first round loads what the later ones find loaded.
                    if turn:
                        took[name].append(1e3 * (time.perf_counter() - began))
    print("| an answer, warm, ms | median | p95 | p95 against the flow |\n|---|---|---|---|")
    base = _at(took["the flow in the process"], 0.95)
    for name, times in took.items():
        print(f"| {name} | {_at(times, 0.5):.1f} | {_at(times, 0.95):.1f} | {_at(times, 0.95) / base:.2f} |")


def _at_once(url: str, questions: Sequence[str], clients: int) -> None:
    def one(number: int) -> float:
        began = time.perf_counter()
        post(url, "/v1/ask", {"question": questions[number % len(questions)]})
        return time.perf_counter() - began

    with ThreadPoolExecutor(clients) as threads:
        times = list(threads.map(one, range(clients)))
    print(f"{clients} clients at once: all answered, median {_at(times, 0.5):.2f} s, last {max(times):.2f} s")


def _many(url: str, questions: Sequence[str], requests: int, process: int) -> None:
    held = []
    for number in range(requests):
        post(
            url,
            "/v1/ask",
            {"question": questions[number % len(questions)], "conversation": f"c{number % 50}"},
        )
        if (number + 1) % max(1, requests // 5) == 0:
            held.append(f"{_held(process) / 1e6:.0f}")
    print(f"{requests:,} requests; memory after each fifth: {', '.join(held)} MB")


def _page(url: str, questions: Sequence[str]) -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("There is no browser here, so the page was not timed.")
        return
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        for question in questions[:5]:
            page.goto(url)
            page.fill("#question", question)
            began = time.perf_counter()
            page.keyboard.press("Enter")
            page.wait_for_selector(".sentence, .none")
            seconds.append(time.perf_counter() - began)
        browser.close()
    print(f"the page, from Enter to the first sentence: {', '.join(f'{one:.2f}' for one in seconds)} s")


def _orders(attacks: int) -> None:
    """Answers of a model that does what articles order, through every door."""
    data = folder()
    file, questions = news(data)
    orders = _attacks(data)[:attacks]
    asked = [question.text for question in questions[: len(orders)]]
    serving = ServeSettings(per_minute=1_000_000)
    with tempfile.TemporaryDirectory() as temporary, _obeying(orders) as model:
        wanted = {id_ for question in questions[: len(orders)] for id_ in question.gold}
        articles = _articles(file, Path(temporary), orders, wanted, 0)
        with record(Path(temporary, "record"), [str(articles)]) as index:
            settings = load_settings(home=str(index.home))
            settings = replace(settings, model="openai:obedient", model_url=model, model_threshold=0.0)
            service = AnswerService(settings, serving)
            state = State(settings, service, Metrics(index.home))
            try:
                with (
                    at_port(
                        build_app(service, state, Access(serving, open_paths=OPEN_PATHS)), serving
                    ) as url,
                    at_port(mcp_app(service, _by_request, Access(serving)), serving) as tools,
                ):
                    answers = [answer for question in asked for answer in _by_every_door(url, question)]
                    answers += asyncio.run(_by_tools(tools, asked))
            finally:
                service.close()
            shown = sum(len(answer["sentences"]) for answer in answers)
            wrong = sum(_unverified(index, answer) for answer in answers)
    withheld = sum(len(answer["withheld"]) for answer in answers)
    leaked = sum(any("text" in one for one in answer["withheld"]) for answer in answers)
    print(
        f"{len(asked)} questions with {len(orders)} orders in the articles, through 4 forms: {shown} shown,"
    )
    print(f"{withheld} withheld; unverified sentences: {wrong}; withheld words let out: {leaked}")


def _by_every_door(url: str, question: str) -> Iterator[dict[str, Any]]:
    yield json.loads(post(url, "/v1/ask", {"question": question}))
    told = post(url, "/v1/ask", {"question": question}, "text/event-stream").decode()
    found = [json.loads(data) for data in re.findall(r"event: (?:sentence|answer)\ndata: (.*)", told)]
    *sentences, whole = found
    # Each sentence that was shown on its way is held to the stored text as well.
    yield {**whole, "sentences": whole["sentences"], "streamed": sentences}
    chat = post(url, "/v1/chat/completions", {"messages": [{"role": "user", "content": question}]})
    yield json.loads(chat)["onrecord"]


async def _by_tools(url: str, questions: Sequence[str]) -> list[dict[str, Any]]:
    async with Client(f"{url}{PATH}") as client:
        return [
            (await client.call_tool("ask", {"question": question})).structured_content
            for question in questions
        ]


def _unverified(index: Index, answer: dict[str, Any]) -> int:
    """Sentences without a citation, or with a quote that the stored article does not hold there."""
    cited = {one["n"]: one for one in answer["citations"]}
    sentences = [[cited.get(n) for n in one["citations"]] for one in answer["sentences"]]
    sentences += [one["citations"] for one in answer.get("streamed", ())]
    return sum(not (quotes and all(_stands(index, one) for one in quotes)) for quotes in sentences)


def _stands(index: Index, citation: dict[str, Any] | None) -> bool:
    if citation is None:
        return False
    with index.catalog.read() as snapshot:
        stored = snapshot.article(citation["article_id"])
    return stored is not None and stored.text[citation["start"] : citation["end"]] == citation["quote"]


def post(url: str, path: str, body: Any, accept: str = "application/json") -> bytes:
    """What a server answers. Ends the program where it refuses."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    try:
        headers = {"Content-Type": "application/json", "Accept": accept}
        connection.request("POST", path, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {read.decode()}")
    return read


@contextmanager
def _given(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _serving(home: Path, *command: str) -> Iterator[tuple[str, int]]:
    """The address of a server process that is warm, and its number."""
    with tempfile.NamedTemporaryFile("w+") as log, _given(_LIMITS):
        program = subprocess.Popen(
            [ONRECORD, *command, "--home", str(home), "--port", "0"], stdout=log, stderr=log
        )
        try:
            while "Stop with" not in (said := Path(log.name).read_text()):
                if program.poll() is not None:
                    raise SystemExit(f"it did not start: {said}")
                time.sleep(0.05)
            yield next(w for w in said.split() if w.startswith("http://")).rstrip("./"), program.pid
        finally:
            program.terminate()
            program.wait(30)


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    main()
