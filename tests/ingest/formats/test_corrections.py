"""Corrections and retractions that an article's own text tells, in every format."""

import json

import pytest

from index.types import Article, Page, Status
from ingest.documents import Document, Format
from ingest.formats.corrections import split_corrections, with_corrections
from ingest.formats.extract import extract

STORY = "The school choir won the prize on Saturday. It has 46 singers and is led by Beatrice Oduya."
CORRECTION = "Correction, 13 June: An earlier version of this article said that the choir had 64 singers."
RETRACTION = "Retraction: the account of the foreman could not be verified."


def _mail(text: str) -> str:
    return f"Subject: Choir\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (Format.MARKDOWN, str),
        (Format.MARKDOWN, "---\ntitle: Choir\nstatus: publish\n---\n{}".format),
        (Format.TEXT, str),
        (Format.EMAIL, _mail),
        (Format.JSON_LINES, lambda text: json.dumps({"title": "Choir", "text": text})),
        (Format.JSON_LINES, lambda text: json.dumps({"title": "Choir", "language": "en", "text": text})),
    ],
)
@pytest.mark.parametrize(("note", "status"), [(CORRECTION, Status.CORRECTED), (RETRACTION, Status.WITHDRAWN)])
def test_a_correction_in_the_text_is_the_status_and_note_in_every_format(form, written, note, status):
    data = written(f"{STORY}\n\n{note}").encode()
    (article,) = extract(Document("a", "a", form, content=data))
    assert isinstance(article, Article)
    assert (article.text, article.status, article.note) == (STORY, status, note)


def test_a_note_that_is_stated_stands_and_the_text_with_it():
    stated = Article(
        id="a", text=f"{STORY}\n\n{CORRECTION}", status=Status.CORRECTED, note="The name was wrong."
    )
    assert with_corrections(stated) == stated


def test_a_status_that_is_stated_takes_the_note_from_the_text():
    stated = Article(id="a", text=f"{STORY}\n\n{CORRECTION}", status=Status.CORRECTED)
    given = with_corrections(stated)
    assert (given.text, given.status, given.note) == (STORY, Status.CORRECTED, CORRECTION)


@pytest.mark.parametrize(
    "aside",
    [
        "Editor's note: The writer sings in the choir.",
        "The original version of this story initially ran in October 2017.",
        "An earlier version of this article was first published in the Tuesday edition.",
        "The corrections officers' choir came second.",
    ],
)
def test_what_is_no_correction_stays_in_the_text(aside):
    article = Article(id="a", text=f"{STORY}\n\n{aside}")
    assert with_corrections(article) == article


def test_where_an_article_was_first_printed_is_no_correction_of_it():
    text = f"{STORY}\n\nThe original version of this story initially ran in October 2017."
    assert split_corrections(text) == (text, Status.CURRENT, "")


def test_a_text_with_pages_keeps_its_places():
    article = Article(id="a", text=f"{STORY}\n\n{CORRECTION}", pages=(Page(0, 1),))
    assert with_corrections(article) == article
