"""Whether a sentence says no more than its quotes: what can be told from its words.

A quote that is true does not make the sentence before it true. A name, a number, a link or a "not" that
stands in none of its quotes is the model's own, and so is a sentence of which most words are.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from bot.negation import _NO, NEGATIVE
from bot.types import Quote
from index.types import Article
from index.words import FUNCTION_WORDS, plain, stem, words

NAME = "a name that stands in none of its quotes"
NUMBER = "a number that stands in none of its quotes"
LINK = "a link or mark-up that stands in none of its quotes"
NEGATED = "says no where none of its quotes does"
UNSUPPORTED = "says more than its quotes"
NO_SENTENCE = "citations without a sentence"
TOO_LONG = "too long for a sentence"

_LONGEST = 800
# The share of a sentence's telling words that must stand in its quotes, the question, or the article's label.
_SUPPORTED = 0.5

_TOKEN = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W_]+)?")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LINK = re.compile(
    r"https?:|www\.|\w@\w|@\w|[<>{}|\\]|\]\(|"
    r"\b[\w-]+\.(?:com|org|net|io|co|info|example|test|ru|cn|xyz)\b",
    re.IGNORECASE,
)
_SOME_NO = re.compile(
    rf"{NEGATIVE.pattern}|\b(?:un[a-z]{{4}}|in(?:ability|capab|suffic|eligib)|only\b)", re.IGNORECASE
)
_UP_TO_TWENTY = words("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
""")
_TENS = words("thirty forty fifty sixty seventy eighty ninety")
_NUMBERS = {word: str(number) for number, word in enumerate(_UP_TO_TWENTY)} | {
    word: f"{tens}0" for tens, word in enumerate(_TENS, 3)
}
_OPENERS = frozenset(
    words("""
        according accounts additionally although another article articles authorities because besides despite
        during earlier even every everyone experts finally first following further furthermore however
        including instead last later like local many meanwhile moreover most nearly new newer nobody none
        officials often once one originally others outlets overall people police previously recent recently
        reportedly reporters reports researchers residents second separately several similarly since some
        sources still subsequently though thus today together two until unlike whereas within witnesses yet
    """)
)


def grounding_problem(
    sentence: str, quotes: Sequence[Quote], question: str, common: Collection[str] = ()
) -> str:
    """Why `sentence` may not stand on `quotes`, or "".

    The outlet, title, authors and days of a quoted article count as quoted: they are stored, and stand in the
    list below the answer. `common` are words that are no names, though a sentence may begin with them (see
    `common_words`).
    """
    if not words(sentence):
        return NO_SENTENCE
    if len(sentence) > _LONGEST:
        return TOO_LONG
    said = " ".join(quote.text for quote in quotes)
    shown = " ".join([said, *(_label(quote.article) for quote in quotes)])
    if any(link not in said for link in _LINK.findall(sentence)):
        return LINK
    if not _numbers(sentence) <= _numbers(shown):
        return NUMBER
    known = {stem(word) for word in words(shown)}
    if any(not known.issuperset(map(stem, words(name))) for name in _names(sentence, common)):
        return NAME
    if _NO.search(sentence) and not _SOME_NO.search(said):
        return NEGATED
    telling = {stem(word) for word in words(sentence) if word not in FUNCTION_WORDS}
    grounds = known | {stem(word) for word in words(question)}
    return UNSUPPORTED if len(telling & grounds) < _SUPPORTED * len(telling) else ""


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """The words that are written small somewhere in `texts`."""
    return frozenset(word for text in texts for word in _TOKEN.findall(text) if word.islower())


def _label(article: Article) -> str:
    days = (article.published[:10], article.updated[:10])
    return " ".join([str(article.reference), *article.authors, *days])


def _numbers(text: str) -> set[str]:
    """The numbers in a text, "1,200" and "1200" the same, and "fourteen" as "14".

    "One" is not told from the word that stands for a thing.
    """
    written = {number.replace(",", "") for number in _DIGITS.findall(plain(text))}
    spelled = {_NUMBERS[word] for word in words(text) if word in _NUMBERS and word != "one"}
    return {number.lstrip("0") or "0" for number in written | spelled}


def _names(sentence: str, common: Collection[str]) -> Iterable[str]:
    """Words with a capital or a digit beside letters; the first word where it is no common one."""
    for place, token in enumerate(_TOKEN.findall(sentence)):
        bare = re.sub(r"['’]\w+$", "", token)
        if not any(c.isupper() for c in bare) or bare in ("I", "A") or plain(bare) in _NUMBERS:
            continue
        if place == 0:
            if plain(bare) in FUNCTION_WORDS or plain(bare) in _OPENERS:
                continue
            if bare.lower() in common:
                continue
        if plain(bare) in FUNCTION_WORDS and not bare.isupper():
            continue
        yield bare
