"""The writer that lets a model write: what it is given, and what of it may be checked further.

What a model writes is never believed. Each sentence's quotes are located in the passages, the sentence is
held against them, and what remains goes through the same verification as everything else.
"""

import re
import secrets
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from bot.conversations import Turn
from bot.follow_ups import depends_on_context, resolve_follow_up
from bot.model.chat_model import ChatModel, ModelBudget
from bot.model.citation_parser import CitationParser
from bot.model.faithfulness.attribution import attributed
from bot.model.faithfulness.normalization import even
from bot.model.faithfulness.premise import premise, shown
from bot.model.faithfulness.scope import REPORTED
from bot.model.grounding import (
    LINK,
    NO_SENTENCE,
    TOO_LONG,
    UNSUPPORTED,
    common_words,
    grounding_problem,
    source_label,
)
from bot.model.prompt import answering, fenced, restating
from bot.model.quote_locator import QuoteLocator
from bot.model.sentence_finder import places_that_say
from bot.types import Claim, Draft, Quote, Withheld
from bot.verification import NO_CITATION
from index.embedding.entailment import Entails
from index.errors import WriterError
from index.types import Passage, Query
from index.words import words

# No answer needs more; a model that does not stop is given up (characters).
_LONGEST_REPLY = 12_000
_LONGEST_QUESTION = 400
# A small model may repeat a sentence without end.
_MOST_REPEATED = 2
# How probable it must be that a sentence follows; and where its words are mostly not its source's.
_FOLLOWS, _FOLLOWS_IN_OTHER_WORDS = 0.05, 0.9
# Reasons for which no other place is looked for.
_IN_PRINCIPLE = {NO_SENTENCE, TOO_LONG, LINK}
_QUESTION_MARKS = re.compile(r"^[\s\"'“”]+|[\s\"'“”]+$")


class ModelReply:
    """What a model made of one question; complete when `drafts` has ended."""

    def __init__(
        self,
        pieces: Generator[str],
        query: Query,
        passages: Sequence[Passage],
        entails: Entails | None = None,
    ) -> None:
        """`entails` judges what the rules let through, where there is one."""
        self._entails = entails
        self._pieces = pieces
        self._query = query
        self._passages = passages
        self._places = QuoteLocator(passages)
        self._parser = CitationParser()
        self._said: set[tuple[str, ...]] = set()
        self._moved = self._repeated = 0

    @property
    def refused(self) -> bool:
        """Whether the model said that the passages do not answer."""
        return self._parser.refused

    @property
    def repointed(self) -> int:
        """How many citations were put to another passage than the one named."""
        return self._places.repointed + self._moved

    def drafts(self) -> Generator[Draft | Withheld]:
        """Each sentence as soon as it is complete: with its quotes as stored, or why it may not be shown.

        Raises WriterError, with the sentences so far given. Closing it gives the model up.
        """
        room = _LONGEST_REPLY
        with closing(self._pieces) as pieces:
            for piece in pieces:
                for draft in self._parser.feed(piece[:room]):
                    yield from self._once(draft)
                if self._repeated > _MOST_REPEATED:
                    return
                room -= 0 if self._parser.thinking else len(piece)
                if room <= 0:
                    break
        for draft in self._parser.end():
            yield from self._once(draft)

    def _once(self, draft: Draft) -> Generator[Draft | Withheld]:
        """The sentence, examined; nothing where the model repeats itself."""
        said = tuple(words(draft.text))
        if said and said in self._said:
            self._repeated += 1
            return
        self._said.add(said)
        yield self._examined(draft)

    def _examined(self, draft: Draft) -> Draft | Withheld:
        """The sentence on the stored sentences that it cites, or on others of the passages that say it."""
        cited = self._cited(draft.claims)
        found = cited if isinstance(cited, str) else self._held(draft, cited)
        if isinstance(found, Draft) or found in _IN_PRINCIPLE:
            return found if isinstance(found, Draft) else Withheld(draft, found)
        named = [claim.passage for claim in draft.claims]
        for claims in places_that_say(draft.text, named, self._passages, self._places):
            moved = claims[0].passage not in named
            if isinstance(elsewhere := self._held(draft, claims, sought=moved), Draft):
                self._moved += moved
                return elsewhere
        return Withheld(draft, found)

    def _held(self, draft: Draft, claims: Sequence[Claim], *, sought: bool = False) -> Draft | str:
        """The sentence as it may stand on `claims`, with who said so where it leaves that out; or why not."""
        reason = self._problem(draft.text, claims, sought=sought)
        if reason == REPORTED:
            source = " ".join(dict.fromkeys(premise(self._quote(claim)) for claim in claims))
            text = attributed(draft.text, source)
            if text and not self._problem(text, claims, sought=sought):
                draft, reason = replace(draft, text=text), ""
        return reason or self._standing(draft, claims)

    def _cited(self, claims: Sequence[Claim]) -> tuple[Claim, ...] | str:
        located: list[Claim] = []
        for claim in claims:
            found = self._places.locate(claim)
            if isinstance(found, str):
                return found
            located.extend(found)
        return tuple(located) or NO_CITATION

    def _problem(self, sentence: str, claims: Sequence[Claim], *, sought: bool = False) -> str:
        quotes = [self._quote(claim) for claim in claims]
        problem = grounding_problem(sentence, quotes, self._query.text, self._common, sought=sought)
        if self._entails is None or problem not in ("", UNSUPPORTED):
            return problem
        source = " ".join(dict.fromkeys(premise(quote) for quote in quotes))
        follows = self._entails(even(f"{source} {source_label(quotes)}"), even(sentence))
        # Other words for the same are what the rules cannot tell, and it can.
        return "" if follows >= (_FOLLOWS_IN_OTHER_WORDS if problem else _FOLLOWS) else UNSUPPORTED

    def _standing(self, draft: Draft, claims: Sequence[Claim]) -> Draft:
        """The sentence with what a reader is shown: whole sentences, and no words cut out of a denial."""
        return Draft(draft.text, tuple(dict.fromkeys(map(self._whole, claims))), draft.lead)

    def _whole(self, claim: Claim) -> Claim:
        quoted = self._quote(claim)
        whole = shown(quoted)
        part = quoted.start, quoted.end
        marked = None if part == (whole.start, whole.end) else part
        return Claim(claim.passage, whole.text, whole.start, marked=marked)

    @cached_property
    def _common(self) -> frozenset[str]:
        return common_words([self._query.text, *(passage.text for passage in self._passages)])

    def _quote(self, claim: Claim) -> Quote:
        start = claim.start or 0
        article = self._passages[claim.passage - 1].article
        return Quote(article, start, start + len(claim.text), claim.text)


