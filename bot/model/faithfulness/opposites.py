"""Words of which only one can be so."""

from bot.extractive.contradiction import _PAIRS, _Side
from bot.model.faithfulness.clauses import Clause, clauses, used
from bot.verbs import base
from index.words import words

_MORE = """
    begin start commence / end finish conclude
    import / export
    above / below
    raise lift / lower cut reduce
    profit / loss
    guilty / innocent
    alive survive / dead die
    enter join arrive / leave depart quit
    buy / sell
    hire / fire dismiss
    lend / borrow
    win victory / defeat
    early earlier / late later
    first / last
    widen / narrow
    strong stronger strongest / weak weaker weakest
    rich richer richest wealthy wealthier wealthiest / poor poorer poorest
    deep deeper deepest / shallow shallower shallowest
    easy easier easiest / difficult
    expensive / cheap cheaper cheapest
    safe safer safest / dangerous
    common / rare rarer rarest
    simple simpler simplest / complex
    active / passive
    ancient / modern
    dependent / independent
    direct / indirect
    domestic / foreign
    eastern / western
    encourage / discourage
    formal / informal
    full / empty
    inside / outside
    internal / external
    legal / illegal
    natural / artificial
    offensive / defensive
    positive / negative
    strengthen / weaken
    urban / rural
    improve / worsen
"""


def opposite_words(source: str, sentence: str) -> bool:
    """Whether the sentence has a word whose opposite, and not it, its source has in the same statement."""
    taken = used(clauses(source), Clause(sentence))
    said, held = _bases(sentence), frozenset().union(*(_bases(clause.text) for clause in taken))
    everywhere = _bases(source)
    return any(
        said & own and held & other and not everywhere & own and not said & other for own, other in _ALL
    )


def _bases(text: str) -> frozenset[str]:
    return frozenset(map(base, words(text)))


def _read(table: str) -> list[tuple[_Side, _Side]]:
    sides = [line.split("/") for line in table.strip().splitlines()]
    both = [(frozenset(map(base, a.split())), frozenset(map(base, b.split()))) for a, b in sides]
    return [pair for one in both for pair in (one, one[::-1])]


_ALL = [*((a | set(map(base, a)), b | set(map(base, b))) for a, b in _PAIRS), *_read(_MORE)]
