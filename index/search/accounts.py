"""Near-copies that say another thing: one name or number stands where the other has a different one."""

import re
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+(?:[.,:'’-]\w+)*")
# A name or number of so many words at most; what is longer was rewritten.
_LONGEST = 6


def says_another_thing(one: str, other: str) -> bool:
    """Whether two near-copies differ in a value: both have a name or a number in the same place of the text.

    What only one of them has, or what either words otherwise, makes no other account.
    """
    a, b = _WORD.findall(one), _WORD.findall(other)
    matcher = SequenceMatcher(None, [w.casefold() for w in a], [w.casefold() for w in b], autojunk=False)
    return any(
        how == "replace"
        # At an end of either a passage may only have been cut elsewhere.
        and a0 > 0 and b0 > 0 and a1 < len(a) and b1 < len(b)
        and max(a1 - a0, b1 - b0) <= _LONGEST
        and any(map(_is_value, a[a0:a1])) and any(map(_is_value, b[b0:b1]))
        for how, a0, a1, b0, b1 in matcher.get_opcodes()
    )  # fmt: skip


def _is_value(word: str) -> bool:
    return word[0].isupper() or any(c.isdigit() for c in word)
