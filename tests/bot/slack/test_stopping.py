"""The pane's Stop button, pressed while a language model is at it: nothing comes after, and nobody waits."""

from collections.abc import Callable
from typing import Any

from tests.bot.model_server import Hangs, Reply, Says, model_server, passages_in
from tests.fakeslack import FakeSlack
from tests.fakeslack.process import Bot

PANE = "D00CYD"
QUOTE = "Sheinbaum refused the troops as a matter of sovereignty."
TROOPS = "Why did Sheinbaum refuse the troops?"


def test_stop_ends_an_answer_in_the_middle_and_the_next_question_is_answered(
    slack: FakeSlack, start: Callable[..., Bot]
) -> None:
    hangs: list[Callable[[str], Reply]] = [lambda said: Says(said, hangs=True), lambda _: Hangs()]

    def script(body: dict[str, Any]) -> Reply:
        number = next((n for n, text in enumerate(passages_in(body), 1) if QUOTE in text), 0)
        said = f'She refused the troops as a matter of sovereignty. [{number}: "{QUOTE}"]\n'
        return hangs.pop(0)(said) if hangs else Says(said)

    with model_server(script) as server:
        bot = start(toml=f'model = "scripted"\nmodel_url = "{server.url}"\n[slack]\nworkers = 1\n')
        ts = slack.say("U00CYD", PANE, TROOPS)
        (begun,) = slack.until(lambda: [m for m in slack.state.replies(PANE, ts) if m.streaming])
        waits = slack.say("U00CYD", PANE, "When did the replacement ferry begin service?", thread=ts)
        slack.until(lambda: len(slack.state.sessions) == 2)
        slack.stop("U00CYD", PANE, ts)
        assert server.left.wait(20), "the model goes on"
        slack.quiet()
        first, last = slack.state.replies(PANE, ts)
        assert (first, last.shown()) == (begun, "Stopped.")
        assert begun.markdown.startswith("She refused the troops as a matter of sovereignty.")
        assert not begun.blocks
        server.left.clear()

        silent = slack.say("U00CYD", PANE, TROOPS)
        slack.until(lambda: len(server.asked) == 2)
        slack.stop("U00CYD", PANE, silent)
        (said,) = slack.answers(PANE, silent, seconds=20)
        assert said.shown() == "Stopped."
        assert server.left.wait(20), "the model is still waited for"

        again = slack.say("U00CYD", PANE, TROOPS)
        (answer,) = slack.answers(PANE, again, seconds=10)
        assert "Show passages" in answer.shown()
        slack.quiet()
        assert [len(slack.state.replies(PANE, one)) for one in (ts, silent, again)] == [2, 1, 1]
        assert waits not in {m.ts for m in slack.state.replies(PANE, waits)}
        last = {one["thread_ts"]: one["status"] for one in slack.state.sessions}
        assert {last[one] for one in (ts, silent, again)} == {"active"}
        status = {one["thread_ts"]: one["status"] for one in slack.state.statuses}
        assert {status[one] for one in (ts, silent, again)} == {""}

        # A bot that is told to end does not wait for a model either.
        hangs.append(lambda _: Hangs())
        slack.say("U00CYD", PANE, TROOPS)
        slack.until(lambda: len(server.asked) == 4)
        assert bot.stop() == 0
    assert "Traceback" not in bot.said(), bot.said()
