"""What verifying a model's sentences costs: the time from a sentence's last letter to what a reader may see.

    python -m tests.benchmarks.checking

A pretended model streams, letter by letter, sentences of the bundled samples, each with its own words as the
quote. Times are of the letter that completes a sentence: reading the marks, locating its quote in the
passages, holding the sentence against it, and verifying it; the letters before cost next to nothing.
"""

import statistics
import tempfile
from collections.abc import Generator
from pathlib import Path
from time import perf_counter, process_time

import ingest
from bot.model.writer import ModelReply
from bot.types import Sentence, Withheld
from bot.verification import Verifier
from index.types import Passage, Query
from ingest.sentences import sentence_spans
from tests.benchmarks.search_quality import record

QUESTIONS = (
    "How many people were injured when the ferry struck the north pier?",
    "When did the replacement ferry begin service?",
    "Why did Sheinbaum refuse the troops?",
    "What will repairing the pier cost?",
)
PASSAGES = 15


def main() -> None:
    """Measure and print."""
    samples = Path(ingest.__file__).parent / "samples"
    wall: list[float] = []
    processor: list[float] = []
    with (
        tempfile.TemporaryDirectory() as temporary,
        record(Path(temporary) / "record", [str(samples)]) as index,
    ):
        for question in QUESTIONS:
            passages = index.search(Query(question), PASSAGES)
            for walled, processed in _timed(question, passages):
                wall.append(walled)
                processor.append(processed)
    for name, seconds in (("wall", wall), ("processor", processor)):
        thousandths = sorted(1000 * second for second in seconds)
        slow = thousandths[int(0.95 * len(thousandths))]
        print(f"{name:<9} median {statistics.median(thousandths):.2f} ms, p95 {slow:.2f} ms, ", end="")
        print(f"most {thousandths[-1]:.2f} ms")
    print(f"{len(wall)} sentences, {PASSAGES} passages a question")


def _timed(question: str, passages: list[Passage]) -> list[tuple[float, float]]:
    """Wall and processor time of each sentence, in seconds."""
    sent = [0.0, 0.0]

    def letters() -> Generator[str]:
        for number, passage in enumerate(passages, 1):
            start, end = sentence_spans(passage.text)[0]
            quote = passage.text[start:end]
            for letter in f'{quote} [{number}: "{quote}"]\n':
                sent[:] = perf_counter(), process_time()
                yield letter

    verifier = Verifier(passages)
    times, shown = [], 0
    for draft in ModelReply(letters(), Query(question), passages).drafts():
        checked = draft if isinstance(draft, Withheld) else verifier.check(draft)
        times.append((perf_counter() - sent[0], process_time() - sent[1]))
        shown += isinstance(checked, Sentence)
    print(f"{shown} of {len(times)} shown: {question}")
    return times


if __name__ == "__main__":
    main()
