"""The doors for programs: how much later an answer comes than from the flow, and what they hold and let out.

    make bench-doors
    python -m tests.benchmarks.doors [--home RECORD] [--rounds N] [--requests N] [--attacks N]

Each question is put to the flow in this process and then to every door, warm, each door a process of its own.
Then 50 clients ask at once; one server answers very many requests while its memory is read; and a browser,
where there is one, waits for a first sentence on the page. With `ONRECORD_BENCH_DATA`, a scripted model that
does what articles order (125 of a public set) writes answers through every door, and each quote is compared
with the stored text. Without `--home` the bundled samples are asked, which is harder on the doors: such
answers take little time. Processor time is of all processes, and tells more than the clock where others work.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters, stdio_client

import ingest
from bot.assembly import build_flow, open_index
from bot.settings import load_settings
from index.types import Query
from tests.benchmarks.data import folder, news
from tests.benchmarks.doors_orders import orders
from tests.benchmarks.doors_requests import at, post, processor_seconds
from tests.benchmarks.processes import _held
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
_FLOW = "the flow in the process"
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
        orders(chosen.attacks)
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
            _FLOW: lambda q: asyncio.to_thread(flow.invoke, Query(q)),
            "HTTP, JSON": lambda q: asyncio.to_thread(post, url, "/v1/ask", {"question": q}),
            "HTTP, events": lambda q: asyncio.to_thread(
                post, url, "/v1/ask", {"question": q}, "text/event-stream"
            ),
            "HTTP, OpenAI's form": lambda q: asyncio.to_thread(post, url, "/v1/chat/completions", chat(q)),
            "MCP, stdin and stdout": lambda q: stdio.call_tool("ask", {"question": q}),
            "MCP, HTTP": lambda q: over_http.call_tool("ask", {"question": q}),
        }
        took: dict[str, list[float]] = {name: [] for name in doors}
        worked = dict.fromkeys(doors, 0.0)
        for turn in range(rounds + 1):
            for question in questions:
                for name, door in doors.items():
                    work, began = processor_seconds(), time.perf_counter()
                    await door(question)
                    # The first round loads what the later ones find loaded.
                    if turn:
                        took[name].append(1e3 * (time.perf_counter() - began))
                        worked[name] += processor_seconds() - work
    print(
        "| an answer, warm, ms | median | p95 | p95 against the flow | processor time against the flow |\n"
        "|---|---|---|---|---|"
    )
    base, work = at(took[_FLOW], 0.95), worked[_FLOW]
    for name, times in took.items():
        p95 = at(times, 0.95)
        print(f"| {name} | {at(times, 0.5):.1f} | {p95:.1f} | {p95 / base:.2f} | {worked[name] / work:.2f} |")


def _at_once(url: str, questions: Sequence[str], clients: int) -> None:
    def one(number: int) -> float:
        began = time.perf_counter()
        post(url, "/v1/ask", {"question": questions[number % len(questions)]})
        return time.perf_counter() - began

    with ThreadPoolExecutor(clients) as threads:
        times = list(threads.map(one, range(clients)))
    print(f"{clients} clients at once: all answered, median {at(times, 0.5):.2f} s, last {max(times):.2f} s")


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


if __name__ == "__main__":
    main()