class ModelWriter:
    """Writes with a chat model."""

    def __init__(self, model: ChatModel, passage_tokens: int, entails: Entails | None = None) -> None:
        """`passage_tokens` is what the passages of one answer may take of the prompt, as the model counts."""
        self._entails = entails
        self.model = model
        self.name = model.name
        self._passage_tokens = passage_tokens

    def fitting(self, passages: Sequence[Passage]) -> list[Passage]:
        """The best passages that fit the budget together; always the first.

        Until the model's server has told how many tokens it reads, the embedding model's count stands in.
        """
        fitting: list[Passage] = []
        room: float = self._passage_tokens
        for number, passage in enumerate(passages, start=1):
            length = len(fenced(number, passage))
            guessed = passage.chunk.tokens * length / max(1, len(passage.text))
            room -= self.model.counter.tokens(length, guessed)
            if fitting and room < 0:
                break
            fitting.append(passage)
        return fitting

    def resolve_follow_up(self, question: str, history: Sequence[Turn], budget: ModelBudget) -> str:
        """The follow-up as the model restates it; as `bot.follow_ups` does where it cannot.

        Raises Cancelled.
        """
        if not history:
            return question
        said = ""
        try:
            for piece in self.model.stream(restating(question, history), budget):
                said += piece
                if len(said) > _LONGEST_QUESTION or "\n" in said.strip():
                    break
        except WriterError:
            return resolve_follow_up(question, history)
        said = said.rpartition("</think>")[2]
        restated = _QUESTION_MARKS.sub("", said.strip().split("\n")[0])
        # A weak model may answer instead, which shows by its citations; or leave the question as it leans, or
        # repeat an earlier one.
        whole = 0 < len(restated) <= _LONGEST_QUESTION and "[" not in restated
        repeats = any(words(restated) == words(turn.asked) for turn in history)
        if not whole or (repeats and words(restated) != words(question)) or depends_on_context(restated):
            return resolve_follow_up(question, history)
        return restated

    def write(
        self, query: Query, passages: Sequence[Passage], history: Sequence[Turn], budget: ModelBudget
    ) -> ModelReply:
        """Ask for an answer from `passages`; nothing is asked before the drafts are read."""
        today = query.now or datetime.now().astimezone().date()
        messages = answering(query, passages, history, today, secrets.token_hex(6))
        return ModelReply(self.model.stream(messages, budget), query, passages, self._entails)
