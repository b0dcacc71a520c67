import pytest

from bot.extractive.contradiction import contradicts


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which towns did not join the ferry league?", "Orrinmouth and Skarrow joined the ferry league."),
        ("Which towns didn’t join the ferry league?", "Orrinmouth and Skarrow joined the ferry league."),
        ("which towns didnt join the league", "Orrinmouth and Skarrow joined the league."),
        ("Which ferry was NOT repaired?", "The Grey Tansy was repaired in March."),
        ("Who has never crossed the sound?", "Ada Fenwick crossed the sound in 1987."),
        ("Which is the smallest of the piers?", "The north pier is the largest of the piers."),
        ("Who rejected the loan?", "The council accepted the loan on Friday."),
        ("Who accepted the loan?", "Two members rejected the loan."),
        ("Why did fares fall in May?", "Fares rose in May because fuel grew dear."),
        ("Which towns in South Wenn were flooded?", "Three towns in North Wenn were flooded."),
    ],
)
def test_a_sentence_that_says_the_opposite_contradicts(question: str, sentence: str) -> None:
    assert contradicts(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # The sentence denies too, in whatever words.
        ("Which towns did not join the league?", "Vessary refused to join the league."),
        ("Which towns did not join the league?", "All but Vessary joined the league."),
        ("Who did not accept the loan?", "Two members rejected the loan."),
        ("Who did not accept the loan?", "Two members opposed the loan."),
        ("Who rejected the loan?", "Two members did not accept the loan."),
        ("Who rejected the loan?", "Two members didn’t accept the loan."),
        # An opposite beside the word itself.
        ("Why did fares fall in May?", "Fares rose in April, and fell in May."),
        ("Which is higher, the north pier or the south pier?", "The north pier is higher."),
        # What only looks like a denial, or like a side taken.
        ("Didn't the ferry strike the pier?", "The ferry struck the pier."),
        ("Who wrote Can't Row Home?", "Ada Fenwick wrote it in 1987."),
        ("Who paid not only the fare but the fine?", "The mayor paid both."),
        ("A ferry was not repaired. Which yard had it?", "The Orrin yard had the ferry."),
        ("How high was the tide?", "The tide was the lowest of the year."),
        ("Which ferry carries more than 40 cars?", "The Grey Tansy carries at least 40 cars."),
        ("How many people were hurt?", "14 people were hurt."),
        # What is quoted is not said by who asks.
        ('What does "The printer does not wake" mean?', "The printer is asleep and its cable is loose."),
        ("Under “Is it not delivered? Ask here” whom do I ask?", "Ask the post office in Orrinmouth."),
        ("What is 'The lowest fare' about?", "It is the highest fare that a child pays."),
        ("", ""),
        ("?", "Not one."),
    ],
)
def test_other_sentences_do_not(question: str, sentence: str) -> None:
    assert not contradicts(question, sentence)
