"""Outlets as people name them in a filter: whole, in any case, or by a part that only one name has."""

import difflib
from collections.abc import Sequence

from index.errors import UsageError

_SHOWN = 8


def outlets_named(known: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The outlets among `known` that `wanted` names, as they are written there.

    Raises UsageError for a name that fits none, or only as a part of several.
    """
    return tuple(source for name in wanted for source in _named(known, name))


def _named(known: Sequence[str], name: str) -> list[str]:
    sought = name.strip().casefold()
    same = [source for source in known if source.casefold() == sought]
    if same or not sought:
        return same or _none(known, name)
    parts = [source for source in known if sought.removeprefix("the ") in source.casefold()]
    if not parts:
        return _none(known, name)
    if len(parts) > 1:
        msg = f"{name!r} is a part of several outlets' names: {_listed(parts)}; write more of one."
        raise UsageError(msg)
    return parts


def _none(known: Sequence[str], name: str) -> list[str]:
    by_folded = {source.casefold(): source for source in known}
    near = [by_folded[one] for one in difflib.get_close_matches(name.strip().casefold(), by_folded, n=3)]
    if near:
        msg = f"No article comes from {name!r}; did you mean {' or '.join(map(repr, near))}?"
    else:
        msg = f"No article comes from {name!r}; on record are: {_listed(known) or 'no outlets at all'}."
    raise UsageError(msg)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
