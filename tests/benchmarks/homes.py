"""Folders that take long to make: made whole or not at all, and kept for the next run."""

import shutil
from collections.abc import Callable
from pathlib import Path


def made(home: Path, make: Callable[[Path], object]) -> Path:
    """`home`, which `make` fills where it is not there; what a killed run left half made is thrown away."""
    if not home.exists():
        part = home.with_name(f"{home.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        make(part)
        part.rename(home)
    return home
