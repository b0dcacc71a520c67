"""Settings as fields of a dataclass: what each is for, which values it takes, and how one is read.

    workers: int = setting(2, "how many questions are answered at once", whole(1, 64))

Values come from a table of TOML or from environment variables, where everything is text. A name that is not a
setting is an error: a misspelt one would otherwise be obeyed by nobody and noticed by nobody. No settings
library, and few imports: every command waits for this module.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from index.errors import UsageError
from index.value_types import ANY_TEXT, TEXT, TRUTH, ValueType

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: what it is for, and the values that it takes. The value of a secret one is shown nowhere."""

    help: str
    takes: ValueType
    default: Any
    secret: bool = False


def setting(default: _Value, help: str, takes: ValueType | None = None, *, secret: bool = False) -> _Value:
    """A field of a dataclass of settings. Without `takes` it is true or false, or text, as its default is."""
    if takes is None:
        takes = TRUTH if isinstance(default, bool) else TEXT if default else ANY_TEXT
    return field(default=default, metadata={"setting": Setting(help, takes, default, secret)})


def settings_of(table: type) -> dict[str, Setting]:
    """The settings among the fields of a dataclass, by name."""
    return {one.name: one.metadata["setting"] for one in fields(table) if "setting" in one.metadata}


def read_toml(path: Path, called: str) -> dict[str, Any]:
    """What is in a TOML file. Raises UsageError, which calls it `called`, where it cannot be read."""
    # Most commands find no such file.
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        msg = f"The {called} {path} cannot be read: {error.strerror or error}."
        raise UsageError(msg) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        msg = f"The {called} {path} is not UTF-8 in line {line}; save it as UTF-8."
        raise UsageError(msg) from error
    except tomllib.TOMLDecodeError as error:
        msg = f"The {called} {path} is not TOML: {error}."
        raise UsageError(msg) from error


def read_table(table: Mapping[str, Any], known: Mapping[str, Setting], where: str) -> dict[str, Any]:
    """The values in a table of TOML, which messages call `where`.

    Raises UsageError for a name that is not `known`, and for a value that its setting does not take.
    """
    for name in table:
        check_name(name, known, f"{name} in {where}")
    return {name: read_value(known[name], value, f"{name} from {where}") for name, value in table.items()}


def read_environment(
    environment: Mapping[str, str], prefix: str, known: Mapping[str, Setting], others: Collection[str] = ()
) -> dict[str, Any]:
    """The values of the variables that begin with `prefix`; an empty one is as good as none.

    Those that go on with one of `others` are left to whoever reads these. Raises UsageError as `read_table`.
    """
    values = {}
    for variable, value in environment.items():
        name = variable.removeprefix(prefix).lower()
        if not variable.startswith(prefix) or name.split("_")[0] in others:
            continue
        if name not in known:
            names = {f"{prefix}{one.upper()}": one for one in known}
            check_name(variable, names, f"{variable} in the environment")
        if value:
            values[name] = read_value(known[name], value, f"{name} from {variable}")
    return values


def check_name(name: str, known: Collection[str], subject: str, kind: str = "a setting") -> None:
    """Raise UsageError where `name` is not `known`; `subject` says what was written, and where."""
    if name not in known:
        from difflib import get_close_matches

        close = get_close_matches(name, known, 1)
        meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
        msg = f"{subject} is not {kind}; {meant}"
        raise UsageError(msg)


def read_value(of: Setting, value: Any, subject: str) -> Any:
    """The value that was written for a setting. Raises UsageError where it takes no such value."""
    try:
        return of.takes.convert(value)
    except (ArithmeticError, TypeError, ValueError):
        shown = "what is there" if of.secret else repr(value)
        msg = f"{subject} must be {of.takes.wanted}, not {shown}."
        raise UsageError(msg) from None
