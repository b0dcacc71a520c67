"""Words that change whether something is so: not, if, may, said, will, in fiction, some of, up to.

Each has a scope in its sentence. A sentence that takes what it says from within that scope must keep such a
word, or it makes a fact of what was denied, supposed, expected or only said.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from bot.model.faithfulness.clauses import Clause, clauses, segments, used
from bot.negation import DENYING, NEGATIVE, NO
from index.words import stem

DENIED = "its source denies it, or doubts it"
CONDITION = "leaves out the condition that its source sets"
HEDGE = "is surer than its source"
REPORTED = "says as a fact what its source says that somebody said"
NOT_ASSERTED = "its source asks, imagines or makes fun"
QUANTITY = "says more, or of more, than its source"


class Scope(Enum):
    """How far a word reaches: its clause, its segment, from it to the segment's end, or both by commas."""

    CLAUSE = "clause"
    SEGMENT = "segment"
    FORWARD = "forward"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Operator:
    """Words that change what is said in their scope, and what keeps that in a sentence."""

    reason: str
    words: re.Pattern[str]
    scope: Scope
    kept: re.Pattern[str]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SAY = (
    r"\b(?:sa(?:y|ys|id|ying)|tell(?:s|ing)?|told|claim\w*|alleg\w*|accus\w*|argu(?:e|es|ed|ing)|insist\w*|"
    r"assert\w*|maintain(?:s|ed)?|contend\w*|stat(?:es|ed) that|report(?:s|ed|edly)? that|warn\w*|"
    r"suggest\w*|believ\w*|thinks?|thought|estimat\w*|blam(?:e|es|ed|ing)|complain\w*|predict\w*|"
    r"wr(?:ites?|ote)|testif\w*|"
    r"according to(?! (?:[\w.'’-]+ ){0,4}(?:data|figures|statistics|readings?|records?|census|index|"
    r"results)\b)|quoted|describ\w* as|in the (?:view|opinion|words) of|"
    r"call(?:s|ed|ing)? (?:it|him|her|them))\b"
)
_FOUND = (
    r"\b(?:surveys?|stud(?:y|ies)|polls?|research\w*|inquir(?:y|ies)|investigat\w+|analys[ei]s|figures|data)"
    r" (?:\w+ ){0,2}(?:found|finds?|shows?|showed)\b"
)
_SAID_SO = (
    rf"{_SAY}|{_FOUND}|"
    r"\b(?:call(?:s|ed)|describ\w*|report\w*|view\w*|opinion\w*|statement|quote[sd]?|named|as of)\b"
)
_MAY = (
    r"(?:\b(?-i:may)\b(?! \d)|\bmight\b|\bcould\b(?! not|n't)|\b(?:possib(?:ly|le)|perhaps|maybe|probabl[ey]|"
    r"likely|alleged(?:ly)?|reportedly|apparently|purported(?:ly)?|supposed(?:ly)?|suspect(?:s|ed)?|"
    r"potential(?:ly)?|"
    r"(?<!as )(?<!than )expected|feared|rumou?red|thought to|believed to|considering|consider(?:s|ed)? (?:a|"
    r"an|the|\w+ing)\b|"
    r"weighing|mulling|propos(?:e|es|ed|al|als)|suggests?|suggested that|seem(?:s|ed)?|appear(?:s|ed)? to|"
    r"aims? to|hop(?:e|es|ed|ing) to|want(?:s|ed)? to|seek(?:s|ing)? to|tr(?:y|ies|ied|ying) to|attempt\w*|"
    r"threaten\w*|plan(?:s|ned|ning)? (?:to|for|a)|intend\w*|would have)\b)"
)
_MAY_KEPT = (
    rf"{_MAY}|\b(?:can|would|accus\w*|claim\w*|alleg\w*|suspect\w*|look(?:s|ed)? (?:set|like|likely)|set to|"
    r"expect\w*|think\w*|believ\w*|fear\w*|risk\w*|chance|forecast\w*|predict\w*|plan\w*|consider\w*|"
    r"proposal|estimated|hope[sd]?|if|unless|unlikely|due to|wants?|potential)\b"
)
_IF = (
    r"(?<!as )(?<!even )(?<!what )\bif\b(?! any| not\b)",
    r"\b(?:unless|provid(?:ed|ing)(?: that)? (?=\w+ )|(?:as|so) long as|on (?:the )?condition|in case|"
    r"in the event|"
    r"assuming|contingent (?:on|upon)|subject to|depend(?:s|ing|ent)? (?:on|upon))\b",
    r"^\W*(?:should|were|had)\b[^,?]{3,90},",
)
_IF_KEPT = (
    r"\b(?:if|unless|provid(?:ed|ing)|(?:as|so) long as|condition\w*|in case|in the event|assuming|"
    r"contingent|"
    r"subject to|depend\w*|once|until|otherwise|only (?:when|after|with)|hinges?|would have)\b"
)
_WHETHER = re.compile(
    r"\b(?:ask|kn[eo]w|see|wonder|question|doubt|unclear|sure|say|said|tell|told|check|determin|decid|"
    r"consider)"
    r"\w*(?: \w+)? $",
    re.IGNORECASE,
)
_FICTION = (
    r"\b(?:satir\w*|parod\w*|spoof\w*|jok(?:e|es|ed|ing|ingly)|hoax\w*|prank\w*|fake\w*|doctored|fabricated|"
    r"deepfakes?|fiction\w*|imagin\w*|hypothetical\w*|suppose that|what if|april fools?|dream(?:s|ed|"
    r"t)? (?:of|that)|"
    r"simulat\w*|mock(?:ed)?[- ]up|staged (?:photo|video|image)s?|"
    r"in (?:[\w'’-]+ ){0,4}(?:novel|film|movie|play|drama|series|episode|musical|opera|game|comic|cartoon|"
    r"tale|"
    r"story|sitcom|sketch|thriller|trailer|scene)\b(?=,| in which| where|:)|"
    r"(?:novel|film|movie|play|drama|series|story|musical|opera|game|tale|thriller) (?:in which|where|about))"
)
_FICTION_KEPT = (
    r"\b(?:satir|parod|spoof|jok|hoax|prank|fake|doctored|fabricat|deepfake|fiction|imagin|hypothe|suppos|"
    r"what if|"
    r"dream|simulat|novel|film|movie|play|drama|series|episode|musical|opera|game|comic|cartoon|tale|story|"
    r"sitcom|"
    r"sketch|thriller|trailer|scene|book|staged)"
)
_PART_OF = (
    r"\b(?:some|many|most|several|(?:a )?few|half|parts?|(?:one|a|two|three)[ -](?:third|quarter|fifth)s?|"
    r"a (?:number|handful|minority|majority|couple|fraction)|dozens|hundreds|thousands|[\d.]+ ?%|"
    r"[\d.]+ per ?cent) of\b"
)
_PART_KEPT = (
    r"\b(?:some|many|most|several|few|half|parts?|partly|thirds?|quarters?|fifths?|number|handful|minority|"
    r"majority|"
    r"couple|fraction|dozens|hundreds|thousands|certain)\b|\d ?%|\d per ?cent"
)
_AT_MOST = (
    r"\b(?:up to|as (?:many|much|few|little) as|at (?:the )?most|no(?:t)? more than|"
    r"no (?!fewer|less|sooner|earlier|later)\w+er than|fewer than|less than|"
    r"(?:under|below) (?=[£$€]?\d)|maximum of|a maximum)\b"
)
_AT_LEAST = (
    r"\b(?:at least|(?<!no )(?<!not )more than|(?:over|above) (?=[£$€]?\d)|upwards of|minimum of|a minimum|"
    r"no fewer than|no less than)"
)
_RANK = (
    r"\b(?:(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next)[ -]|(?:one of|among|nearly|"
    r"almost) the )"
    r"(?=\w+(?:est|most)\b|most\b|least\b|best\b|worst\b)"
)
_ALL = re.compile(
    r"\b(?:all|every|everyone|everybody|everything|everywhere|each|always|entire(?:ly)?|whole|anyone|anybody|"
    r"any|completely|nobody|none|no one|never)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:every|each) (?P<unit>second|minute|hour|day|night|week|month|quarter|year|season)\b", re.IGNORECASE
)
_FALSE = (
    r"\b(?:false(?:ly|hood)?|untrue|unfounded|baseless|misleading|myths?|rumou?rs?|hoax|debunk\w*|disprov\w*|"
    r"no truth|no evidence|not true|refut\w*)\b"
)

