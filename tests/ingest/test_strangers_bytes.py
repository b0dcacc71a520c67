"""What reads the bytes of strangers ends with what it read or with an error of ours, whatever they are.

The short form of `make torture C=fuzz`, and what that found.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.torture.fuzz_targets import TARGETS, call, starts


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("feeds", b""),
        ("sitemaps", b"<sitemapindex:::c>/s.xml.gz</sitemapindex>"),
        ("mail", b"From:b.:00:00 +0000\r\n\r\nThe ferry struck the pier."),
        ("citations", '[1: a]; 14 [2]\n- a [4:“x]; 14 [2][3]\n- a [4:“x”'.encode()),
        ("citations", b"It opens on 9 May [2](http://a.example). He left [1], and she stayed."),
    ],
)  # fmt: skip
def test_what_the_fuzzer_found_is_read_or_refused(target: str, found: bytes) -> None:
    for size in range(9):
        call(target, found + b" " * size)


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.data())
def test_altered_input_is_read_or_refused(target: str, data: st.DataObject) -> None:
    written = bytearray(data.draw(st.sampled_from(starts(target))))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(written)))
        written[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=4))
    call(target, bytes(written))
