"""One story in several outlets takes one place."""

from bot.types import Claim, Draft, Sentence
from bot.verification import Verifier
from index.store import Index
from index.types import Query
from tests.conftest import article, put

STORY = (
    "The ferry Lady Wrenna struck the north pier in thick fog on Tuesday morning, and fourteen people were "
    "hurt, the harbour master said."
)


def test_copies_are_one_passage_that_names_them_all(index: Index) -> None:
    put(
        index,
        article("agency", STORY, source="Agency"),
        article("paper", STORY.replace("thick", "dense"), source="Paper"),
        article("site", f"{STORY} More soon.", source="Site"),
        article("other", "Another pier was struck by another ferry in another year, in clear weather."),
    )
    passages = index.search(Query("Who was hurt when the ferry struck the north pier?"))
    assert len(passages) == 2
    told = {passages[0].article.source, *(copy.source for copy in passages[0].copies)}
    assert told == {"Agency", "Paper", "Site"}
    assert passages[1].copies == ()


def test_a_copy_is_known_by_its_words_however_they_are_typed_and_whatever_stands_around(
    index: Index,
) -> None:
    long = " ".join(
        f"{STORY} Passenger {name} described the collision, the evacuation and the kindness of strangers."
        for name in ("Orme", "Lisle", "Tarrant")
    )
    put(
        index,
        article("agency", long, source="Agency"),
        article("paper", f"As reported: {long.replace('master said', 'master ‘said’')}", source="Paper"),
        article(
            "other",
            " ".join(
                f"Passenger {name} described the collision to investigators quite differently on Wednesday."
                for name in ("Orme", "Lisle", "Tarrant", "Fenwick", "Dunmore")
            ),
            source="Other",
        ),
    )
    passages = index.search(Query("Which passenger described the collision?"))
    told = [{passage.article.source, *(copy.source for copy in passage.copies)} for passage in passages]
    assert {"Agency", "Paper"} in told
    assert {"Other"} in told


def test_passages_of_one_article_are_never_copies(index: Index) -> None:
    put(index, article("long", "\n\n".join([STORY] * 6)))
    assert len(index.search(Query("ferry pier fog"))) > 1


def test_a_quote_names_only_the_copies_in_which_it_stands_word_for_word(index: Index) -> None:
    put(
        index,
        article("agency", STORY, source="Agency"),
        article("paper", STORY.replace("thick", "dense"), source="Paper"),
        article("site", f"{STORY} More soon.", source="Site"),
    )
    passages = index.search(Query("ferry pier fog"))
    first = passages[0].article
    checked = Verifier(passages).check(Draft("x", (Claim(1, "fog on Tuesday morning"),)))
    assert isinstance(checked, Sentence)
    assert len(checked.citations[0].quote.also) == 2
    word = "dense" if "dense" in first.text else "thick"
    checked = Verifier(passages).check(Draft("x", (Claim(1, f"{word} fog"),)))
    assert isinstance(checked, Sentence)
    assert all(word in other.text for other in checked.citations[0].quote.also)
    assert len(checked.citations[0].quote.also) == (0 if word == "dense" else 1)
