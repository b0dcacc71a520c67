"""What became of an answer, as messages: a reply below it, or a list of several."""

from collections.abc import Sequence

from bot.json_input import answer_from_json, article_from_json
from bot.kept_answers.types import Finding, KeptAnswer, Kind
from bot.kept_answers.wording import headline, lines_of
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Message

Told = tuple[KeptAnswer, Sequence[Finding]]
_QUESTION = 200
_LISTED = 20


def recall(told: Told, *, named: bool) -> Message:
    """What became of one answer; its question is `named` where the answer does not stand above it."""
    kept, findings = told
    blocks: list[Block] = []
    if named:
        blocks.append(block_kit.paragraph(block_kit.words(f"You asked: {_question(kept)}", italic=True)))
    for finding in findings:
        blocks += _blocks(finding)
    blocks.append(_mute(kept.id))
    return block_kit.parts(blocks, headline(findings[0]))[0]


def digest(several: Sequence[Told]) -> Message:
    """What became of several answers, a line each."""
    lines = [block_kit.words(f"News of {len(several)} more answers that were given here:", bold=True)]
    for kept, findings in several[:_LISTED]:
        lines.append(block_kit.words(f"\n• {_question(kept)} {headline(findings[0])}"))
    if len(several) > _LISTED:
        lines.append(block_kit.words(f"\n… and {len(several) - _LISTED} more"))
    blocks = [block_kit.paragraph(*lines), _mute(several[0][0].id)]
    return block_kit.parts(blocks, "News of earlier answers.")[0]


def _blocks(finding: Finding) -> list[Block]:
    first, *rest = lines_of(finding)
    blocks = [block_kit.paragraph(block_kit.words(first, bold=True))]
    if finding.kind is Kind.NOW_ON_RECORD and finding.answer:
        answer = answer_from_json(finding.answer)
        for sentence in answer.sentences:
            blocks += block_kit.sentence_blocks(sentence)
        return [*blocks, *block_kit.source_blocks(answer)]
    blocks += [block_kit.quoted(block_kit.words(line)) for line in rest]
    return [*blocks, block_kit.paragraph(*block_kit.about(article_from_json(finding.about)))]


def _mute(id_: str) -> Block:
    return block_kit.actions(block_kit.button("No more of these here", "mute", id_))


def _question(kept: KeptAnswer) -> str:
    text = " ".join(kept.query.text.split())
    return text if len(text) <= _QUESTION else f"{text[: _QUESTION - 1]}…"
