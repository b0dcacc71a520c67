"""The sources of an answer, each article once, with what every style needs to know of it."""

import re
from dataclasses import dataclass
from datetime import date

from bot.page_numbers import page_url, pages_in_words
from bot.types import Citation
from bot.web_address import web_address
from index.types import Article, Status

# Words in names of organisations, which are not turned round as people's are.
_ORGANISATIONS = re.compile(
    r"\b(?:agency|associated|association|board|bureau|committee|correspondents?|council|department|desk|"
    r"editors?|foundation|group|institute|ministry|news|newsroom|office|press|reporters?|reuters|society|"
    r"staff|team|university)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    ("da", "de", "del", "della", "den", "der", "di", "du", "la", "le", "ten", "ter", "van", "von", "zu")
)
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Author:
    """A person, or an organisation, which has no `given` name."""

    family: str
    given: str = ""

    @property
    def inverted(self) -> str:
        """Such as "Fenwick, Ada"."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def natural(self) -> str:
        """Such as "Ada Fenwick"."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class CitedSource:
    """An article with those of its quotes that an answer cites."""

    article: Article
    citations: tuple[Citation, ...]

    @property
    def authors(self) -> tuple[Author, ...]:
        """Those who wrote it, as far as it says; the outlet alone is none."""
        known = (one for one in self.article.authors if one.casefold() != self.article.source.casefold())
        return tuple(author_of(" ".join(one.split())) for one in known if one.strip())

    @property
    def title(self) -> str:
        """As it was printed, on one line; "" where it has none."""
        return " ".join(self.article.title.split())

    @property
    def outlet(self) -> str:
        """On one line."""
        return " ".join(self.article.source.split())

    @property
    def day(self) -> date | None:
        """Of publication."""
        return self.article.published_day

    @property
    def numbers(self) -> str:
        """As they stand in the text: "[1][3]"."""
        return "".join(f"[{citation.n}]" for citation in self.citations)

    @property
    def pages(self) -> str:
        """Where in a paged document all its quotes stand, such as "p. 12, pp. 14–15"; "" without pages."""
        named = (pages_in_words(citation.quote.pages) for citation in self.citations)
        return ", ".join(dict.fromkeys(filter(None, named)))

    @property
    def url(self) -> str:
        """Its web address, landing on the first quote's page; "" for anything else."""
        return web_address(page_url(self.article.url, self.citations[0].quote.pages))

    @property
    def warning(self) -> str:
        """What nobody may leave out who cites it: that it was withdrawn or corrected, when, and why."""
        if self.article.status is Status.CURRENT:
            return ""
        said = f"{self.article.reference.change}: {' '.join(self.article.note.split())}".removesuffix(": ")
        return said[:1].upper() + said[1:]


def cited_sources(citations: tuple[Citation, ...]) -> list[CitedSource]:
    """Each article that is cited, in the order of their first numbers."""
    by_id: dict[str, list[Citation]] = {}
    for citation in citations:
        by_id.setdefault(citation.quote.article.id, []).append(citation)
    return [CitedSource(some[0].quote.article, tuple(some)) for some in by_id.values()]


def author_of(name: str) -> Author:
    """A name as its parts, where it is plainly a person's; whole where it may be an organisation's."""
    family, comma, given = name.partition(",")
    if comma and given.strip():
        return Author(family.strip(), given.strip())
    words = name.split()
    if not 2 <= len(words) <= _MOST_NAMES or _ORGANISATIONS.search(name):
        return Author(name)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return Author(" ".join(words[start:]), " ".join(words[:start]))
