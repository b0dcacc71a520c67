"""What a sentence stands under."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extractive.layout import Kind, pieces

PAGE = """The plans differ in price.

Prices

Plan | Price
Team | €9

Is there a refund?

Yes. Write to us.

To cancel:

1. Open the settings.
2. Press the button.

- Trains: second class.
- Meals: £35 a day."""


def under(text: str) -> dict[str, list[str]]:
    return {PAGE[p.start : p.end]: [PAGE[a:b] for a, b in p.under] for p in pieces(PAGE)} if text else {}


def test_rows_stand_under_their_header_and_heading() -> None:
    assert under(PAGE)["Team | €9"] == ["Prices", "Plan | Price"]


def test_an_answer_stands_under_its_question_and_is_whole() -> None:
    assert under(PAGE)["Write to us."] == ["Prices", "Is there a refund?"]
    (reply,) = {p.whole for p in pieces(PAGE) if PAGE[p.start : p.end] in ("Yes.", "Write to us.")}
    assert reply is not None
    assert PAGE[slice(*reply)] == "Yes. Write to us."


def test_steps_know_the_whole_list_and_its_lead_in() -> None:
    steps = [p for p in pieces(PAGE) if p.kind is Kind.STEP]
    assert len(steps) == 2
    for step in steps:
        assert step.whole is not None
        assert PAGE[slice(*step.whole)].startswith("To cancel:\n\n1. Open")


SHOP = """Prices

Returns. Send it back. Include the slip.

Delivery: A van leaves at nine. It costs 4 crowns.

Nobody paid. The desk was shut."""


def test_a_paragraph_stands_under_what_runs_in_to_it() -> None:
    heads = {SHOP[p.start : p.end]: [SHOP[a:b] for a, b in p.under] for p in pieces(SHOP)}
    assert heads["Include the slip."] == heads["Send it back."] == ["Prices", "Returns."]
    assert heads["It costs 4 crowns."] == ["Prices", "Delivery:"]
    # What says something by itself is no heading.
    assert heads["The desk was shut."] == heads["Returns."] == ["Prices"]


MINUTES = """Held in the hall.

1. Water

The pump broke.

2. What about the rent?

It stays. We need:

1. A tap
2. A hose

Next meeting: in June."""


def test_a_numbered_line_by_itself_is_a_heading_or_a_question_and_no_step() -> None:
    kinds = {MINUTES[p.start : p.end]: p.kind for p in pieces(MINUTES)}
    assert kinds["1. Water"] is Kind.HEADING
    assert kinds["2. What about the rent?"] is Kind.QUESTION
    assert (kinds["1. A tap"], kinds["2. A hose"]) == (Kind.STEP, Kind.STEP)
    heads = {MINUTES[p.start : p.end]: [MINUTES[a:b] for a, b in p.under] for p in pieces(MINUTES)}
    assert heads["The pump broke."] == ["1. Water"]
    assert heads["It stays."][-1] == "2. What about the rent?"


@settings(deadline=None, database=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(["A b.", "Who?", "Head", "a | b", "1. Do", "- It", "So:", "", "\n"]), max_size=14
    )
)
def test_pieces_are_in_order_apart_and_inside_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    last = 0
    for place, piece in enumerate(pieces(text)):
        assert piece.place == place
        assert last <= piece.start < piece.end <= len(text)
        assert all(0 <= a < b <= piece.start for a, b in piece.under)
        assert piece.whole is None or piece.whole[0] <= piece.start < piece.end <= len(text)
        last = piece.end


def test_a_name_on_the_last_line_is_a_signature() -> None:
    for name in ("Ann Reyes", "Yours, Ann Reyes", "A. Reyes, Quay Road 8", "Ann van Reyes"):
        assert pieces(f"Leave the limes alone.\n\n{name}")[-1].kind is Kind.SIGNATURE
    for line in ("Ann Reyes left.", "the last line", "Opening hours of the yard"):
        assert pieces(f"Leave the limes alone.\n\n{line}")[-1].kind is not Kind.SIGNATURE
