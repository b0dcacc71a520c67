"""Which On Record this is: what every report of a fault begins with."""

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from index.catalog.sqlite.schema import SCHEMA

_PACKAGE = "onrecord"
_PATIENCE = 5.0


def version_line() -> str:
    """Program, commit, Python and record format, such as "onrecord 0.1.0 (commit 9f2894c, Python 3.11.2, …)".

    The commit is left out where nothing tells it: in an installation from a wheel that was built elsewhere.
    """
    commit = _commit()
    about = [
        *([f"commit {commit}"] if commit else []),
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.machine()}",
        f"record format {SCHEMA}",
    ]
    return f"{_PACKAGE} {program_version()} ({', '.join(about)})"


def program_version() -> str:
    """The version that was installed."""
    try:
        return distribution(_PACKAGE).version
    except PackageNotFoundError:
        # Run from a folder, without being installed.
        return "unreleased"


def _commit() -> str:
    checkout = Path(__file__).parents[1]
    # A wheel may lie in an environment within somebody's own repository, whose commit says nothing of us.
    if (checkout / ".git").exists() and (checkout / "pyproject.toml").is_file():
        return _described(checkout)
    return _installed_from()[:12]


def _described(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True)  # noqa: S603 (no words of a user)
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.strip()


def _installed_from() -> str:
    """The commit that an installation straight from a repository was made of (PEP 610)."""
    import json

    try:
        stated: dict[str, Any] = json.loads(distribution(_PACKAGE).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    return str(stated.get("vcs_info", {}).get("commit_id", ""))
