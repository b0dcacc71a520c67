"""What kind of thing a question asks for, and whether a sentence holds one.

Only what can be told from the words themselves: no grammar is parsed and no names are known. A kind is a hint
that is weighed with others, so both functions may be wrong at times; they are quick and the same everywhere.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum

from index.words import FUNCTION_WORDS, stems, words


class AnswerType(StrEnum):
    """What would answer a question."""

    PERSON = "person"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    PLACE = "place"
    REASON = "reason"
    SPEECH = "speech"
    NEWS = "news"
    NAME = "name"
    METHOD = "method"
    YES_NO = "yes or no"
    OTHER = "other"


_NUMBER_NOUN = (
    r"(?:number|percentage|percent|proportion|fraction|share|amount|sum|price|cost|score|rate|size|length|"
    r"height|depth|width|weight|speed|distance|temperature|population|total|age|magnitude)"
)
_PAYS = (
    r"(?:costs?|pays?|paid|price|fee|fare|salary|wages?|revenue|profit|turnover|budget|rent|worth|"
    r"earn|charge)"
)
# What somebody pays for is a thing.
_NOT_FOR = r"(?! for\W*$)"
# Tried in order: the first that is found anywhere in a question decides.
_ASKED = (
    (AnswerType.NEWS, r"\bwhat(?:['’]s| is| was| has| have| had)? (?:just )?(?:happen|going on)\w*|"
                      r"\bwhat (?:did|does|has|have)\b[^?]{0,60} (?:report|write|publish|cover)(?:ed)?\b|"
                      r"\b(?:news|headlines)\b"),
    (AnswerType.SPEECH, r"\bwhat (?:did|does|has|had|do) [^?]{2,80}? "
                        r"(?:say|said|tell|told|claim|announce|think)\b"),
    (AnswerType.REASON, r"\bwhy\b|\bhow come\b|\b(?:what|which) (?:was |is |were |are )?(?:the |a )?"
                  r"(?:main |primary |official )?(?:reason|cause)s?\b|\bwhat (?:caused|led|prompted|made)\b|"
                  r"\b(?:due to|because of|over|after) what\b"),
    (AnswerType.MONEY, rf"\bhow much\b[^?]*\b{_PAYS}\b|"
                       rf"\bwhat (?:do|does|did|will|would|is|was)\b[^?]*\b{_PAYS}\b{_NOT_FOR}"),
    # How heavy, how loud, how quickly.
    (AnswerType.NUMBER, r"\bhow (?!(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|"
                        r"may|must|to|come|about|soon|recently|an?|the|i|he|she|it|we|you|they|this|that|these|those)\b)"
                        r"[a-z]+\b"),
    (AnswerType.TIME, r"\bwhen\b(?=[^,]*$)|\bhow (?:recently|soon)\b"),
    (AnswerType.METHOD, r"\bhow (?:do|can|could|should) (?:i|we|you|one)\b|\bhow to\b"),
    (AnswerType.PLACE, r"\bwhere\b"),
    (AnswerType.PERSON, r"\bwho\b|\bwhom\b|\bwhose\b"),
    (AnswerType.NAME, r"\bwhich\b|\bwhat (?:is|was|are|were) the names?\b|\bnamed? what\b|\bcalled\b"),
)  # fmt: skip
# What is asked for by its name alone: "ferry price", "What is the depth of the harbour?"
_NAMED = (
    (AnswerType.MONEY, rf"\b{_PAYS}\b{_NOT_FOR}"), (AnswerType.NUMBER, rf"\b{_NUMBER_NOUN}\b"),
    (AnswerType.TIME, r"\b(?:date|year|time)\b"),
)  # fmt: skip
_BY_ASKING, _BY_NAME = (
    tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in some) for some in (_ASKED, _NAMED)
)
_YES_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)\b", re.IGNORECASE
)
# What a measure is told in, by the adjective or the noun that asks for it.
_SPAN = (
    r"seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)|fortnight|"
    r"overnight"
)
_EXTENT = (
    r"[kcm]?m|(?:kilo|centi|milli)?met(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|fathoms?|storeys?|"
    r"stories"
)
_MASS = r"k?g|kilos?|(?:kilo)?gram(?:me)?s?|t|tonnes?|tons?|pounds?|lbs?|ounces?|oz|stone"
_MEASURES = (
    ("how old|age", r"\b(?:years?|months?|old|aged?|born|birthday|built|founded|since)\b|, ?\d{1,3},"),
    ("how heavy|how much[^?]* weighs?|weight", rf"(?:\b|\d)(?:{_MASS})\b"),
    ("how fast|speed", rf"\b(?:knots?|mph|km/h|m/s|[kmg]bps|per|an? (?:hour|second|minute)|{_SPAN})\b"),
    ("how hot|temperature", r"°|\bdegrees?\b|\d ?[CFK]\b"),
    (
        "how long|length|duration",
        rf"(?:\b|\d)(?:{_SPAN}|{_EXTENT}|h|min|s|until|since|characters|words|pages)\b|[\"′″]",
    ),
    (
        "how (?:far|tall|high|deep|wide)|height|depth|width|distance",
        rf"(?:\b|\d)(?:{_EXTENT}|minutes?|hours?)\b|[\"′″]",
    ),
)
_UNITS = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), re.compile(unit, re.IGNORECASE))
    for asked, unit in _MEASURES
)


def unit_of(question: str) -> re.Pattern[str] | None:
    """What the answer to a question about a measure (how old, how long) is told in; None for others."""
    return next((unit for asked, unit in _UNITS if asked.search(question)), None)


def expected_type(question: str) -> AnswerType:
    """The kind of answer that `question` asks for.

    A question may follow a statement ("Ash Carter died. Which president did he serve under?"): its last
    sentence decides, unless that asks nothing.
    """
    parts = [part for part in re.split(r"(?<=[.!?])\s+", question.strip()) if part]
    for part in [*reversed(parts), question]:
        kind = _first(_BY_ASKING, part)
        if kind is not None:
            return kind
        if _YES_NO.search(part):
            return AnswerType.YES_NO
    return _first(_BY_NAME, question) or AnswerType.OTHER


def _first(kinds: Sequence[tuple[AnswerType, re.Pattern[str]]], text: str) -> AnswerType | None:
    return next((kind for kind, pattern in kinds if pattern.search(text)), None)


_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|"
    r"thousands?|millions?|billions?|trillions?|dozens?|half|halves|thirds?|quarters?|twice|once|double|triple|no)"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_NUMBER = re.compile(rf"\d[\d,.]*|\b{_NUMBER_WORD}\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[$€£¥₹]|\b(?:dollars?|euros?|pounds?|pence|cents?|yen|francs?|crowns?|rupees?|yuan|"
    r"[A-Z]{3} ?\d|\d ?[A-Z]{3})\b"
)
_IN_YEAR = r"(?:,? (?:1\d|20)\d\d\b)"
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b{_IN_YEAR}?|"
    rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b{_IN_YEAR}?|\b(?:{_MONTH}|[Ii]n){_IN_YEAR}"
)
_TIME = re.compile(
    rf"\b(?:1\d|20)\d\ds?\b|\b{_MONTH}\b|\b{_WEEKDAY}\b|\b\d{{1,2}}(?::\d\d)? ?[ap]\.?m\b|"
    # A time of day: "22.15", but no price and no measure.
    r"(?<![\d.,:$€£¥])(?:[01]?\d|2[0-3])[.:][0-5]\d(?![\d.,:]?\d)(?! ?(?:%|[a-z]))|"
    r"\b(?:today|tonight|yesterday|tomorrow|[Cc]entur(?:y|ies)|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter|"
    r"(?:last|next|this|previous|earlier|later) (?:day|week|month|year|decade|weekend)|decades?|"
    r"(?:days?|weeks?|months?|years?|hours?|minutes?) (?:ago|later|earlier|after|before|from))\b"
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|as a (?:result|matter of)|on (?:the )?grounds|in view of|"
    r"after|amid|following|over|caused|so that|in order to|therefore|reason|"
    r"to (?:avoid|prevent|protect|help|make|ensure|reduce|keep|allow)|led to|for fear)\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"[\"“”«»]|\b(?:said|says|told|added|wrote|tweeted|announced|claimed|according to|stated|called|argued|"
    r"insisted|warned|denied|described)\b",
    re.IGNORECASE,
)
# A step of a list, what leads in to one, or a sentence that says what it is good for.
_METHOD = re.compile(r"\W*(?:\(?\d+[.)] |(?:In order )?[Tt]o [a-z])")
# The words by which a kind is known, as terms: they need not stand in what answers.
READ_WITH = {
    AnswerType.SPEECH: frozenset(stems("say says said tell told claim announce think thought decide")),
    AnswerType.OTHER: frozenset(stems("mean means meant stand")),
    AnswerType.NEWS: frozenset(stems("happen going report write wrote publish cover news headline")),
}
_CAPITALISED = re.compile(
    r"(?<![\w'’])(?:[A-Z][\w'’-]*|[A-Z]\.)(?: (?:[A-Z][\w'’-]*|[A-Z]\.|of|the|de|van|von|al))*"
)
_IN_A_PLACE = re.compile(r"\b(?:in|at|near|from|over|across|through|outside|off)(?: the)? $", re.IGNORECASE)


def _names(sentence: str, known: Collection[str]) -> Iterator[re.Match[str]]:
    """Capitalised names in `sentence` that hold a word outside `known` (lower-case) that tells something."""
    for match in _CAPITALISED.finditer(sentence):
        if any(word not in known and word not in FUNCTION_WORDS for word in words(match.group())):
            yield match


def contains_type(kind: AnswerType, sentence: str, known: Collection[str]) -> bool:
    """Whether `sentence` holds something of `kind` that the question did not say itself.

    `known` are the question's words, lower-case. OTHER and YES_NO are held by any sentence.
    """
    if kind is AnswerType.REASON:
        return bool(_REASON.search(sentence))
    if kind is AnswerType.SPEECH:
        return bool(_SPEECH.search(sentence))
    if kind is AnswerType.MONEY and not _MONEY.search(sentence):
        return False
    if kind is AnswerType.METHOD:
        return bool(_METHOD.match(sentence))
    return kind in (AnswerType.OTHER, AnswerType.YES_NO) or bool(values_of_type(kind, sentence, known))


def values_of_type(kind: AnswerType, sentence: str, known: Collection[str]) -> frozenset[str]:
    """The numbers, times or names in `sentence`, in lower case, that the question did not say itself.

    Empty for kinds that have no such values.
    """
    return frozenset(value for _, value in placed_values(kind, sentence, known))


def placed_values(
    kind: AnswerType, sentence: str, known: Collection[str]
) -> Iterator[tuple[tuple[int, int], str]]:
    """The same as `values_of_type`, each with where it begins and ends, in order."""
    if kind in (AnswerType.NUMBER, AnswerType.MONEY):
        # The day of a month and a year are numbers too, but none that "how many" asks for.
        undated = _DATE.sub(lambda date: " " * len(date.group()), sentence)
        found = ((match.span(), match.group().lower().rstrip(".,")) for match in _NUMBER.finditer(undated))
        yield from (one for one in found if one[1] not in known)
    elif kind is AnswerType.TIME:
        found = ((match.span(), match.group().lower()) for match in _TIME.finditer(sentence))
        yield from (one for one in found if not set(words(one[1])) <= set(known))
    elif kind in (AnswerType.PERSON, AnswerType.PLACE, AnswerType.NAME):
        # "On Tuesday" names nobody, and "in Krems" no person.
        days = {match.start() for match in _TIME.finditer(sentence)}
        for match in _names(sentence, known):
            stands_in = bool(_IN_A_PLACE.search(sentence, 0, match.start()))
            if match.start() not in days and (kind is not AnswerType.PERSON or not stands_in):
                yield match.span(), match.group().lower()
