"""What is said of a finding, the same on every surface."""

from collections.abc import Iterator

from bot.kept_answers.types import Finding, Kind

_SAID = {
    Kind.CHANGED: "The sentence that was quoted has changed.",
    Kind.CORRECTED: "The article was corrected; the sentence that was quoted still stands.",
    Kind.WITHDRAWN: "The article was withdrawn.",
    Kind.GONE: "The article is no longer on record.",
    Kind.SUPERSEDED: "A later article says otherwise.",
    Kind.NOW_ON_RECORD: "This was not on record, and is now.",
}


def headline(finding: Finding) -> str:
    """What happened, in a sentence."""
    if finding.kind is Kind.CHANGED and not finding.new:
        return "The sentence that was quoted is no longer in the article."
    return _SAID[finding.kind]


def lines_of(finding: Finding) -> Iterator[str]:
    """The headline, then the old and the new sentence and the publisher's note, where there are any."""
    yield headline(finding)
    if finding.kind is Kind.NOW_ON_RECORD:
        for sentence in (finding.answer or {}).get("sentences", ()):
            yield str(sentence["text"])
    else:
        if finding.old:
            yield f"Then: {finding.old}"
        if finding.new:
            yield f"Now: {finding.new}"
    if finding.note:
        yield f"Note: {' '.join(finding.note.split())}"
