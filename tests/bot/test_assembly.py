"""From settings to objects: in which order they are made."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import assembly
from bot.settings import Settings, load_settings
from index.store import Index


def test_a_models_packages_are_imported_before_other_threads_import_theirs(
    index: Index, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = assembly._model_writer
    order: list[str] = []

    def noted(settings: Settings) -> object:
        writer = made(settings)
        order.append("model")
        return writer

    monkeypatch.setattr(assembly, "_model_writer", noted)
    monkeypatch.setattr(Index, "warm", lambda _: order.append("threads"))
    url = "http://127.0.0.1:9/v1"
    assembly.build_flow(index, replace(load_settings(home=str(home)), model="openai:any", model_url=url))
    assert order == ["model", "threads"]
