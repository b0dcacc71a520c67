"""The one reader of settings: tables of TOML, variables, and what is said of a value that does not fit."""

import tomllib
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from index.settings_reader import read_environment, read_table, setting, settings_of
from index.value_types import TEXTS, choice, matching, names, number, whole


@dataclass(frozen=True)
class Kitchen:
    cooks: int = setting(2, "how many cook", whole(1, 64))
    heat: float = setting(0.5, "how hot", number(0))
    open: bool = setting(False, "whether guests may come")
    motto: str = setting("", "what is over the door")
    name: str = setting("Harbour", "what it is called")
    style: str = setting("plain", "how it is laid", choice("plain", "fine"))
    code: str = setting("K1", "what it is known by", matching("K[0-9]", "a code such as K1"))
    guests: tuple[str, ...] = setting((), "who may come", names("a list of initials", "[A-Z]{2}"))
    dishes: tuple[str, ...] = setting((), "what there is", TEXTS)
    key: str = setting("", "what opens it", matching("[a-z]+", "a word"), secret=True)
    found: int = 0


KITCHEN = settings_of(Kitchen)


def read(text: str) -> dict[str, object]:
    return read_table(tomllib.loads(text), KITCHEN, "kitchen.toml")


def test_only_the_fields_that_are_settings_are_settings() -> None:
    assert "found" not in KITCHEN
    assert KITCHEN["cooks"].help == "how many cook"
    assert Kitchen() == Kitchen(cooks=2, name="Harbour", found=0)


def test_each_type_reads_what_a_file_and_a_variable_say() -> None:
    assert read(
        'cooks = 3\nheat = 2\nopen = true\nmotto = ""\nguests = ["AB", " CD "]\ndishes = "soup, bread"'
    ) == {
        "cooks": 3,
        "heat": 2.0,
        "open": True,
        "motto": "",
        "guests": ("AB", "CD"),
        "dishes": ("soup, bread",),
    }
    variables = {"K_COOKS": "3", "K_OPEN": " Yes", "K_GUESTS": "AB, CD,", "K_NAME": "", "OTHER": "x"}
    assert read_environment(variables, "K_", KITCHEN) == {"cooks": 3, "open": True, "guests": ("AB", "CD")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cook = 3", "cook in kitchen.toml is not a setting; did you mean cooks?"),
        ("zzz = 3", "zzz in kitchen.toml is not a setting; there are cooks, heat, open,"),
        ("cooks = 65", "cooks from kitchen.toml must be a whole number from 1 to 64, not 65."),
        ("cooks = inf", "cooks from kitchen.toml must be a whole number from 1 to 64, not inf."),
        ("cooks = 2.5", "cooks from kitchen.toml must be a whole number from 1 to 64, not 2.5."),
        ("cooks = true", "cooks from kitchen.toml must be a whole number from 1 to 64, not True."),
        ("heat = nan", "heat from kitchen.toml must be a number of 0 or more, not nan."),
        ("open = 1", "open from kitchen.toml must be true or false, not 1."),
        ("name = ' '", "name from kitchen.toml must be text, not ' '."),
        ("style = []", "style from kitchen.toml must be plain or fine, not []."),
        ("code = 1", "code from kitchen.toml must be a code such as K1, not 1."),
        ("guests = ['A']", "guests from kitchen.toml must be a list of initials, not ['A']."),
        ("dishes = [1]", "dishes from kitchen.toml must be text or a list of texts, not [1]."),
        ("dishes = {a = 1}", "dishes from kitchen.toml must be text or a list of texts, not {'a': 1}."),
        ("key = 'K3Y'", "key from kitchen.toml must be a word, not what is there."),
    ],
)
def test_what_does_not_fit_is_one_sentence_with_what_would(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert str(caught.value).startswith(said)


def test_a_variable_that_is_not_known_is_named_as_it_was_written() -> None:
    with pytest.raises(UsageError, match="^K_COOK in the environment is not a setting; did you mean K_COOKS"):
        read_environment({"K_COOK": ""}, "K_", KITCHEN)
    assert read_environment({"K_ROOM_SIZE": "3"}, "K_", KITCHEN, {"room"}) == {}


@given(
    st.dictionaries(
        st.sampled_from([*KITCHEN]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
            lambda values: st.lists(values) | st.dictionaries(st.text(), values),
        ),
    )
)
def test_any_value_is_read_or_refused_in_a_sentence(table: dict[str, object]) -> None:
    try:
        values = read_table(table, KITCHEN, "kitchen.toml")
    except UsageError as error:
        assert " must be " in str(error)
    else:
        assert Kitchen(**values)  # type: ignore[arg-type]
        assert values.keys() == table.keys()
