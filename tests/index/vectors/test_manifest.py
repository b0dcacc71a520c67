"""What a generation directory says of itself: any damage to it is noticed."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import VectorsUnreadable
from index.vectors.manifest import FILE, read_manifest, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    graph = tmp_path / "graph"
    graph.mkdir()
    for name in ("index_metadata.pickle", "data_level0.bin"):
        (graph / name).write_bytes(name.encode())
    write_manifest(tmp_path, 12, 3, "light")
    return tmp_path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_bit_is_noticed_wherever_it_is(folder: Path, data: st.DataObject) -> None:
    written, whole = (folder / FILE).read_bytes(), read_manifest(folder)
    place = data.draw(st.integers(0, len(written) - 1))
    flipped = written[place] ^ 1 << data.draw(st.integers(0, 7))
    (folder / FILE).write_bytes(written[:place] + bytes([flipped]) + written[place + 1 :])
    try:
        with pytest.raises(VectorsUnreadable, match="damaged or gone"):
            read_manifest(folder)
    finally:
        (folder / FILE).write_bytes(written)
    assert read_manifest(folder) == whole


@pytest.mark.parametrize("lacking", [("sha256",), ("sha256", "database"), ("sha256", "database", "crowded")])
def test_what_earlier_versions_wrote_is_read(folder: Path, lacking: tuple[str, ...]) -> None:
    said = json.loads((folder / FILE).read_text())
    for name in lacking:
        del said[name]
    (folder / FILE).write_text(json.dumps(said))
    assert read_manifest(folder) == {name: said[name] for name in said}
