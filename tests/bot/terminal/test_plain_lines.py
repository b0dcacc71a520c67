"""Lines for people without rich: what a terminal, a pipe and a wary reader get."""

import io

import pytest

from bot.terminal.console import about
from bot.terminal.plain_lines import parts_of, say
from index.types import Article, Status
from tests.conftest import article

WITHDRAWN = article(
    "a", "Text.", source="Northshore Wire", published="2026-03-03", updated="2026-04-01",
    status=Status.WITHDRAWN,
)  # fmt: skip


class Screen(io.StringIO):
    """A stdout that is a terminal, or is not."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def said(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, **variables: str) -> str:
    screen = Screen(terminal)
    monkeypatch.setattr("sys.stdout", screen)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    say(("Settings", "bold"), *parts_of(WITHDRAWN))
    return screen.getvalue()


PLAIN = "SettingsNorthshore Wire, “About a”, 3 March 2026 (withdrawn 1 April 2026)\n"


def test_a_terminal_shows_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said(monkeypatch, terminal=True)
    assert shown.startswith("\x1b[1mSettings\x1b[0mNorthshore Wire")
    assert shown.endswith("\x1b[1;33m (withdrawn 1 April 2026)\x1b[0m\n")
    assert said(monkeypatch, terminal=False, FORCE_COLOR="1") == shown


def test_without_colour_what_is_bold_stays_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = said(monkeypatch, terminal=True, NO_COLOR="1")
    assert "\x1b[1m (withdrawn" in shown
    assert "33" not in shown


def test_a_pipe_and_a_dumb_terminal_get_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, terminal=False) == PLAIN
    assert said(monkeypatch, terminal=True, TERM="dumb") == PLAIN


def test_nothing_that_is_said_commands_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("A\x1b[31m", ("\u202eB\x07", "bold"))
    assert capsys.readouterr().out == "A[31mB\n"


@pytest.mark.parametrize(
    "one", [WITHDRAWN, article("b", "x"), article("c", "x", published="2026-03-03", updated="2026-03-04")]
)
def test_an_article_is_named_alike_with_rich_and_without(one: Article) -> None:
    plain = "".join(part if isinstance(part, str) else part[0] for part in parts_of(one))
    assert about(one).plain == plain
