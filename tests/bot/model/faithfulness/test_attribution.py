"""Who said what a sentence states as a fact is put back, in the words of the source."""

import pytest

from bot.model.faithfulness.attribution import attributed


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("The bridge is shut, police said on Monday.", "The bridge is shut, police said."),
        ('"The bridge is shut," said Ada Thorne, the mayor.', "The bridge is shut, Ada Thorne said."),
        ("Officials say the bridge is shut for good.", "The bridge is shut, officials say."),
        (
            "The bridge is shut, according to U.S. engineers, and will stay so.",
            "The bridge is shut, according to U.S. engineers.",
        ),
        (
            "A barge sank. The bridge is shut, according to the coastguard.",
            "The bridge is shut, according to the coastguard.",
        ),
    ],
)
def test_the_speaker_is_taken_from_the_source(source: str, said: str) -> None:
    assert attributed("The bridge is shut.", source) == said


@pytest.mark.parametrize(
    "source",
    [
        "The bridge is shut.",
        "The bridge is shut, he said.",
        "The mayor, Ada Thorne, said the bridge is shut.",
        "Ada Thorne denied that the bridge is shut.",
    ],
)
def test_one_that_only_another_sentence_names_or_that_cannot_be_cut_out_is_left(source: str) -> None:
    assert attributed("The bridge is shut.", source) == ""