_OPERATORS = (
    Operator(CONDITION, _any(*_IF), Scope.SEGMENT, _any(_IF_KEPT)),
    Operator(HEDGE, _any(_MAY), Scope.CLAUSE, _any(_MAY_KEPT)),
    Operator(REPORTED, _any(_SAY), Scope.SPEECH, _any(_SAID_SO, _MAY_KEPT, DENYING.pattern)),
    Operator(NOT_ASSERTED, _any(_FICTION), Scope.SEGMENT, _any(_FICTION_KEPT)),
    Operator(NOT_ASSERTED, _any(r"\?"), Scope.SEGMENT, _any(r"\?|\b(?:ask|question|wonder|whether|unclear)")),
    Operator(QUANTITY, _any(_PART_OF), Scope.CLAUSE, _any(_PART_KEPT)),
    Operator(QUANTITY, _any(_AT_MOST), Scope.CLAUSE, _any(_AT_MOST)),
    Operator(QUANTITY, _any(_RANK), Scope.CLAUSE, _any(_RANK)),
)  # fmt: skip
_NOT_ONLY = re.compile(
    r"\bnot (?:only|just|merely)\b|\bno (?:doubt|matter|less|fewer)\b|\bwithout\b", re.IGNORECASE
)
_WITHOUT = re.compile(r"\bwithout((?: [\w'-]+){1,3})", re.IGNORECASE)
_KEEPS_NO = re.compile(rf"{NO.pattern}|{_FALSE}", re.IGNORECASE)
# Words that deny by how they begin: "unless", "unchanged", "impossible".
_UN = re.compile(r"\b(?:un|im|in|dis|non)[a-z]{4,}", re.IGNORECASE)
_AT_THE_EARLIEST = re.compile(r"\b(?:earliest|latest|only|not? until|from|after)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:before|until)\b", re.IGNORECASE)


