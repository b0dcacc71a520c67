"""Tables in Markdown, and the one of settings."""

from collections.abc import Iterable, Mapping, Sequence

from index.settings_reader import Setting


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a head; `|` in a cell is escaped."""
    cells = [[*heads], ["---"] * len(heads), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells).replace("|  |", "| |")


def settings_table(settings: Mapping[str, Setting]) -> str:
    """Each setting with its default, what it takes and what it is for."""
    rows = [
        [f"`{name}`", shown(setting.default), setting.takes.wanted, setting.help]
        for name, setting in settings.items()
    ]
    return table(["setting", "default", "takes", "what it is for"], rows)


def shown(default: object) -> str:
    """A default as it is written in a file; nothing where it is empty."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int | float):
        return f"{default:.10g}"
    return f"`{default}`" if default else ""
