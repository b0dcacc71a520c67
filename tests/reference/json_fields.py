"""What `--json` prints, field by field; a test holds these tables against what is printed.

In paths, `[]` is each member of a list, and `*` each key of an object whose keys are data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.evaluation.measures import MEASURES
from bot.json_output import VERSION
from tests.reference.table import table

Fields = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """Fields that stand in several places, and what they are called together."""

    name: str
    fields: Fields


@dataclass(frozen=True)
class Document:
    """Something that is printed: its heading; its fields, and its parts, by path with their meaning."""

    heading: str
    own: Fields
    parts: Mapping[str, tuple[Part, str]] = field(default_factory=dict)

    @property
    def fields(self) -> Fields:
        """Every field, those of the parts too."""
        within = {
            f"{path}.{name}": told
            for path, (part, _) in self.parts.items()
            for name, told in part.fields.items()
        }
        return {**self.own, **within}


_ARTICLE: Fields = {
    "title": ("text", "the article's title; empty where it has none, as in the fields below"),
    "source": ("text", "its outlet"),
    "url": ("text", "its address"),
    "authors[]": ("text", "who wrote it"),
    "published": ("text", "its day, such as 2026-03-12; empty where it is not known"),
    "published_at": ("text", "the moment with its offset (ISO 8601); only where it is known"),
    "updated": ("text", "the day of its last correction"),
    "updated_at": ("text", "the moment of that; only where it is known"),
    "article_status": ("text", "`current`, `corrected` or `withdrawn`"),
    "note": ("text", "the publisher's words on a correction or withdrawal"),
}
REFERENCE = Part(
    "reference to an article",
    {"article_id": ("text", "the article's id, as `articles show` takes it"), **_ARTICLE},
)
RUN = Part(
    "run",
    {
        "new": ("whole number", "articles that are new"),
        "changed": ("whole number", "articles that were replaced"),
        "unchanged": ("whole number", "articles that are as they were"),
        "removed": ("whole number", "articles that were taken out"),
        "withdrawn": ("whole number", "articles whose pages are gone; they are kept for now, and marked"),
        "left": ("whole number", "pages for which the run's budget was not enough"),
        "embedded": ("whole number", "chunks that the embedding model had to read"),
        "seconds": ("number", "how long it took"),
        "interrupted": ("true or false", "whether it was stopped before its end"),
        "failures[].origin": ("text", "the file or link of which something could not be read"),
        "failures[].reason": ("text", "why, and what to do"),
    },
)
ESTIMATE = Part(
    "measure",
    {
        "value": ("number", "the measure's mean over the questions that count"),
        "n": ("whole number", "how many these are"),
        "low": ("number", "where its 95 % interval begins"),
        "high": ("number", "where it ends"),
    },
)

ANSWER = Document(
    "An answer: `ask --json`, and each line of `ask --batch`, there with the question's `id` before it",
    {
        "question": ("text", "what was asked"),
        "standalone": (
            "text",
            "the question as it was searched for: a follow-up restated, words as on record; only then",
        ),
        "status": ("text", "`answered` or `not_on_record`"),
        "as_of": ("text", "the day of the newest article that is quoted; empty where none is"),
        "kept": ("text", "the id that it is kept by; only with `--keep`"),
        "warning": ("text", "that the record was not refreshed for more than `stale_days`; only then"),
        "sentences[].text": ("text", "a sentence, as it is shown"),
        "sentences[].lead": ("text", "the outlet and day that it begins with; only where it does"),
        "sentences[].citations[]": ("whole number", "the numbers (`n`) of the citations under it"),
        "citations[].n": ("whole number", "the citation's number"),
        "citations[].quote": ("text", "the quote, as it stands in the article"),
        "citations[].start": (
            "whole number",
            "where it begins in the stored text, in characters (code points)",
        ),
        "citations[].end": ("whole number", "where it ends; the character there is not part of it"),
        "citations[].marked.start": (
            "whole number",
            "where in the stored text that part begins that a model quoted; only where it is a part",
        ),
        "citations[].marked.end": ("whole number", "where it ends"),
        "disagreement.text": ("text", "that outlets differ, in a line; only where they do"),
        "disagreement.sides[].value": ("text", "what one side says, as it is written"),
        "disagreement.sides[].citations[]": ("whole number", "the numbers of the citations that say so"),
        "score": ("number", "the probability, 0 to 1, that the question is answered"),
        "read": ("text", "the days, outlets and phrases that its own words constrain"),
        "relaxed": ("true or false", "whether these left nothing, and all articles were searched"),
        "searched": (
            "whole number",
            "how many articles were searched; only where the matter is not on record",
        ),
        "hint": ("text", "what helps instead where more is asked for than quotes; only then"),
        "aside": ("text", "what is said to a message that no article answers, such as a greeting; only then"),
        "likely.text": ("text", "the sentence in which the answer most likely stands, if any; no answer"),
        "likely.lead": ("text", "the attribution that it begins with"),
        "likely.citations[]": ("whole number", "the number of the citation under it"),
        "likely.n": ("whole number", "the same number"),
        "likely.quote": ("text", "the quote, as it stands in the article"),
        "likely.start": ("whole number", "where it begins in the stored text"),
        "likely.end": ("whole number", "where it ends"),
        "model": ("text", "who wrote the answer: the language model, or `extractive`"),
        "note": ("text", "why a language model did not write it, or not to its end; only with a model"),
        "usage.*": ("whole number", "requests and tokens; only with a model"),
        "withheld[].text": ("text", "a sentence that failed verification, and is not part of the answer"),
        "withheld[].reason": ("text", "why"),
        "repointed": ("whole number", "quotes that stood in another passage than the model said"),
        "timings.*": ("number", "seconds for each step"),
        "explanation.threshold": ("number", "the probability from which on it is answered; with `--explain`"),
        "explanation.searched_for": (
            "text",
            "what was searched for; this and the rest where anything was found",
        ),
        "explanation.kind": ("text", "the kind of answer that was looked for"),
        "explanation.passages": ("whole number", "how many passages were read"),
        "explanation.sentences": ("whole number", "how many sentences of them may be quoted"),
        "explanation.best[].score": ("number", "what a sentence scored; those that scored best are told"),
        "explanation.best[].text": ("text", "the sentence"),
        "explanation.best[].start": ("whole number", "where it begins in the stored text"),
        "explanation.best[].end": ("whole number", "where it ends"),
        "explanation.best[].article_id": ("text", "the id of its article"),
        "explanation.best[].weighed[].name": ("text", "something that its score is the sum of"),
        "explanation.best[].weighed[].value": ("number", "its value"),
        "explanation.best[].weighed[].added": ("number", "what it added"),
        "explanation.unsaid[]": ("text", "a word of the question that the best sentence does not say"),
        "explanation.log_odds[].name": (
            "text",
            "something that the log odds of the probability are the sum of",
        ),
        "explanation.log_odds[].value": ("number", "its value"),
        "explanation.log_odds[].added": ("number", "what it added"),
    },
    {
        "citations[]": (REFERENCE, "the article"),
        "citations[].also[]": (REFERENCE, "another article in which the same words were found"),
        "likely": (REFERENCE, "its article"),
        "likely.also[]": (REFERENCE, "another article in which the same words were found"),
        "withdrawn_article": (REFERENCE, "an article that would have answered, had it not been withdrawn"),
        "nearest[]": (REFERENCE, "a near article, where the matter is not on record"),
    },
)
_KEPT: Fields = {
    "id": ("text", "the id that it was kept by"),
    "question": ("text", "what was asked"),
    "since": ("text", "the first day of publication that it was limited to; empty without that limit"),
    "until": ("text", "the last such day"),
    "sources[]": ("text", "the outlets that it was limited to"),
    "asked": ("text", "when it was asked (ISO 8601)"),
}
KEPT = Part("kept question", _KEPT)
RECALLS = Document(
    "What became of kept answers: `recalls --json`",
    {
        "recalls[].kind": (
            "text",
            "`changed`, `corrected`, `withdrawn`, `gone`, `superseded` or `now_on_record`",
        ),
        "recalls[].found": ("text", "when that was found out (ISO 8601)"),
        "recalls[].old": ("text", "the sentence as it was; empty where nothing was answered"),
        "recalls[].new": (
            "text",
            "the nearest sentence now, or that of the later article; empty where none is",
        ),
        "recalls[].note": ("text", "the publisher's words on it"),
        "recalls[].answer.*": ("text", "the new answer; only for `superseded` and `now_on_record`"),
    },
    {
        "recalls[]": (KEPT, "the question"),
        "recalls[].article": (REFERENCE, "the article that says so"),
    },
)
WATCHES = Document(
    "Questions that wait: `watches list --json`; `watch --json` prints one as `watch`, or an `answer`",
    {"watches[].exec": ("text", "the command that is run once it is on record")},
    {"watches[]": (KEPT, "the question")},
)
PASSAGES = Document(
    "Passages: `search --json`, and each line of `search --batch`",
    {
        "query": ("text", "what was looked for"),
        "read": ("text", "the days, outlets and phrases that its own words constrain"),
        "relaxed": ("true or false", "whether these left nothing, and all articles were searched"),
        "passages[].rank": ("whole number", "the passage's place, from 1"),
        "passages[].score": ("number", "what orders them; comparable within one search only"),
        "passages[].chunk_id": ("text", "the chunk's id"),
        "passages[].start": (
            "whole number",
            "where it begins in the stored text, in characters (code points)",
        ),
        "passages[].end": ("whole number", "where it ends"),
        "passages[].text": ("text", "its words"),
    },
    {
        "passages[]": (REFERENCE, "its article"),
        "passages[].also[]": (REFERENCE, "another article that holds nearly the same passage"),
    },
)
STORED = Document(
    "An article: `articles show --json`; `articles list --json` has a list of them in `articles`, and in "
    "`total` how many there are on all pages",
    {
        "id": ("text", "the article's id"),
        "revision": ("text", "changes with anything that a reader could see"),
        **_ARTICLE,
        "language": ("text", "its language (ISO 639-1)"),
        "text": ("text", "the stored text; only `show`"),
        "characters": ("whole number", "how long it is; only `list`"),
    },
)
INGESTED = Document(
    "A run: `ingest --json`; with `sources.toml` a line for each source",
    {
        "source": ("text", "the source's label; only with `sources.toml`"),
        **RUN.fields,
        "failures[].where": ("text", "the part of it"),
        "notices[].origin": ("text", "a document that was read, of which there is something to say"),
        "notices[].text": ("text", "what of it was passed over, or how it was read"),
        "notices[].passed": ("true or false", "whether it holds no article, and need not"),
        "changes[].kind": ("text", "`new`, `changed` or `removed`"),
        "changes[].id": ("text", "the article's id"),
        "changes[].title": ("text", "its title"),
        "changes[].source": ("text", "its outlet"),
        "changes[].published": ("text", "its day or moment, in ISO 8601"),
        "changes[].characters": ("number", "how long its text is"),
        "skipped.*": ("whole number", "files of a kind that is not read, by what their names end in"),
    },
)
STATUS = Document(
    "The record: `status --json`",
    {
        "record.home": ("text", "its folder"),
        "record.problem": ("text", "why it cannot be read; only then"),
        "record.articles": ("whole number", "how many articles it holds"),
        "record.chunks": ("whole number", "how many chunks they are cut into"),
        "record.outlets.*": ("whole number", "articles by outlet"),
        "record.first": ("text", "the first day on which one was published or updated"),
        "record.last": ("text", "the last such day"),
        "record.refreshed": ("text", "when it changed last"),
        "record.generation": ("whole number", "which vector index is in use"),
        "record.copies": ("whole number", "exact copies, which are stored once"),
        "record.sources.*.failed": ("whole number", "how many failures there were; some are listed"),
        "record.sources.*.finished": ("text", "when the source's last run ended"),
        "record.sources.*.once": (
            "true or false",
            "whether it was named on the command line, and is no source of the file",
        ),
        "record.model": ("text", "the embedding model and encoder that made its vectors"),
        "record.megabytes": ("number", "what its folder takes on disk, and its tables in a database"),
        "settings.*.value": (
            "anything",
            "the setting's value: text, a number, true or false; `(set)` for a secret",
        ),
        "settings.*.from": ("text", "`default`, the file, the variable or `command line`"),
    },
    {"record.sources.*": (RUN, "the last run of a source")},
)
EVALUATED = Document(
    "A measurement: `eval --json`",
    {
        "made": ("text", "when it was made"),
        "about.*": ("anything", "the record and the settings"),
        "threshold": ("number", "the threshold by which answers are judged"),
        "questions": ("whole number", "how many were asked"),
        "thresholds[].threshold": ("number", "a threshold"),
        "thresholds[].answered": ("number or null", "the share of answerable questions that it would answer"),
        "thresholds[].right": ("number or null", "the share of these with a gold answer"),
        "thresholds[].refused": (
            "number or null",
            "the share of unanswerable questions that it would refuse",
        ),
        "kinds.*.questions": ("whole number", "questions of a kind"),
        "comparison": ("object or null", "null without `--compare`; else the fields below"),
        "comparison.made": ("text", "when the earlier run was made"),
        "comparison.paired": ("whole number", "questions in both"),
        "comparison.only_old": ("whole number", "questions of the earlier run alone"),
        "comparison.only_new": ("whole number", "questions of this run alone"),
        "comparison.changes[].key": ("text", "a measure"),
        "comparison.changes[].n": ("whole number", "questions that count in both"),
        "comparison.changes[].old": ("number", "its value before"),
        "comparison.changes[].new": ("number", "its value now"),
        "comparison.changes[].gains": ("whole number or null", "questions for the better"),
        "comparison.changes[].losses": ("whole number or null", "questions for the worse"),
        "comparison.changes[].p": ("number", "the chance of such a difference between runs that are alike"),
        "comparison.changes[].verdict": ("text", "`better`, `worse` (both significant) or `same`"),
        "comparison.worse[]": ("text", "the measures that got significantly worse"),
    },
    {
        "measures.*": (ESTIMATE, "a measure over all questions"),
        "kinds.*.measures.*": (ESTIMATE, "the same over the questions of a kind"),
    },
)
TIMELINE = Document(
    "A timeline: `timeline --json`",
    {
        "topic": ("text", "what it is about"),
        "searched": ("whole number", "how many articles are on record"),
        "entries[].day": ("text", "a day on which something happened (ISO 8601); the earliest first"),
        "entries[].reported": (
            "true or false",
            "whether it is the day of publication, which no sentence names",
        ),
        "entries[].sentences[].text": ("text", "a sentence, as it stands in its article"),
        "entries[].sentences[].lead": ("text", "whose it is, and of when"),
        "entries[].sentences[].citations[]": ("whole number", "the numbers of the citations under it"),
        "entries[].outlets[]": ("text", "an outlet that tells of the day"),
        "entries[].disagreement": ("object or null", "null where outlets do not differ"),
        "entries[].disagreement.text": ("text", "that outlets differ, in a line"),
        "entries[].disagreement.sides[].value": ("text", "what one side says, as it is written"),
        "entries[].disagreement.sides[].citations[]": ("whole number", "the citations that say so"),
        "citations[].n": ("whole number", "the citation's number"),
        "citations[].quote": ("text", "the quote, as it stands in the article"),
        "citations[].start": ("whole number", "where it begins in the stored text, in characters"),
        "citations[].end": ("whole number", "where it ends"),
    },
    {
        "citations[]": (REFERENCE, "the article"),
        "citations[].also[]": (REFERENCE, "another article in which the same words were found"),
    },
)
CHECKED = Document(
    "Checks: `doctor --json` and `health --json`",
    {
        "checks[].name": ("text", "what was looked at"),
        "checks[].well": ("true or false", "whether it is as it should be"),
        "checks[].said": ("text", "what was found, and what to do where it is not well"),
    },
)
VERIFIED = Document(
    "`verify --json`",
    {
        "articles": ("whole number", "how many were checked"),
        "problems[]": ("text", "what is wrong"),
    },
)
REBUILT = Document(
    "`rebuild --json`",
    {
        "articles": ("whole number", "how many are on record"),
        "embedded": ("whole number", "chunks that the embedding model read again"),
    },
)
REMOVED = Document(
    "`articles remove --json`",
    {
        "removed": ("text", "the article's id"),
        "files[]": ("text", "files that give it again when they are ingested again"),
    },
)
BACKED_UP = Document(
    "`backup --json` and `restore --json`",
    {
        "file": ("text", "the file that was written; only `backup`"),
        "home": ("text", "the folder that was restored into; only `restore`"),
        "made": ("text", "when the backup was made"),
        "articles": ("whole number", "how many it holds"),
        "model": ("text", "the embedding model and encoder that made its vectors"),
        "files.*": ("whole number", "bytes of each database before compression"),
    },
)
RATED = Document(
    "A line of `feedback --json`",
    {
        "answer_id": ("text", "the answer's id"),
        "question": ("text", "what was asked"),
        "user": ("text", "who says it"),
        "rating": ("text", "`up` or `down`"),
        "comment": ("text", "what was wrong, and what would have been right"),
        "answer": ("object", "the answer: the fields of `ask --json`"),
        "at": ("text", "when"),
    },
)
GAPS = Document(
    "Gaps: `gaps --json`",
    {
        "since": ("text", "the moment from which questions count (ISO 8601)"),
        "gaps[].question": ("text", "the question that stands for those that mean the same"),
        "gaps[].count": ("whole number", "how many there are"),
        "gaps[].refused": ("whole number", "how many of them were refused"),
        "gaps[].badly_rated": ("whole number", "how many answers were rated badly"),
        "gaps[].people": ("whole number", "how many people that were, as far as they are known"),
        "gaps[].first": ("text", "when it was asked first"),
        "gaps[].last": ("text", "when it was asked last"),
        "gaps[].nearest": ("object or null", "null where nothing was near"),
        "gaps[].nearest.id": ("text", "the id of the article that was nearest"),
        "gaps[].nearest.title": ("text", "its title"),
        "gaps[].nearest.source": ("text", "its outlet"),
        "gaps[].nearest.url": ("text", "its address"),
        "gaps[].nearest.published": ("text", "its day"),
        "gaps[].answered_since": ("text or null", "the day since which it is answered; null while it is not"),
    },
)
DOCUMENTS = (
    ANSWER, RECALLS, WATCHES, PASSAGES, TIMELINE, GAPS, STORED, INGESTED, STATUS, EVALUATED, CHECKED,
    VERIFIED, REBUILT, REMOVED, BACKED_UP, RATED,
)  # fmt: skip


def tables() -> str:
    """A heading and a table for each document, for what stands in several of them, and for the measures."""
    documents = [f"{one.heading}:\n\n{_fields(one.own, one.parts)}" for one in DOCUMENTS]
    parts = [f"A {part.name}:\n\n{_fields(part.fields)}" for part in (REFERENCE, KEPT, ESTIMATE)]
    measures = table(["measure", "what it is"], [[f"`{one.key}`", one.label] for one in MEASURES])
    first = (
        f"Every object has `version` first: {VERSION}, until a field goes or changes its meaning; new fields "
        "may come at any time."
    )
    return "\n\n".join([first, *documents, *parts, f"The measures by their keys:\n\n{measures}"])


def _fields(own: Fields, parts: Mapping[str, tuple[Part, str]] | None = None) -> str:
    rows = [[f"`{path}`", *told] for path, told in own.items()]
    for path, (part, told) in (parts or {}).items():
        rows.append([f"`{path}`", "object", f"{told}: the fields of a {part.name}"])
    return table(["field", "type", "what it is"], rows)
