"""The settings: one `onrecord.toml`, `ONRECORD_*` variables over it, the command line over both.

Each value knows where it came from. Plain dataclasses, because every command waits for this module.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.catalog.location import RecordLocation
from index.errors import UsageError
from index.postgresql.address import database_of
from index.settings_reader import (
    check_name,
    read_environment,
    read_table,
    read_toml,
    read_value,
    setting,
    settings_of,
)
from index.value_types import TEXT, choice, matching, number, whole

FILE = "onrecord.toml"
_PREFIX = "ONRECORD_"
# Names the settings file, and is no setting itself.
_CONFIG = "ONRECORD_CONFIG"
# Tables of the file, and beginnings of variables, that belong to a module of their own.
_TABLES = {"slack", "serve"}
# Beginnings of variables that are for programs that measure On Record.
_NOT_OURS = {"bench"}


@dataclass(frozen=True)
class Settings:
    """What can be set; `origins` says where each value came from."""

    home: Path = setting(Path("~/.onrecord"), "the folder that holds the record", TEXT)
    threshold: float = setting(
        0.5,
        "answers less probable than this are not given; lower it to hear more, raise it to hear less that is "
        "wrong",
        number(0, 1),
    )
    passages: int = setting(8, "how many passages an answer is written from", whole(1, 100))
    model: str = setting(
        "", "a language model that writes the answers, as `provider:model`; without one they are quoted"
    )
    model_url: str = setting(
        "",
        "the address of an OpenAI-compatible server that has the model",
        matching(r"(https?://\S+)?", "an address such as http://localhost:8000/v1"),
    )
    model_threshold: float = setting(
        0.1, "questions less likely than this to be answered are not put to the model", number(0, 1)
    )
    passage_tokens: int = setting(
        1600,
        "how much of the articles a model is given with a question, in tokens",
        whole(100, 1_000_000),
    )
    answer_seconds: float = setting(60.0, "how long an answer by a model may take", number(1, 3600))
    first_word_seconds: float = setting(20.0, "how long a model may take to begin", number(1, 3600))
    allow_private: bool = setting(False, "whether links may lead to addresses of your intranet")
    keep_withdrawn: int = setting(
        90, "for how many days an article is kept after its page is gone", whole(0, 36_500)
    )
    stale_days: int = setting(
        7,
        "answers warn where the record was not refreshed for more days than this; 0 never does",
        whole(0, 36_500),
    )
    keep_answers: int = setting(
        365,
        "for how many days answers are looked after that were kept at the command line, and questions asked "
        "again that wait there",
        whole(1, 36_500),
    )
    sources: str = setting("sources.toml", "the file that names what `onrecord ingest` refreshes")
    contact: str = setting(
        "", "an address or page that sites can write to about fetching; it is part of the User-Agent"
    )
    log: str = setting(
        "people",
        "how errors and events are written to stderr: for `people`, or as `json`, an object a line",
        choice("people", "json"),
    )
    catalog: str = setting(
        "",
        "the address of a PostgreSQL database (`postgresql://user@host/database`) that holds the catalog; "
        "without one it is in `home`; not shown",
        secret=True,
    )
    catalog_password: str = setting(
        "",
        "the password for that database; better in the variable `ONRECORD_CATALOG_PASSWORD` or its `_FILE`; "
        "not shown",
        secret=True,
    )
    vectors: str = setting(
        "",
        "the address of a Chroma server (`http://host:8000`, or with a tenant and a database, "
        "`https://host/tenant/database`) that holds the vectors; without one they are in `home`",
    )
    vectors_headers: str = setting(
        "",
        "headers for that server, a line each (`Authorization: Bearer …`); better in the variable "
        "`ONRECORD_VECTORS_HEADERS` or its `_FILE`; not shown",
        secret=True,
    )
    vectors_ca: str = setting("", "a file of certificates (PEM) to trust for that server's https")
    vectors_shard: int = setting(
        5_000_000,
        "how many vectors a collection on that server holds at most; where there are more, they are in "
        "several, which are searched side by side",
        whole(1_000, 1_000_000_000),
    )
    embedding_model: str = setting(
        "all-MiniLM-L6-v2", "a sentence-transformers model: the default's name, a folder, or a hub name"
    )
    embedding_revision: str = setting("", "the commit that pins a model from a hub")
    encoder: str = setting(
        "auto",
        "how the model is run: `onnx-int8` (fastest), `onnx`, `torch` (on a GPU where there is one); "
        "`auto` takes the encoder that made the record, and `onnx-int8` for a new one",
        choice("auto", "onnx-int8", "onnx", "torch"),
    )
    reranker: str = setting(
        "", "a sentence-transformers cross-encoder that orders the best passages: a folder or hub name"
    )
    reranker_revision: str = setting("", "the commit that pins a reranker from a hub")
    entailment: str = setting(
        "",
        "a cross-encoder that tells whether a model's sentence follows from its source: a folder or hub name",
    )
    entailment_revision: str = setting("", "the commit that pins an entailment model from a hub")
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def record(self) -> RecordLocation:
        """Where the record is. Raises UsageError where `catalog` cannot be meant."""
        return RecordLocation(self.home, database_of(self.catalog, self.catalog_password))

    def of(self, record: RecordLocation) -> "Settings":
        """The same for another record."""
        address, password = (
            (record.database.address, record.database.password) if record.database else ("", "")
        )
        return replace(self, home=record.home, catalog=address, catalog_password=password)


SETTINGS = settings_of(Settings)


def load_settings(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """The settings in force; `given` are those of the command line, None where it says nothing.

    Raises UsageError for unknown keys, values of the wrong kind, and a settings file that cannot be read.
    """
    origins = dict.fromkeys(SETTINGS, "default")
    values, file = _from_file(environment)
    origins |= dict.fromkeys(values, file)
    own = {variable: value for variable, value in environment.items() if variable != _CONFIG}
    variables = read_environment(own, _PREFIX, SETTINGS, _TABLES | _NOT_OURS)
    values |= variables
    origins |= {name: f"{_PREFIX}{name.upper()}" for name in variables}
    for name, value in given.items():
        if value is not None:
            values[name] = read_value(SETTINGS[name], value, f"{name} from the command line")
            origins[name] = "command line"
    home = Path(values.get("home", Settings.home)).expanduser()
    values["home"] = home if home.is_absolute() else Path.cwd() / home
    settings = Settings(**values, origins=origins)
    # Here what cannot be meant is told before anything begins.
    database_of(settings.catalog, settings.catalog_password)
    return settings


def settings_table(environment: Mapping[str, str], name: str) -> tuple[dict[str, Any], str]:
    """The table `name` of the settings file, and the file; both are empty where there is none."""
    table, path = _read_file(environment)
    found = table.get(name, {})
    if not isinstance(found, dict):
        msg = f"{name} in {path} must be a table: [{name}]."
        raise UsageError(msg)
    return found, str(path)


def _from_file(environment: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    table, path = _read_file(environment)
    own = {key: value for key, value in table.items() if key not in _TABLES}
    for key in own:
        check_name(key, [*SETTINGS, *sorted(_TABLES)], f"{key} in {path}")
    values = read_table(own, SETTINGS, str(path))
    if "home" in values:
        # A relative home in a file is meant from where the file is, wherever the command runs.
        values["home"] = path.resolve().parent / Path(values["home"]).expanduser()
    return values, str(path)


def _read_file(environment: Mapping[str, str]) -> tuple[dict[str, Any], Path]:
    named = environment.get(_CONFIG)
    path = Path(named or FILE)
    if not named and not path.exists():
        return {}, path
    return read_toml(path, "settings file"), path
