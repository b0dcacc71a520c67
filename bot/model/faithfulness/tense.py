"""What is planned is not done, and what was once so need not be so now."""

import re

from bot.model.faithfulness.clauses import Clause, clauses, used
from bot.negation import NO
from bot.verbs import base, looks_past
from index.words import plain

PLANNED = "says as done what its source says is planned, or as lasting what is over"

_AHEAD = re.compile(
    r"\b(?:will|shall|would|may|might|could|can|should|must|(?:is|are|was|were|be|been|plan\w*|due|set|"
    r"hop\w*|aim\w*|"
    r"want\w*|seek\w*|expect\w*|schedul\w*|intend\w*|vow\w*|pledg\w*|promis\w*|agree[sd]?|about|going|ready|"
    r"poised|"
    r"likely|threaten\w*|tr(?:y|ies|ied|ying)|attempt\w*|offer\w*|order\w*|ask\w*|urg\w*|call\w*|need\w*|"
    r"has|have|had|"
    r"propos\w*|consider\w*|want|deadline|decision|deal|bid|wish\w*|prepar\w*) (?:\w+ )?to|'ll)(?: \w+)?$",
    re.IGNORECASE,
)
_STILL_AHEAD = re.compile(
    r"\b(?:will|shall|would|may|might|could|can|should|must|to be|plan\w*|due|set to|hop\w*|aim\w*|wants?|"
    r"seeks?|"
    r"expect\w*|schedul\w*|intend\w*|vow\w*|pledg\w*|promis\w*|agree\w*|about to|going to|propos\w*|"
    r"consider\w*|"
    r"order\w*|ask\w*|told|urg\w*|deal|if|unless)\b|'ll\b",
    re.IGNORECASE,
)
_PAST_BE = re.compile(r"\b(?:was|were|had been)\b", re.IGNORECASE)
_NOW_BE = re.compile(
    r"\b(?:is|are)\b(?! (?:to|being)\b)(?: (?:a|an|the|still|now|currently))*(?: [\w-]+)?", re.IGNORECASE
)
_OVER = re.compile(
    r"\b(?:until|till|former(?:ly)?|used to|ex-\w+|then-\w+|once|previous(?:ly)?|no longer|at the time|"
    r"resigned|stepped down|left office)\b",
    re.IGNORECASE,
)
_PAST_IN_SENTENCE = re.compile(
    r"\b(?:was|were|had|been|former(?:ly)?|used to|ex-\w+|previous(?:ly)?|until|once|did)\b", re.IGNORECASE
)
_PRESENT_IN_SOURCE = re.compile(r"\b(?:is|are|has|have|remains?|still|now|currently|since)\b", re.IGNORECASE)


def changed_tense(source: str, sentence: str) -> str:
    """Why the sentence moves in time what its source says, or "". Both went through `even`."""
    if not _STILL_AHEAD.search(sentence) and not NO.search(sentence):
        planned = _planned(source)
        done = _done(source)
        for token in Clause(sentence).tokens:
            word = plain(token)
            if looks_past(word) and base(word) in planned - done:
                return PLANNED
    taken = " ".join(clause.text for clause in used(clauses(source), Clause(sentence)))
    over = _PAST_BE.search(source) and _OVER.search(taken) and not _PRESENT_IN_SOURCE.search(taken)
    now = _NOW_BE.search(sentence) and not _PAST_IN_SENTENCE.search(sentence)
    return PLANNED if over and now else ""


def _planned(source: str) -> set[str]:
    """The bases of verbs that the source puts ahead: "will open", "plan to charge", "are to sign"."""
    return {
        base(plain(word[0]))
        for word in re.finditer(r"[^\W\d_]+", source)
        if _AHEAD.search(source[max(0, word.start() - 60) : word.start()].rstrip())
    }


def _done(source: str) -> set[str]:
    """The bases of verbs that stand in the past in the source."""
    tokens = map(plain, Clause(source).tokens)
    return {base(token) for token in tokens if looks_past(token)}
