"""The question in what people type: without the greeting, the thanks and the letter around it."""

import re
from collections.abc import Iterator, Sequence

from index.words import FUNCTION_WORDS, words

# Said to be polite. A message of these alone asks nothing.
SOCIAL = frozenset(
    words("""
        advance afternoon all appreciated bye cheers cool day dear doing evening everybody everyone fine
        folks good goodbye great greetings hello help hey hi kind lot many morning much nice night ok okay
        please regards sorry support team test thank thanks thx today ty very well welcome yeah yep yes
    """)
)
# What a question is put with: "I was just wondering if anybody knows …".
_FRAME = SOCIAL | frozenset(
    words("""
        advance answer any anybody anyone ask asking chance curious explain find help idea inform know
        knows let like need one please possible possibly question quick quickly say see show someone
        somebody tell understand want wanted wonder wondering
    """)
)
_ASKS = frozenset(words("how what when where whether which who whom whose why"))
# "We wondered over coffee whether …", "I would like to know when …": asked without a mark.
_ASKED_INDIRECTLY = re.compile(
    rf"\b(?:ask(?:ed|ing)?|find out|know|tell(?: me| us)?|wonder(?:ed|ing)?)\b[^.!?]*?"
    rf"\b(?P<asked>(?:{'|'.join(sorted(_ASKS))})\b.*)",
    re.IGNORECASE | re.DOTALL,
)
# A text of more words, or of so many lines or sentences, is a letter with a question in it.
_LONGEST_QUESTION, _LETTER_LINES, _LETTER_SENTENCES = 40, 3, 3
# A greeting ends with a comma and its line.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|\n\s*\n|(?<=,)[^\S\n]*\n\s*(?=[^\W\d_a-z])")
_CLAUSE_END = re.compile(r"[,;:–—]\s+(?:and\s+|but\s+)?|\s(?:and|but)\s")
# What a question speaks of without a name was named before; so was all that one of so few words is about.
_LEAST_TELLING = 2
_LEANS = re.compile(r"\b(?:it|its|they|them|their|this|these|those)\b", re.IGNORECASE)
_NAMES = re.compile(r"\d|(?<=[\w,] )[A-Z][\w-]")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Courteous words that ask, together, for a quantity: "And how many?"
_QUANTITY = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
# "How many does the article give?" speaks of the article, and asks nothing of it.
_TOLD_BY_THE_TEXT = re.compile(
    r",? (?:according to|in) (?:the|this) (?:article|text|story)\b|"
    r" (?:does|do|did) (?:the|this|these) (?:articles?|texts?|story|stories) "
    r"(?:give|mention|name|say|state|report|tell)(?=\W*$)",
    re.IGNORECASE,
)
# So many words may be a name or a code in capitals.
_FEW = 2


def asking_part(text: str) -> str:
    """What `text` asks, on one line: all of it, but for what is only said to be polite.

    Of a letter only the questions are kept. What is all in capitals is made small, or each word would be a
    name. Where nothing seems to be asked, it is `text`.
    """
    parts = [" ".join(part.split()) for part in _SENTENCE_END.split(text) if part and part.strip()]
    if (
        len(words(text)) > _LONGEST_QUESTION
        or len(text.split("\n")) >= _LETTER_LINES
        or len([part for part in parts if not _only(part, SOCIAL)]) >= _LETTER_SENTENCES
    ):
        parts = list(_asked_in(parts)) or parts
    kept = " ".join(_unframed(part) for part in parts if not _only(part, SOCIAL))
    kept = kept or " ".join(text.split())
    bare = _TOLD_BY_THE_TEXT.sub("", kept)
    kept = kept if _only(bare, SOCIAL) else bare
    spelled = [token for token in _TOKEN.findall(kept) if token.isalpha()]
    return kept.lower() if len(spelled) > _FEW and kept.isupper() else kept


def _asked_in(letter: Sequence[str]) -> Iterator[str]:
    """The questions among the sentences of a letter, with the sentence that one leans on.

    That is the last one before it that names something, or has a number or a code.
    """
    put = [(n, part) for n, part in enumerate(letter) if part.endswith("?") and not _only_asks_for_help(part)]
    for place, part in put or list(_indirect(letter)):
        before = letter[:place]
        if before and _leans(part) and not before[-1].endswith("?"):
            named = (_naming_clause(earlier) for earlier in reversed(before))
            yield next(filter(None, named), before[-1])
        yield part


def _naming_clause(sentence: str) -> str:
    """The last clause of a sentence that names something; the rest of it tells a story."""
    clauses = [clause for clause in _CLAUSE_END.split(sentence) if _NAMES.search(f", {clause}")]
    return clauses[-1] if clauses and _NAMES.search(sentence) else ""


def _only_asks_for_help(part: str) -> bool:
    return _only(part, _FRAME) and _courteous(part)


def _indirect(letter: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What a letter asks without a mark, and where."""
    for place, part in enumerate(letter):
        if found := _ASKED_INDIRECTLY.search(part):
            yield place, found["asked"]


def _leans(question: str) -> bool:
    telling = [word for word in words(question) if word not in FUNCTION_WORDS and word not in _FRAME]
    return not _NAMES.search(question) and (bool(_LEANS.search(question)) or len(telling) < _LEAST_TELLING)


def is_small_talk(text: str) -> bool:
    """Whether `text` is only said to be polite, or speaks of nothing but whom it is said to."""
    if _QUANTITY.search(text):
        return False
    said = words(text)
    starts = {match.end() - 1 for match in re.finditer(r"(?:^|[.!?,]\s+)\w", text)}
    named = any(
        match.group()[0].isupper() and match.group() != "I" and match.start() not in starts
        for match in _TOKEN.finditer(text)
    )
    return not named and _only(text, SOCIAL) and (not SOCIAL.isdisjoint(said) or "you" in said)


def _only(part: str, allowed: frozenset[str]) -> bool:
    said = words(part)
    return bool(said) and all(word in allowed or word in FUNCTION_WORDS for word in said)


def _unframed(part: str) -> str:
    """A sentence from the clause on that asks, where only phrases of courtesy stand before that."""
    lead, colon, rest = part.partition(":")
    if colon and rest.strip() and _only(lead, _FRAME):
        part = rest.strip()
    for match in _TOKEN.finditer(part):
        before = part[: match.start()]
        if match.group().lower() in _ASKS and before and _only(before, _FRAME) and _courteous(before):
            return part[match.start() :]
    greeting = re.match(r"[^,!–—-]{1,30}[,!–—-]\s+(?=\S)", part)
    if greeting and _only(greeting.group(), SOCIAL) and _courteous(greeting.group()):
        return _unframed(part[greeting.end() :])
    return part


def _courteous(before: str) -> bool:
    """Whether more stands there than a preposition or an article ("in which", "the what")."""
    return not _FRAME.isdisjoint(words(before))
