"""Whether a command that a unit, a service or a page names exists, options and all."""

from collections.abc import Sequence

from tests.test_docs import commands


def assert_command(words: Sequence[str]) -> None:
    """Fails unless `onrecord WORDS` names a command and only options that it has."""
    known = commands()
    name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
    assert name is not None, f"onrecord {' '.join(words)}: no such command"
    options = {word for word in words if word.startswith("--")} - {"--home", "--help"}
    assert options <= known[name], f"onrecord {' '.join(words)}: {options - known[name]}"
