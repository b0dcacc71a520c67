"""Rows of articles, and links, as a terminal shows them."""

import io
import sys

import pytest

from bot.terminal import columns
from bot.terminal.links import linked, shows_links
from index.types import Article, Status

LONG = Article(
    "a1",
    "x",
    title="Council approves a loan to rebuild the north pier " * 2,
    published="2026-04-17T09:00:00Z",
)
WIDE = Article("b2", "x", title="渡轮", source="港口先驱报", status=Status.WITHDRAWN, updated="2026-03-11")


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal of 60 columns of which nothing is known."""
    monkeypatch.setenv("COLUMNS", "60")
    for name in (
        "TERM_PROGRAM",
        "WT_SESSION",
        "KONSOLE_VERSION",
        "DOMTERM",
        "VTE_VERSION",
        "FORCE_HYPERLINK",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return monkeypatch


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def screen(patch: pytest.MonkeyPatch) -> io.StringIO:
    patch.setattr(sys, "stdout", shown := Screen())
    return shown


def test_the_last_column_goes_on_below_itself_and_wide_letters_take_two_places(
    patch: pytest.MonkeyPatch,
) -> None:
    shown = screen(patch)
    rows = [columns.cells(one, ("date", "outlet", "title"), {}) for one in (LONG, WIDE)]
    columns.show_rows(rows)
    first, *more, last = shown.getvalue().splitlines()
    assert first == "2026-04-17                      Council approves a loan to"
    assert all(line.startswith(" " * 32) and len(line) <= 60 for line in more)
    assert last == "updated 2026-03-11  港口先驱报  渡轮 (withdrawn 11 March 2026)"


def test_links_are_sent_only_to_terminals_that_are_known_to_have_them(
    patch: pytest.MonkeyPatch,
) -> None:
    screen(patch)
    assert not shows_links()
    for name, value, shown in (
        ("VTE_VERSION", "7200", True), ("VTE_VERSION", "4000", False), ("TERM_PROGRAM", "iTerm.app", True),
        ("FORCE_HYPERLINK", "1", True), ("TERM", "xterm-kitty", True), ("TERM", "linux", False),
    ):  # fmt: skip
        with patch.context() as one:
            one.setenv(name, value)
            assert shows_links() is shown, (name, value)
    patch.setenv("VTE_VERSION", "7200")
    patch.setenv("FORCE_HYPERLINK", "0")
    assert not shows_links()


def test_only_addresses_of_the_web_are_links(patch: pytest.MonkeyPatch) -> None:
    screen(patch)
    patch.setenv("FORCE_HYPERLINK", "1")
    assert linked("https://a.example/b").spans
    for address in ("file:///etc/passwd", "javascript:alert(1)", "a.example", ""):
        assert not linked(address).spans
