"""Addresses as strangers write them."""

from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from ingest.urls import own_address, shown_url

_PARTS = [
    "http://",
    "https://",
    "[",
    "]",
    "::1",
    "%",
    "@",
    "user:secret",
    ".",
    ":",
    "80",
    "a.example",
    "/p",
    "?q",
]


@given(st.lists(st.sampled_from(_PARTS)).map("".join))
@example("http://[::6%@.1]")
def test_what_may_be_shown_is_an_address_without_credentials(url: str) -> None:
    shown = shown_url(url)
    assert shown_url(shown) == shown
    assert "@" not in urlsplit(shown).netloc
    assert own_address(shown, "https://a.example/p")
