"""Front matter: the fields at the start of a text, as YAML, TOML or JSON."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from index.errors import DocumentError

# YAML ends with three hyphens, or with three dots, which Pandoc writes.
_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r"\{\s*\"")


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """The fields at the start of a text, and the text after them; no fields where it starts with none.

    Raises DocumentError where what stands between the marks cannot be read.
    """
    text = text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n")
    if found := _YAML.match(text):
        fields = _of_yaml(found[1])
        if not isinstance(fields, Mapping):
            # Two rules across the page, with a text between them.
            return {}, text if found[1].strip() else text[found.end() :]
    elif found := _TOML.match(text):
        fields = _of_toml(found[1])
    elif _JSON.match(text):
        fields, end = _of_json(text)
        return ({str(key): value for key, value in fields.items()}, text[end:]) if end else ({}, text)
    else:
        return {}, text
    return {str(key): _value(value) for key, value in fields.items()}, text[found.end() :]


def _of_yaml(written: str) -> Any:
    import yaml

    try:
        # All values as text: YAML would make a number of the id 007, and a yes of the title "No".
        return yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506 (it makes nothing but text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" on line {mark.line + 2}" if mark is not None else ""
        msg = f"its front matter cannot be read{place}; put values that hold a colon or a quote in quotes"
        raise DocumentError(msg) from error


def _of_toml(written: str) -> dict[str, Any]:
    try:
        return tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        msg = f"its front matter cannot be read ({error}); put text in quotes"
        raise DocumentError(msg) from error


def _of_json(text: str) -> tuple[dict[str, Any], int]:
    """The object that a text starts with and where it ends; 0 where it starts with none."""
    try:
        fields, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}, 0
    return fields, end


def _value(value: object) -> object:
    return None if value in ("", "~", "null") else value
