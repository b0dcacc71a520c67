"""Which articles were shown last, by number, so that `onrecord articles open 2` opens the second.

Only their ids are kept, in the user's own state, not in the record: no question, and nothing of the articles.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_MOST = 500


def remember(home: Path, article_ids: Sequence[str]) -> None:
    """Keep the ids, in their order; where that cannot be written, numbers open nothing."""
    kept = {"home": str(home), "articles": list(article_ids[:_MOST])}
    with suppress(OSError):
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(kept), encoding="utf-8")
        unfinished.replace(file)


def shown(home: Path) -> list[str]:
    """The ids that were shown last of this record; none where another record's were, or nothing is kept."""
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        ids = kept["articles"] if kept["home"] == str(home) else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [id_ for id_ in ids if isinstance(id_, str)]


def _file() -> Path:
    stated = os.environ.get("XDG_STATE_HOME", "")
    base = Path(stated) if Path(stated).is_absolute() else Path.home() / ".local" / "state"
    return base / "onrecord" / "shown.json"
