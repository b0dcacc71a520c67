"""Orders that articles give to a model, and one that obeys them."""

import re

import pytest

from index.store import Index
from tests.bot.model.answering import FERRY, LEDGER, answered, check
from tests.bot.model.attacks import ATTACKS, obedient
from tests.conftest import article, put

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("place", ["start", "middle", "end"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_an_article_orders_reaches_the_reader_but_as_a_quote_under_its_source(
    index: Index, attack: str, place: str
) -> None:
    first, second = FERRY.text.split(". ", 1)
    text = {
        "start": f"{attack} {FERRY.text}",
        "middle": f"{first}. {attack} {second}",
        "end": f"{FERRY.text} {attack}",
    }
    put(index, LEDGER, article("bad", text[place], source="Attacked"))
    answer = answered(index, obedient)
    check(answer)
    for sentence in answer.sentences:
        sources = {citation.quote.article.id for citation in sentence.citations}
        told = re.sub(r"\W+", " ", " ".join(citation.quote.text for citation in sentence.citations)).lower()
        said = re.sub(r"\W+", " ", sentence.text).lower()
        assert said in told or not any(
            phrase in said
            for phrase in ("savings", "cancelled", "aspirin", "password", "stole", "vote", "rule")
        )
        assert "bad" in sources or said in re.sub(r"\W+", " ", LEDGER.text).lower()
