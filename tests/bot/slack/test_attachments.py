"""Attached files as evidence: read where that is set, quoted, and kept nowhere; else refused with a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.slack.conftest import people
from tests.bot.slack.test_asking import answer
from tests.bot.slack.test_bot import TROOPS, opened
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot
from tests.fakeslack.state import SCOPES
from tests.fakeslack.trials import CHANNEL
from tests.ingest.formats.documents import pdf
from tests.ingest.formats.test_docx import docx, p, run

pytestmark = pytest.mark.slow

LAMP = "How many lamps does the lighthouse at Cape Tarrow have?"
SAYS = "The lighthouse at Cape Tarrow has seven lamps and one keeper."


@pytest.fixture(scope="module")
def reading(shared_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    folder = tmp_path_factory.mktemp("attached")
    with FakeSlack() as slack:
        people(slack)
        slack.state.scopes = f"{SCOPES},files:read"
        bot = Bot(
            slack, shared_record, folder / "log", toml="[slack]\nhourly_each = 1000\nread_files = true\n"
        )
        yield slack
        assert bot.stop() == 0, bot.said()
        assert "Traceback" not in bot.said(), bot.said()
        assert slack.state.rejected == []


def asked(slack: FakeSlack, text: str, *files: dict[str, object]) -> str:
    """What is answered to a question with these files."""
    ts = slack.say("U00ADA", "D00ADA", text, subtype="file_share", files=list(files))
    return answer(slack, "D00ADA", ts)


@pytest.mark.parametrize(
    ("name", "content"),
    [("lamps.pdf", pdf(SAYS)), ("lamps.docx", docx(p(run(SAYS)))), ("lamps.txt", SAYS.encode())],
)
def test_an_attached_file_is_quoted(reading: FakeSlack, name: str, content: bytes) -> None:
    said = asked(reading, LAMP, reading.file(name, content))
    assert SAYS in said
    assert "This is from what you attached, which I do not keep." in said


def test_files_of_one_name_are_all_read(reading: FakeSlack) -> None:
    others = reading.file("notes.txt", b"The harbour office opens at nine.")
    said = asked(reading, LAMP, others, reading.file("notes.txt", SAYS.encode()))
    assert SAYS in said
    assert "could not read" not in said


def test_its_passages_can_be_shown_later_and_it_is_not_on_record(reading: FakeSlack) -> None:
    file = reading.file("lamps.txt", SAYS.encode())
    ts = reading.mention("U00ADA", CHANNEL, LAMP, subtype="file_share", files=[file])
    (given,) = reading.answers(CHANNEL, ts)
    assert SAYS in given.shown()
    window = opened(reading, lambda: reading.press("U00ADA", given, "passages"))
    assert SAYS in window
    assert "This is from an attached file, which I did not keep." in window
    later = reading.answers(CHANNEL, reading.mention("U00ADA", CHANNEL, LAMP))[0].shown()
    assert "Not on record" in later
    assert "seven lamps" not in later


def test_a_table_that_is_attached_is_read_by_its_rows(reading: FakeSlack) -> None:
    file = reading.file(
        "fares.csv", b"Tour;Adults;Children\nHarbour tour;12.50;8.00\nNight tour;25.00;free\n"
    )
    said = asked(reading, "How much is the harbour tour for children?", file)
    assert "Tour | Adults | Children Harbour tour | 12.50 | 8.00" in said.replace("\\|", "|")


def test_what_the_file_does_not_answer_is_answered_from_the_record(reading: FakeSlack) -> None:
    said = asked(reading, TROOPS, reading.file("lamps.txt", SAYS.encode()))
    assert "as a matter of sovereignty" in said
    assert "What you attached does not answer this." in said


def test_what_is_not_read_is_named_with_the_reason_and_the_question_is_answered(reading: FakeSlack) -> None:
    elsewhere = reading.file("far.pdf", b"", url_private="https://files.example/far.pdf")
    for file, reason in (
        (reading.file("pier.png", b"x"), "pier.png: I read PDF, Word, Excel, CSV and text files only."),
        (reading.file("torn.pdf", b"%PDF-1.7 torn"), "I could not read torn.pdf: "),
        (reading.file("long.txt", b"x", size=11_000_000), "it is larger than 10 MB."),
        (elsewhere, "it is not kept by Slack"),
    ):
        said = asked(reading, TROOPS, file)
        assert "as a matter of sovereignty" in said
        assert reason in said, said
    assert "ask your question in the same message" in asked(reading, "", reading.file("a.txt", b"x"))


def test_a_file_of_another_organisation_is_asked_for(reading: FakeSlack) -> None:
    file = reading.file("lamps.txt", SAYS.encode())
    del file["url_private"]
    assert SAYS in asked(reading, LAMP, file)


def test_without_the_scope_it_is_said_what_is_missing(reading: FakeSlack) -> None:
    reading.state.scopes = SCOPES
    said = asked(reading, TROOPS, reading.file("lamps.txt", SAYS.encode()))
    reading.state.scopes = f"{SCOPES},files:read"
    assert "as a matter of sovereignty" in said
    assert "can add the scope files:read" in said
