"""An answer in the making at a terminal: each sentence as soon as it is verified."""

import sys
from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from bot.explanation import lines as explained
from bot.terminal import answers, console
from bot.terminal.plain_lines import clean
from bot.types import Answer, Done, Event, Found, Noted, Restated, Searching, Sentence


def show_events(events: Iterator[Event], articles: int) -> Answer:
    """Print the events of one answer as they happen, and return the answer."""
    status = console.err().status("Searching the record …")
    found, question = Found(()), ""
    shown = 0
    if sys.stderr.isatty():
        status.start()
    try:
        for event in events:
            if isinstance(event, Searching):
                question = event.query.text
            elif isinstance(event, Restated):
                console.err().print(Text(f"Read as: {clean(event.text)}", style="dim"), soft_wrap=True)
            elif isinstance(event, Found):
                found = event
                status.update("Writing …")
            elif isinstance(event, Sentence):
                status.stop()
                if not shown:
                    answers.show_head(found.read, found.disagreement, relaxed=found.relaxed)
                answers.show_sentence(event, question)
                shown += 1
            elif isinstance(event, Noted):
                status.stop()
                console.show_note(event.text)
            elif isinstance(event, Done):
                status.stop()
                answers.show_sources(event.answer, articles)
                return event.answer
    finally:
        status.stop()
    raise AssertionError  # A stream ends with Done.


def show_explanation(answer: Answer, threshold: float) -> None:
    """Say why this answer was given, or none, as lines below it."""
    told = ["Nothing was found that could be quoted."]
    if answer.explanation:
        told = list(explained(answer.explanation, answer.score, threshold))
    if answer.read:
        told.insert(0, f"Limits read from the question: {answer.read}{', then dropped' * answer.relaxed}")
    console.out().print()
    for line in told:
        console.out().print(Text(clean(line)), soft_wrap=True)


def show_running(answer: Answer) -> None:
    """Say how an answer came about: what was withheld and why, tokens, and the time of each step."""
    for line in running_lines(answer):
        console.show_dim(line)


def running_lines(answer: Answer) -> Iterator[str]:
    """The same as lines."""
    how = "Quoted from the articles" if answer.model == "extractive" else f"Written by {answer.model}"
    if not answer.aside:
        yield f"{how}; probability {answer.score:.2f}."
    for one in answer.withheld:
        yield f"Withheld, {one.reason}: {one.draft.text or '(no sentence)'}"
        for claim in one.draft.claims:
            yield f"    [{claim.passage}] {claim.text[:300]!r}"
    if answer.withheld:
        counts = Counter(one.reason for one in answer.withheld)
        yield f"Withheld in all: {', '.join(f'{count} {reason}' for reason, count in counts.most_common())}."
    if answer.repointed:
        yield f"Quotes that stood in another passage than the one named: {answer.repointed}."
    if answer.usage:
        yield "Model: " + ", ".join(
            f"{what.replace('_', ' ')} {count:,}" for what, count in answer.usage.items()
        )
    yield "Seconds: " + ", ".join(f"{phase} {seconds:.2f}" for phase, seconds in answer.timings.items())
