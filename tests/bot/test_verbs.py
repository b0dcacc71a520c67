"""What the forms of verbs tell of a text."""

import pytest

from bot.verbs import tells_what_happened


@pytest.mark.parametrize(
    "text",
    [
        "The ferry struck the pier on Monday. Nobody was hurt.",
        "The council has closed the bridge, its clerk said. Drivers will have to go round.",
        # Who is quoted speaks to somebody else.
        "The mayor resigned. “You have your harbour, and you will keep it,” she said.",
    ],
)
def test_a_report_tells_what_happened(text: str) -> None:
    assert tells_what_happened(text)


@pytest.mark.parametrize(
    "text",
    [
        "You can set a new password if you know the address that was given for your account.",
        "Press the red button. Wait until the light is green.",
        "",
    ],
)
def test_an_instruction_does_not(text: str) -> None:
    assert not tells_what_happened(text)
