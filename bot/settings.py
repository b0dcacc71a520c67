"""The settings: one `onrecord.toml`, `ONRECORD_*` variables over it, the command line over both.

Each value knows where it came from. A key that is not a setting is an error: a misspelt one would otherwise
be obeyed by nobody and noticed by nobody. Plain dataclasses, because every command waits for this module.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.errors import UsageError

FILE = "onrecord.toml"
_PREFIX = "ONRECORD_"
# Where the settings file is; and where benchmarks find their data. Neither is a setting.
_NOT_SETTINGS = {"ONRECORD_CONFIG", "ONRECORD_BENCH_DATA"}
# Tables of the file, and prefixes of variables, that belong to a module of their own.
_TABLES = {"slack"}


@dataclass(frozen=True)
class Settings:
    """What can be set; `HELP` says what each is for, `origins` where its value came from."""

    home: Path = Path("~/.onrecord")
    embedding_model: str = "all-MiniLM-L6-v2"
    embedding_revision: str = ""
    encoder: str = "auto"
    reranker: str = ""
    reranker_revision: str = ""
    entailment: str = ""
    entailment_revision: str = ""
    threshold: float = 0.5
    passages: int = 8
    model: str = ""
    model_url: str = ""
    model_threshold: float = 0.1
    passage_tokens: int = 1600
    answer_seconds: float = 60.0
    first_word_seconds: float = 20.0
    allow_private: bool = False
    contact: str = ""
    keep_withdrawn: int = 90
    sources: str = "sources.toml"
    log: str = "people"
    vectors: str = ""
    vectors_headers: str = ""
    vectors_ca: str = ""
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)


HELP = {
    "home": "the folder that holds the record",
    "embedding_model": "a sentence-transformers model: the default's name, a folder, or a hub name",
    "embedding_revision": "the commit that pins a model from a hub",
    "encoder": "how the model is run: auto (as the record's was, else onnx-int8), onnx-int8, onnx, torch",
    "reranker": "a sentence-transformers cross-encoder that orders the best passages: a folder or hub name",
    "reranker_revision": "the commit that pins a reranker from a hub",
    "entailment": "a cross-encoder that tells whether a model's sentence follows: a folder or hub name",
    "entailment_revision": "the commit that pins it, from a hub",
    "threshold": "answers less probable than this are not given",
    "passages": "how many passages an answer is written from",
    "model": 'a language model that writes the answers, as "provider:model"; without one they are quoted',
    "model_url": "the address of an OpenAI-compatible server that has the model",
    "model_threshold": "questions less likely than this to be answered are not put to the model",
    "passage_tokens": "how much of the articles a model is given with a question, in tokens",
    "answer_seconds": "how long an answer by a model may take",
    "first_word_seconds": "how long a model may take to begin",
    "allow_private": "whether links may lead to addresses of an intranet",
    "keep_withdrawn": "for how many days articles stay whose pages are gone",
    "sources": "the file that names what `onrecord ingest` refreshes",
    "contact": "an address or page that sites can write to about fetching; part of the User-Agent",
    "log": "how errors and events are written: people or json",
    "vectors": "the address of a Chroma server for the vectors; without one they are in the home folder",
    "vectors_headers": 'headers for that server, a line each ("Authorization: Bearer …"); not shown',
    "vectors_ca": "a file of certificates (PEM) to trust for that server's https",
}
SECRET = {"vectors_headers"}
_BOUNDS = {
    "threshold": (0, 1),
    "passages": (1, 100),
    "model_threshold": (0, 1),
    "passage_tokens": (100, 1_000_000),
    "answer_seconds": (1, 3600),
    "first_word_seconds": (1, 3600),
    "keep_withdrawn": (0, 36_500),
}
_CHOICES = {"encoder": ("auto", "onnx-int8", "onnx", "torch"), "log": ("people", "json")}


def load_settings(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """The settings in force; `given` are those of the command line, None where it says nothing.

    Raises UsageError for unknown keys, values of the wrong kind, and a settings file that cannot be read.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(HELP, "default")
    for name, value, origin in [
        *_from_file(environment),
        *_from_environment(environment),
        *((name, value, "command line") for name, value in given.items() if value is not None),
    ]:
        values[name] = _converted(name, value, origin)
        origins[name] = origin
    home = Path(values.get("home", Settings.home)).expanduser()
    values["home"] = home if home.is_absolute() else Path.cwd() / home
    return Settings(**values, origins=origins)


def settings_table(environment: Mapping[str, str], name: str) -> tuple[dict[str, Any], str]:
    """The table `name` of the settings file, and the file; both are empty where there is none."""
    table, path = _read_file(environment)
    found = table.get(name, {})
    if not isinstance(found, dict):
        msg = f"{name} in {path} must be a table: [{name}]."
        raise UsageError(msg)
    return found, str(path)


def _from_file(environment: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    table, path = _read_file(environment)
    table = {key: value for key, value in table.items() if key not in _TABLES}
    for key in table:
        if key not in HELP:
            raise UsageError(_unknown(key, str(path), key))
    # A relative home in a file is meant from where the file is, wherever the command runs.
    if isinstance(table.get("home"), str) and table["home"].strip():
        table["home"] = str(path.resolve().parent / Path(table["home"]).expanduser())
    return [(key, value, str(path)) for key, value in table.items()]


def _read_file(environment: Mapping[str, str]) -> tuple[dict[str, Any], Path]:
    named = environment.get("ONRECORD_CONFIG")
    path = Path(named) if named else Path(FILE)
    if not named and not path.is_file():
        return {}, path
    # Every command waits for this module, and most find no such file.
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), path
    except OSError as error:
        msg = f"The settings file {path} cannot be read: {error.strerror}."
        raise UsageError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"The settings file {path} is not TOML: {error}."
        raise UsageError(msg) from error


def _from_environment(environment: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    found = []
    for variable, value in environment.items():
        if not variable.startswith(_PREFIX) or variable in _NOT_SETTINGS:
            continue
        key = variable.removeprefix(_PREFIX).lower()
        if key.split("_")[0] in _TABLES:
            continue
        if key not in HELP:
            raise UsageError(_unknown(variable, "the environment", key))
        if value:
            found.append((key, value, variable))
    return found


def _unknown(written: str, where: str, key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, HELP, 1)
    meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(HELP)}."
    return f"{written} in {where} is not a setting; {meant}"


def _converted(name: str, value: Any, origin: str) -> Any:
    default = getattr(Settings, name)
    if isinstance(default, bool):
        return _switch(name, value, origin)
    if name not in _BOUNDS:
        choices = _CHOICES.get(name)
        if isinstance(value, str) and (value in choices if choices else value.strip() or default == ""):
            return type(default)(value)
        shown = "what is there" if name in SECRET else repr(value)
        msg = f"{name} from {origin} must be {' or '.join(choices or ('text',))}, not {shown}."
        raise UsageError(msg)
    low, high = _BOUNDS[name]
    try:
        # Everything in the environment is text; in the file a number in quotes is a mistake, but a clear one.
        number = type(default)(value)
    except (TypeError, ValueError):
        number = None
    whole = isinstance(value, str) or number == value
    if number is None or isinstance(value, bool) or not whole or not low <= number <= high:
        kind = "a whole number" if isinstance(default, int) else "a number"
        msg = f"{name} from {origin} must be {kind} from {low} to {high}, not {value!r}."
        raise UsageError(msg)
    return number


def _switch(name: str, value: Any, origin: str) -> bool:
    """A yes or no: true or false in the file, or such a word in the environment."""
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    msg = f"{name} from {origin} must be true or false, not {value!r}."
    raise UsageError(msg)
