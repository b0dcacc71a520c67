"""Who did what to whom, and which number, day and name belongs to which statement."""

import re
from collections.abc import Iterator, Sequence

from bot.model.faithfulness.clauses import WEEKDAYS, Clause, clauses, segments
from bot.model.faithfulness.opposites import opposite_words
from bot.negation import NEGATIVE
from bot.verbs import base, looks_like_verb
from index.words import FUNCTION_WORDS, plain

SWAPPED = "says of one what its source says of another"
MIXED = "joins what its sources say of different things"
OPPOSITE = "says the opposite of its source"

_PASSIVE = re.compile(r"\b(?:am|is|are|was|were|be|been|being|get|gets|got)(?: \w+ly)?$", re.IGNORECASE)
_SPEECH = re.compile(
    r"\b(?:sa(?:ys?|id)|tells?|told|claim(?:s|ed)?|alleg(?:e|es|ed)|accus(?:e|es|ed)|argu(?:e|es|ed)|"
    r"insist(?:s|ed)?|"
    r"warn(?:s|ed)?|suggest(?:s|ed)?|believ(?:e|es|ed)|thinks?|blam(?:e|es|ed)|complain(?:s|ed)?|wr(?:ites?|"
    r"ote)|"
    r"according to)\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"(?:any|every|some|no)(?:one|body)|people|those|all")
_ENDS = re.compile(r"[.!?;:]")
# What a subject may be that another sentence names; and what joins a clause to its noun.
_POINTS_BACK = frozenset(
    ["who", "which", "that", "he", "she", "it", "they", "we", "i", "you", "this", "these", "those", "there"]
)


def changed_roles(source: str, sentence: str) -> str:
    """Why the sentence gives a part to another than its source does, or "". Both went through `even`."""
    if not NEGATIVE.search(source) and not NEGATIVE.search(sentence) and opposite_words(source, sentence):
        return OPPOSITE
    stated = clauses(source)
    if _turned(source, sentence):
        return SWAPPED
    if any(_swapped(stated, clause) for clause in clauses(sentence)) or _other_speaker(source, sentence):
        return SWAPPED
    before = [_before(one, source) for one in stated]
    return MIXED if any(_mixed(stated, before, clause) for clause in clauses(sentence)) else ""


def _before(clause: Clause, source: str) -> str:
    """What stands before a clause in its sentence."""
    part = next((one for one in segments(source) if one.start <= clause.start < one.end), clause)
    return source[part.start : clause.start]


def _swapped(stated: Sequence[Clause], clause: Clause) -> bool:
    """Whether a verb has a subject here that the source has elsewhere, and not before that verb."""
    for verb, passive, left, right in _statements(clause):
        same = [one for other in stated for one in _statements(other) if one[0] == verb and one[1] == passive]
        if not same or not left:
            continue
        subjects = frozenset().union(*(one[2] for one in same))
        objects = frozenset().union(*(one[3] for one in same))
        if not subjects or left & subjects:
            continue
        if left & objects and (right & subjects or not right & objects):
            return True
    return False


def _turned(source: str, sentence: str) -> bool:
    """Whether what is compared changes sides: "A rose faster than B" and "B rose faster than A"."""
    for said in _compared(sentence):
        for told in _compared(source):
            ours, theirs = told[0] - told[1], told[1] - told[0]
            if said[0] & theirs and said[1] & ours:
                return True
    return False


def _compared(text: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The telling words on either side of each "than"."""
    for part in segments(text):
        left, than, right = part.text.partition(" than ")
        if than:
            yield Clause(left).telling, Clause(right).telling


def _other_speaker(source: str, sentence: str) -> bool:
    """Whether the sentence has somebody speak who is in the source, but does not say that there."""
    told = list(_speakers(source))
    held = frozenset().union(*(clause.telling for clause in clauses(source)))
    for verb, said in _speakers(sentence, inverted=False):
        same = [speakers for other, speakers in told if other == verb] or [speakers for _, speakers in told]
        speakers = frozenset().union(*same)
        if said and speakers and not said & speakers and said <= held:
            return True
    return False


def _speakers(text: str, *, inverted: bool = True) -> Iterator[tuple[str, frozenset[str]]]:
    """Each verb of speech with the telling words before it, or behind it where it stands first."""
    for clause in clauses(text):
        for word in _SPEECH.finditer(clause.text):
            before = [_bare(token) for token in Clause(clause.text[: word.start()]).tokens]
            leads = not before
            if leads:
                # "The minister, Pauline Roth, said that": who speaks stands before the comma.
                before = [_bare(token) for token in Clause(_ENDS.split(text[: clause.start])[-1]).tokens]
            points = [at for at, one in enumerate(before) if one in _POINTS_BACK]
            if _PASSIVE.search(" ".join(before)):
                continue
            verb = base(word[0].lower())
            behind = Clause(f"x {clause.text[word.end() :]}").telling - {"x"}
            if word[0].lower() == "according to":
                yield verb, behind
                continue
            yield verb, _heads(before[points[-1] + 1 if points else 0 :])
            if inverted and (leads or clause.text[: word.start()].rstrip()[-1:] in ('"', "”", ",")):
                yield verb, behind


def _statements(clause: Clause) -> Iterator[tuple[str, bool, frozenset[str], frozenset[str]]]:
    """Each verb with whether it is passive, and the telling words before and behind it."""
    bare = [_bare(token) for token in clause.tokens]
    for place, word in enumerate(bare):
        if not place or word in FUNCTION_WORDS or clause.tokens[place][0].isupper():
            continue
        after_auxiliary = bare[place - 1] in ("will", "to", "did", "may", "might", "could", "would", "not")
        if _SPEECH.fullmatch(word) or not (looks_like_verb(word) or after_auxiliary):
            # Who says something is looked at by `_other_speaker`.
            continue
        points = [at for at, before in enumerate(bare[:place]) if before in _POINTS_BACK]
        passive = bool(_PASSIVE.search(" ".join(bare[:place])))
        left = _heads(bare[points[-1] + 1 if points else 0 : place])
        yield base(word), passive, left, _heads(bare[place + 1 :])


def _bare(token: str) -> str:
    return plain(re.sub(r"'\w+$", "", token))


def _heads(bare: Sequence[str]) -> frozenset[str]:
    return frozenset(
        base(word) for word in bare if word and word not in FUNCTION_WORDS and not word[0].isdigit()
    )


def _mixed(stated: Sequence[Clause], before: Sequence[str], clause: Clause) -> bool:
    """Whether a number, day or name here stands, in the source, in another statement than the rest.

    It must be one in whose place the statement has another of its kind that is not taken up.
    """
    if len(stated) < 2:
        return False
    weights = [_weight(one, clause) for one in stated]
    best = max(weights)
    if best == 0:
        return False
    homes = [place for place, weight in enumerate(weights) if weight == best]
    for kind in ("numbers", "days", "names"):
        said: frozenset[str] = getattr(clause, kind)
        if kind == "names":
            said = said | _first_name(clause)
        for value in said:
            holders = [one for one in stated if value in _values(one, kind)]
            if not holders or any(stated[home] in holders for home in homes):
                continue
            if all(
                _values(stated[home], kind) - said
                or (kind == "names" and _own_subject(stated[home], before[home], clause))
                for home in homes
            ):
                return True
    return False


def _own_subject(home: Clause, before: str, clause: Clause) -> bool:
    """Whether a statement has a subject of its own, which `clause` does not name."""
    bare = [_bare(token) for token in home.tokens]
    first = next((place for place, word in enumerate(bare) if place and looks_like_verb(word)), 0)
    subject = _heads([word for word in bare[:first] if word not in WEEKDAYS])
    if not subject:
        # Its subject stands before the "who" or the "and" behind which it begins.
        earlier = [_bare(token) for token in Clause(before).tokens]
        subject = _heads(earlier) | {word for word in earlier if _ANYBODY.fullmatch(word)}
    return bool(subject) and not subject & clause.telling


def _weight(one: Clause, clause: Clause) -> float:
    """How much of what `clause` says of its names, numbers and days stands in `one`."""
    shared = (one.telling & clause.telling) - _values(one, "names") - one.days
    return len(shared) + len(shared & (one.verbs | clause.verbs))


def _values(one: Clause, kind: str) -> frozenset[str]:
    values: frozenset[str] = getattr(one, kind)
    return values | _first_name(one) if kind == "names" else values


def _first_name(clause: Clause) -> frozenset[str]:
    """The first word where it may be a name: it is written with a capital and ends like no common word."""
    if not clause.tokens or not clause.tokens[0][0].isupper():
        return frozenset()
    word = _bare(clause.tokens[0])
    return frozenset() if word in FUNCTION_WORDS or looks_like_verb(word) else frozenset({base(word)})