def lost_operator(source: str, sentence: str) -> str:
    """Why `sentence` says more than `source` by leaving such a word out, or adding one; "" where it does not.

    Both went through `even`.
    """
    said = Clause(sentence)
    taken = used(clauses(source), said)
    parts = segments(source)
    if problem := _denied(source, sentence, parts, taken):
        return problem
    for operator in _OPERATORS:
        if operator.kept.search(sentence) or operator.words.search(sentence):
            continue
        for word in operator.words.finditer(source):
            if operator.reason == CONDITION and _WHETHER.search(source[: word.start()]):
                continue
            span = _span(operator.scope, word, source, parts)
            if _reaches(span, taken) and not (
                operator.reason == HEDGE and _stated_beside(span, source, said)
            ):
                return operator.reason
    return _added(source, sentence)


def _stated_beside(span: tuple[int, int], source: str, said: Clause) -> bool:
    """Whether each verb of the sentence stands in the source, and none in the uncertain `span`."""
    parts = clauses(source)
    unsure = frozenset().union(*(one.verbs for one in parts if _reaches(span, [one])))
    sure = frozenset().union(*(one.verbs for one in parts)) - unsure
    return bool(said.verbs) and said.verbs <= sure


def _added(source: str, sentence: str) -> str:
    """Bounds and "all" that only the sentence has."""
    for bound in (_AT_LEAST, _AT_MOST):
        if re.search(bound, sentence, re.IGNORECASE) and not re.search(bound, source, re.IGNORECASE):
            return QUANTITY
    said = _EVERY.sub(lambda rate: "" if _rated(rate["unit"], source) else rate[0], sentence)
    return QUANTITY if _ALL.search(said) and not (_ALL.search(source) or NO.search(source)) else ""


def _rated(unit: str, source: str) -> bool:
    """Whether the source counts by that unit: "every day" is "a day" and "daily"."""
    often = "daily" if unit == "day" else f"{unit}ly"
    return bool(re.search(rf"\b(?:(?:an?|per|each) {unit}|{often})\b", source, re.IGNORECASE))


def _denied(source: str, sentence: str, parts: list[Clause], taken: list[Clause]) -> str:
    denials = [(word, Scope.CLAUSE) for word in NO.finditer(_NOT_ONLY.sub(lambda m: "~" * len(m[0]), source))]
    denials += [(word, Scope.FORWARD) for word in DENYING.finditer(source)]
    denials += [(word, Scope.SEGMENT) for word in re.finditer(_FALSE, source, re.IGNORECASE)]
    if _KEEPS_NO.search(sentence):
        return ""
    said = Clause(sentence).telling
    if any(Clause(one[1]).telling & said for one in _WITHOUT.finditer(source)):
        return DENIED
    for word, scope in denials:
        if not _reaches(_span(scope, word, source, parts), taken):
            continue
        if _BEFORE.search(source[word.end() :]) and _AT_THE_EARLIEST.search(sentence):
            continue
        # What the source says beside its "not" ("did not refuse") keeps nothing of it.
        rest = source[: word.start()] + source[word.end() :]
        others = {stem(one) for one in _lexical(rest)}
        if not any(stem(one) not in others for one in _lexical(sentence)):
            return DENIED
    return ""


def _lexical(text: str) -> list[str]:
    """Words that say no by what they mean or how they begin."""
    return [match[0].lower() for words in (NEGATIVE, DENYING, _UN) for match in words.finditer(text)]


def _span(scope: Scope, word: re.Match[str], text: str, parts: list[Clause]) -> tuple[int, int]:
    part = next((one for one in parts if one.start <= word.start() < one.end), parts[0])
    if scope is Scope.SEGMENT:
        return part.start, part.end
    if scope is Scope.FORWARD:
        return word.start(), part.end
    if scope is Scope.SPEECH:
        return _speech(word, text, part)
    here = next((one for one in clauses(text) if one.start <= word.start() < one.end), part)
    goes_on = re.match(r"\s+that\b", text[here.end :])
    return here.start, part.end if goes_on else here.end


_AFTER_SPEECH = re.compile(r"[,\"”]\s*(?:[\w.'’-]+ ){0,6}$")
_RUNS_ON = re.compile(r"\b(?:and|but|who|which|that|as)\b", re.IGNORECASE)


def _speech(word: re.Match[str], text: str, part: Clause) -> tuple[int, int]:
    """What somebody is said to have said: what stands before ", he said", else what follows "he said"."""
    before = text[part.start : word.start()]
    behind = _AFTER_SPEECH.search(before)
    if behind and behind.start() > 0 and not _RUNS_ON.search(behind[0]):
        return part.start, part.end
    if word[0].lower() == "according to":
        return part.start, part.end
    return word.end(), part.end


def _reaches(span: tuple[int, int], taken: Iterable[Clause]) -> bool:
    return any(clause.start < span[1] and clause.end > span[0] for clause in taken)
