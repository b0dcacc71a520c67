"""Completion in real shells, the manual page in a real man, and the version."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.app import app
from bot.cli.manual import manual
from index.catalog.sqlite.schema import SCHEMA
from index.embedding.embedder import Embedder
from index.store import Index
from tests.conftest import Run, article, put

pytestmark = pytest.mark.slow

ONRECORD = str(Path(sys.executable).with_name("onrecord"))
# Each script presses TAB after what is typed, and prints what could stand there.
SCRIPTS = {
    "bash": """
        eval "$(onrecord completion bash)"
        COMP_WORDS=({words}) COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
        _onrecord_completion onrecord; printf '%s\\n' "${{COMPREPLY[@]}}"
    """,
    "zsh": """
        autoload -U compinit; compinit -u -d "$HOME/dump"
        eval "$(onrecord completion zsh)"
        compadd() {{ local name=${{@[-1]}}; print -l -- "${{(@P)name}}" }}
        _describe() {{ local -a named; named=(${{(P)3}}); print -l -- ${{named%%:*}} }}
        words=({words}); CURRENT=${{#words}}
        _onrecord_completion
    """,
    "fish": """
        onrecord completion fish | source
        complete --do-complete {line}
    """,
}


@pytest.fixture
def record(home: Path, model: Embedder) -> Path:
    Index.create(home)
    with Index(home, model) as index:
        put(index, article("ferry-1", "It sank.", source="Northshore Wire"), article("pier-1", "It broke."))
    return home


@pytest.mark.parametrize("shell", sorted(SCRIPTS))
def test_a_shell_completes_commands_options_outlets_and_ids(shell: str, record: Path, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")

    def pressed(*typed: str) -> list[str]:
        words = " ".join(map(shlex.quote, ("onrecord", *typed)))
        line = shlex.quote(" ".join(["onrecord", *typed]))
        ended = subprocess.run(
            [shell, "-c", SCRIPTS[shell].format(words=words, line=line)],
            env={
                **os.environ,
                "PATH": f"{Path(ONRECORD).parent}:{os.environ['PATH']}",
                "HOME": str(tmp_path),
                "ONRECORD_HOME": str(record),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.stderr == ""
        return [re.split(r"\t", one)[0] for one in ended.stdout.splitlines()]

    assert pressed("sea") == ["search"]
    assert "--since" in pressed("ask", "--si")
    (outlet,) = pressed("ask", "--source", "North")
    assert outlet.replace("\\", "") == "Northshore Wire"
    assert pressed("articles", "show", "fer") == ["ferry-1"]


def test_the_manual_has_every_command_and_option_and_man_can_lay_it_out(tmp_path: Path) -> None:
    page = manual(app, "onrecord")
    for named in ("onrecord articles list", "onrecord backup", "\\-\\-since DAY", "\\-\\-cite STYLE"):
        assert named in page
    if shutil.which("man") is None:
        pytest.skip("man is not installed here")
    file = tmp_path / "onrecord.1"
    file.write_text(page, encoding="utf-8")
    shown = subprocess.run(
        ["man", "--warnings", "-l", file],
        env={**os.environ, "MANWIDTH": "80", "MANPAGER": "cat", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    assert "Only articles published or updated on DAY or later: 2026-03-12" in re.sub(
        r"\s+", " ", shown.stdout
    )


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_says_program_python_and_record_format(onrecord: Run, option: str) -> None:
    ended = onrecord(option)
    assert re.fullmatch(
        rf"onrecord \d+\.\d+\.\d+ \((commit [0-9a-f]{{7,}}(-dirty)?, )?Python 3\.\d+\.\d+\S*, \S+ \S+, "
        rf"record format {SCHEMA}\)\n",
        ended.out,
    )
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.strip() in onrecord("doctor").out
