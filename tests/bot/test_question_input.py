"""Files of questions, whatever a line of them holds."""

from pathlib import Path

from bot.question_input import read_questions


def test_a_line_that_is_nested_too_deep_costs_no_other_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("[" * 100_000 + "\nWho struck the pier?\n")
    deep, question = read_questions(file)
    assert deep.error.startswith("Line 1 is not JSON: ")
    assert question.query is not None
    assert question.query.text == "Who struck the pier?"


def test_bytes_that_are_no_text_cost_no_other_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_bytes(b'\xef\xbb\xbfWho struck the pier?\n\xff\xfe\n{"question": "Who?"}\n')
    bare, broken, given = read_questions(file)
    assert bare.query is not None
    assert bare.query.text == "Who struck the pier?"
    assert broken.error == "Line 2 holds bytes that are no text; write it in UTF-8."
    assert given.query is not None
