"""Words of a question that no article has, taken for the word on record that is spelled nearly so.

"Nearly" is as in full-text engines (Elasticsearch's fuzziness AUTO): one letter in a word of middle length,
two in a long one, counted by optimal string alignment, in which letters that changed places are one mistake.
"""

import re
from collections.abc import Callable

from index.catalog.vocabulary import Vocabulary
from index.dictionary import dictionary
from index.words import plain, stem

# Not a part of an address, a code, or a name with a hyphen: these are spelled as they are meant.
_WORD = re.compile(r"(?<![\w@./:_'’-])[^\W\d_]{4,}(?![\w@/:_-]|[.'’]\w)")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
# What stands before a capital that the first word of any sentence has.
_BEGINS = re.compile(r"(?:^|[.!?:\n])\W*$")
_LONG = 8
_LEAST_NAME = 5
# Stems differ a little more than words do; so many of the nearest are looked at as words.
_STEMS_APART, _MOST_STEMS = 2, 8


def respelled(question: str, is_word: Callable[[str], bool], vocabulary: Vocabulary) -> str:
    """The question in the record's spelling.

    A word is left as it is where articles have it, where `is_word` or a dictionary of English knows it,
    between quotation marks, and in capitals. The first letter must be the same: who mistypes a word rarely
    mistypes that one. A name becomes a name, by one letter at most: two that differ by more are two people's.
    The first word of a sentence may be one and need not.
    """
    quoted = [match.span() for match in _QUOTED.finditer(question)]

    def mend(match: "re.Match[str]") -> str:
        word = match.group()
        if any(start < match.start() < end for start, end in quoted) or word.isupper():
            return word
        # Most words are on record, which is sooner found out than whether they are words.
        if vocabulary.document_frequency(stem(plain(word))) or is_word(word.lower()):
            return word
        begins = bool(_BEGINS.search(question[: match.start()]))
        return _nearest(word, vocabulary, begins=begins) or word

    return _WORD.sub(mend, question)


def _nearest(typed: str, vocabulary: Vocabulary, *, begins: bool) -> str:
    """The word on record that was probably meant by `typed`, which is not there; "" where none is near.

    `begins` says that it has the capital of the first word of a sentence.
    """
    word = plain(typed)
    stemmed = stem(word)
    # Only here, since most questions hold no such word.
    from rapidfuzz.distance import OSA

    name = typed[0].isupper()
    if name and len(word) < _LEAST_NAME:
        return ""
    apart = 2 if len(word) >= _LONG and not name else 1
    terms = [
        (distance, -count, term)
        for term, count in vocabulary.beginning(word[0])
        if (distance := OSA.distance(stemmed, term, score_cutoff=_STEMS_APART)) <= _STEMS_APART
    ]
    found = [
        # A capital that the asker did not write may be that of a sentence's first word.
        (distance, written[0].isupper(), count, written)
        for _, count, term in sorted(terms)[:_MOST_STEMS]
        for written in vocabulary.words_of(term)
        if (begins or written[0].isupper() >= name)
        and stem(plain(written)) == term
        and (distance := OSA.distance(word, plain(written), score_cutoff=apart)) <= apart
    ]
    return min(found)[3] if found and not dictionary("en")(word) else ""
