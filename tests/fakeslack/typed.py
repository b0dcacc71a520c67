"""Every call that the tests make, checked by Slack's own TypeScript types: `make check-slack`.

The types are those of npm's @slack/web-api and @slack/types, fetched into .venv once. Where node or the
network is not there, it says so and checks nothing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.fakeslack.state import RESPONSE, VARIABLE

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv" / "slack-types"
PACKAGES = ("@slack/web-api@8.2.0", "@slack/types@3.2.0", "typescript@5.9.3")
# What travels in a query or a form has lost its type.
_NUMBERS, _TRUTHS = ("limit",), ("inclusive", "include_all_metadata")
_OPTIONS = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--moduleResolution",
    "nodenext",
]


def type_of(method: str) -> str:
    """The name of the type of a method's arguments: ChatPostMessageArguments for chat.postMessage."""
    name = "".join(part[:1].upper() + part[1:] for part in method.split("."))
    return f"{name.replace('Oauth', 'OAuth')}Arguments"


def typescript(calls: Iterable[tuple[str, dict[str, Any]]]) -> tuple[str, int]:
    """A program that is right where every call is, and how many different ones are in it."""
    seen = {(method, json.dumps(_typed(body), sort_keys=True)) for method, body in calls}
    names = sorted({type_of(method) for method, _ in seen if method != RESPONSE})
    lines = [
        f'import type {{ {", ".join(names)} }} from "@slack/web-api";',
        'import type { KnownBlock } from "@slack/types";',
    ]
    for number, (method, body) in enumerate(sorted(seen)):
        kind = "KnownBlock[]" if method == RESPONSE else type_of(method)
        # A literal, not a variable: only there are properties that do not exist an error.
        lines.append(f"export const call{number}: {kind} = {body}; // {method}")
    return "\n".join(lines), len(seen)


def recorded(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """What the fake wrote down."""
    lines = [line for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
    return [(call["method"], call["body"]) for call in map(json.loads, lines)]


def main() -> int:
    """Check them; 0 if all are right, or nothing could be checked."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("check-slack: skipped, since node and npm are not here.")
        return 0
    installed = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(FOLDER), *PACKAGES],
        check=False,
    )
    if installed.returncode:
        print("check-slack: skipped, since npm could not fetch Slack's types.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        arguments = sys.argv[1:] or ["tests/bot/slack"]
        tests = [sys.executable, "-m", "pytest", "-q", *arguments]
        ended = subprocess.run(tests, cwd=ROOT, env={**os.environ, VARIABLE: folder}, check=False)
        program, count = typescript(recorded(Path(folder)))
    (FOLDER / "calls.ts").write_text(program)
    checked = subprocess.run(
        [str(FOLDER / "node_modules" / ".bin" / "tsc"), *_OPTIONS, "calls.ts"], cwd=FOLDER, check=False
    )
    if checked.returncode == 0:
        print(f"check-slack: {count} different calls, all as Slack's types say.")
    return checked.returncode or ended.returncode


def _typed(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    made = dict(body)
    for key in made.keys() & {*_NUMBERS}:
        made[key] = int(made[key])
    for key in made.keys() & {*_TRUTHS}:
        made[key] = str(made[key]) in ("1", "true", "True")
    return made


if __name__ == "__main__":
    sys.exit(main())
