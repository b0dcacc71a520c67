"""The day of a page's article: as the page states it, and never one that is a guess or another's."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from ingest.dates import parse_date

PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "publish-date",
    "pubdate", "publishdate", "published_time", "publication_date", "citation_publication_date",
    "dc.date.issued", "dcterms.created", "dc.date", "dc.date.created", "dcterms.date", "sailthru.date",
    "date",
)  # fmt: skip
UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last-modified", "lastmod", "article:updated_time",
)  # fmt: skip
_MARKED = '//*[@itemprop="datePublished" or self::time[@pubdate] or contains(@class, "entry-date")]'
_TIMES = "//time[@datetime] | //*[@itemprop='datePublished' or @itemprop='dateModified']"
# What stands in a page beside its article: what readers said, and what else there is to read.
_ASIDE = re.compile(r"comment|repl(?:y|ies)\b|disqus|related|recommend|sidebar|teaser|widget", re.IGNORECASE)
_OF_ITS_OWN = re.compile(r"Comment|Review|Answer|Rating", re.IGNORECASE)


def first_date(*sources: Iterable[str]) -> str:
    """The first of the values that is a date, and not one of two."""
    for source in sources:
        for value in source:
            try:
                if read := parse_date(value):
                    return read
            except ValueError:
                continue
    return ""


def dates_in_article(tree: Any) -> Iterator[str]:
    """Dates of publication that stand in the article and are marked as such."""
    for element in tree.xpath(_MARKED):
        if not _is_aside(element):
            yield _written(element)


def checked_guess(tree: Any, guess: str, days_of_others: Iterable[str]) -> str:
    """A day that was found by looking for one, "" where it may be another day, or may not be the article's.

    It is another's where it stands in a comment or a list of other articles, or is the day of a change, and
    nowhere in the article. It may be another day where it is written with the month and the day as numbers,
    in either order, on a page in English, which knows both.
    """
    if not guess:
        return ""
    day = date.fromisoformat(guess[:10])
    others = {first_date([value])[:10] for value in days_of_others}
    beside: set[str] = set()
    within: set[str] = set()
    for element in tree.xpath(_TIMES):
        found = first_date([_written(element)])[:10]
        modified = element.get("itemprop") == "dateModified"
        (beside if modified or _is_aside(element) else within).add(found)
    if guess in (others | beside) - within:
        return ""
    return "" if _may_be_another(tree, day) else guess


def _may_be_another(tree: Any, day: date) -> bool:
    if day.day > 12 or day.day == day.month or not _is_english(tree):
        return False
    numbers = rf"0?{day.day}[/-]0?{day.month}", rf"0?{day.month}[/-]0?{day.day}"
    ambiguous = re.compile(
        rf"(?<![\w/-])(?:{'|'.join(numbers)})[/-](?:{day.year}|{day.year % 100:02})(?![\w/-])"
    )
    plain = re.compile(rf"{day.year}[-/.年]?0?{day.month}[-/.月]?0?{day.day}(?!\d)")
    texts = [
        *tree.xpath("//@content | //@datetime | //@href"),
        *tree.xpath("//body//text()[not(parent::script)]"),
    ]
    return any(map(ambiguous.search, texts)) and not any(map(plain.search, texts))


def _is_english(tree: Any) -> bool:
    """Whether a page is in English, or does not say in what."""
    stated = (*tree.xpath("/html/@lang"), *tree.xpath("//meta[@property='og:locale']/@content"))
    return all(one.strip().lower()[:2] in ("en", "") for one in stated)


def _is_aside(element: Any) -> bool:
    """Whether an element belongs to a comment, or to a list of other articles."""
    articles, beside = 0, False
    for around in (element, *element.iterancestors()):
        if around.tag in ("body", "html"):
            break
        articles += around.tag == "article"
        # An article has a foot of its own, where its date may stand.
        beside = beside or (not articles and around.tag in ("aside", "footer", "nav"))
        named = f"{around.get('class') or ''} {around.get('id') or ''}"
        if articles > 1 or _ASIDE.search(named) or _OF_ITS_OWN.search(around.get("itemtype") or ""):
            return True
    return beside and not articles


def _written(element: Any) -> str:
    return element.get("datetime") or element.get("content") or (element.text or "").strip()


def values(stated: dict[str, list[str]], names: Sequence[str]) -> Iterator[str]:
    """The contents of the meta elements with these names, in the order of the names."""
    return (value for name in names for value in stated.get(name, ()))
