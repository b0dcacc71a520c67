"""Stored text: one normal form, nothing in it that a reader cannot see."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from ingest.formats.clean_text import clean_line, clean_text
from ingest.formats.text_encoding import decode

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\n\n \n\t\n\nb", "a\n\nb"),
        (" a  \n", "a"),
        ("e\u0301", "é"),
        ("a\x00b\x07c\x1b[1m", "abc[1m"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("10\u00a0000\u202f€", "10 000 €"),
        ("a\U000e0041\U000e0042b", "ab"),
        (SCOTLAND + "!", SCOTLAND + "!"),
    ],
)
def test_text_is_cleaned(text, clean):
    assert clean_text(text) == clean


@settings(database=None)
@given(st.text(st.characters(), max_size=200))
def test_cleaning_again_changes_nothing(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean == unicodedata.normalize("NFC", clean)
    assert clean.encode().decode() == clean
    assert clean_line(clean_line(text)) == clean_line(text)


FRENCH = "Le café a été fermé hier à cause d’une grève."
RUSSIAN = "Президент сказал, что паром ушёл раньше, чем ожидалось на острове."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-32"),
        (FRENCH, "cp1252"),
        ("é", "latin-1"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("政府は新しい経済対策を発表した。首相は記者会見で説明した。", "shift_jis"),
    ],
)
def test_text_is_read_in_the_encoding_it_is_in(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("name", ["iso-8859-1", "no-such-encoding", "utf-8"])
def test_a_page_whose_declared_encoding_is_no_help_is_read_all_the_same(name):
    assert decode(f"<meta charset={name}>{FRENCH}".encode("cp1252"), markup=True)


@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 100, b"PK\x03\x04rest", b"\x89PNG\r\n", b"\x7fELF\x02"])
def test_what_is_not_text_is_refused(data):
    with pytest.raises(DocumentError, match="not text"):
        decode(data)
