"""Names in a sentence, and whether a source has them, in this form or another."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.model.faithfulness.places import place, places
from index.dates import MONTH_NUMBERS
from index.words import FUNCTION_WORDS, plain, stem, words

_TOKEN = re.compile(r"[^\W_]+(?:[.,:]\d+)*(?:['’][^\W_]+)?")
_RUN = re.compile(r"[A-Z][\w.'’-]*(?:\s+(?:(?:of|the|for|and|de|van|von|al|bin)\s+)*[A-Z][\w.'’-]*)+")
_SMALL_NUMBER = re.compile(
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|"
    r"six|"
    r"seven|eigh|nine)ty|hundred|thousand|dozens?|half|first|second|third)"
)
# What has a number ("Version 4.3.1", "Room 12") is of a kind, and not called so.
_NUMBERED = frozenset(
    words("""
        article bus case chapter clause day edition episode figure flight floor gate grade group issue item
        level line lot model number page paragraph part phase platform question release room route rule season
        section stage status step table train type unit version volume ward week year zone
    """)
)
_ANYBODY = re.compile(r"(?:any|every|some|no)(?:one|body|thing|where)")
OPENERS = frozenset(
    words("""
        according accounts additionally although another article articles authorities because besides despite
        during earlier even every everyone experts finally first following further furthermore however
        including instead last later like local many meanwhile moreover most nearly new newer no nobody none
        officials often once one originally others outlets overall people police previously recent recently
        reportedly reporters reports researchers residents second separately several similarly since some
        sources still subsequently though thus today together two unless until unlike whereas whether within
        witnesses yes yet
    """)
)


def unknown_names(sentence: str, source: str, around: str, common: Collection[str]) -> bool:
    """Whether the sentence has a name that `source` has in no form. All went through `even`.

    `around` is the article that the source is from: who is "Whitlock" in the source and "Jane Whitlock" there
    may be called so. `common` are words that are no names, though a sentence may begin with them.
    """
    known = {stem(word) for word in words(source)}
    known_places = places(source)
    longer = {stem(word) for run in _same_runs(sentence, source, around, known) for word in words(run)}
    return any(
        not known.issuperset(map(stem, words(name)))
        and not longer.issuperset(map(stem, words(name)))
        and place(name) not in known_places
        and not _abbreviated(name, source)
        for name in _names(sentence, common)
    )


def _same_runs(sentence: str, source: str, around: str, known: Collection[str]) -> Iterator[str]:
    """Names of several words that the article has just so, and the source in part or as initials."""
    for run in _RUN.finditer(sentence):
        initials = "".join(word[0] for word in run[0].split() if word[0].isupper())
        if len(initials) > 1 and re.search(rf"\b{re.escape(initials)}\b", source):
            yield run[0]
        whole = re.sub(r"['’]s\b", "", run[0])
        parts = [part for part in (whole, whole.split(maxsplit=1)[-1]) if " " in part]
        for part in parts:
            if part in around and any(stem(word) in known for word in words(part)):
                yield part


def _abbreviated(name: str, source: str) -> bool:
    """Whether a name in capitals stands for words of the source by their first letters."""
    if not (name.isupper() and len(name) > 1):
        return False
    runs = (re.findall(r"\b[A-Z]", run[0]) for run in _RUN.finditer(source))
    return any(name in "".join(initials) for initials in runs)


def _names(sentence: str, common: Collection[str]) -> Iterator[str]:
    """Words with a capital or a digit beside letters; the first word where it is no common one."""
    tokens: Sequence[str] = _TOKEN.findall(sentence)
    for number, token in enumerate(tokens):
        bare = re.sub(r"['’]\w+$", "", token)
        low = plain(bare)
        if not any(c.isupper() for c in bare) or bare in ("I", "A") or _SMALL_NUMBER.fullmatch(low):
            continue
        if low in FUNCTION_WORDS and not bare.isupper():
            continue
        if low in MONTH_NUMBERS:
            yield bare
            continue
        follows = tokens[number + 1] if number + 1 < len(tokens) else ""
        if low in _NUMBERED and follows[:1].isdigit():
            continue
        if number == 0 and (
            low in OPENERS or _ANYBODY.fullmatch(low) or bare.lower() in common or _describes(bare, follows)
        ):
            continue
        yield bare


_ENDS_LIKE_NO_NAME = re.compile(
    r"(?:ing|ly|tion|ment|ness|able|ible|ous|ful|less|ity|ance|ence|ers|ors|ists|ees)$"
)


def _describes(first: str, follows: str) -> bool:
    """Whether a first word that is no known one reads like a common word: by its ending."""
    return first[1:].islower() and follows.islower() and bool(_ENDS_LIKE_NO_NAME.search(first))
