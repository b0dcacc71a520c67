"""Articles to quote, and what the writer drafts from them."""

from bot.extractive.writer import ExtractiveWriter
from bot.types import Draft
from index.types import Article, Chunk, Passage, Query
from tests.conftest import WordEmbedder

HERALD = Article(
    "herald",
    "The ferry Marlin sank off Port Hale on Monday night. The harbour master said 14 people were hurt when "
    "the Marlin sank on 9 March. She was built in 1987 by the Orrin yard.\n\nSign up for our newsletter\n\n"
    "The town council "
    "meets on Friday to discuss the budget.",
    title="Ferry sinks off Port Hale",
    source="The Harbour Herald",
    published="2026-03-12",
)


COURIER = Article(
    "courier",
    "Officials said 19 people were hurt when the ferry Marlin sank on 9 March. Divers look for the wreck.",
    title="Divers at the wreck",
    source="Coast Courier",
    published="2026-03-13T08:30:00+01:00",
)


TIMETABLE = Article(
    "timetable",
    "Ferries | Weekdays | Sunday\nFirst ferry | 5.40 | 8.30\nLast ferry | 22.15 | 20.50",
    title="Timetable",
    source="Nordline",
    published="2026-01-02",
)


def passages(*articles: Article) -> list[Passage]:
    made = []
    for rank, article in enumerate(articles, 1):
        chunk = Chunk(article.id, article.revision, 0, 0, len(article.text), 50)
        made.append(Passage(article, chunk, 6.0 - rank, 0.6, 20.0, rank))
    return made


def drafts(words: WordEmbedder, question: str, *articles: Article) -> list[Draft]:
    return list(ExtractiveWriter(words.embed_tokens).write(Query(question), passages(*articles)).drafts)
