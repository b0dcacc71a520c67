"""The API in OpenAPI's form, for programs that are made from it; a test holds it against what is given."""

from importlib.metadata import version
from typing import Any

Json = dict[str, Any]


def _text(description: str = "") -> Json:
    return {"type": "string", **({"description": description} if description else {})}


def _whole(description: str = "") -> Json:
    return {"type": "integer", **({"description": description} if description else {})}


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: tuple[str, ...], **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}


_FILTERS: Json = {
    "since": _text("Only articles published or updated on this day or later (2026-03-12)."),
    "until": _text("Only articles published or updated on this day or earlier."),
    "source": {"oneOf": [_text(), _list(_text())], "description": "Only articles of these outlets."},
    "now": _text('The day that "today" means.'),
    "literally": {"type": "boolean", "description": "Take no filter from the question's own words."},
}
_REFERENCE = ("article_id", "title", "source", "url", "published", "updated", "article_status", "note")
_ABOUT: Json = {name: _text() for name in _REFERENCE}
_SENTENCE = _object(
    ("text", "citations"),
    text=_text("As it is shown."),
    lead=_text("The outlet and day that it begins with."),
)
_SCHEMAS: Json = {
    "Question": _object(
        ("question",),
        question=_text(),
        **_FILTERS,
        conversation=_text("An id of your choice, the same for a question and its follow-ups."),
    ),
    "Query": _object(("query",), query=_text(), **_FILTERS, limit=_whole("How many passages.")),
    "Reference": _object(_REFERENCE, **_ABOUT),
    "Citation": _object(
        ("n", "quote", "start", "end", *_REFERENCE),
        n=_whole(),
        quote=_text("As it stands in the article's stored text."),
        start=_whole("Where it begins there, in characters (code points)."),
        end=_whole("Where it ends; the character there is not part of it."),
        **_ABOUT,
        also=_list(_ref("Reference")),
    ),
    "Answer": _object(
        ("question", "status", "sentences", "citations", "nearest", "score", "model", "withheld"),
        question=_text(),
        standalone=_text(
            "What was searched for: a follow-up made to stand by itself, words in the record's spelling."
        ),
        status={"enum": ["answered", "not_on_record"]},
        sentences=_list(
            {**_SENTENCE, "properties": {**_SENTENCE["properties"], "citations": _list(_whole())}}
        ),
        citations=_list(_ref("Citation")),
        nearest=_list(_ref("Reference")),
        as_of=_text("The day of the newest article that is quoted; empty where none is."),
        warning=_text("That the record was not refreshed lately; only then."),
        hint=_text("What helps instead, where more is asked for than quotes; only then."),
        refusal=_text("Where it is not on record: the sentence that says so."),
        score={"type": "number", "description": "The probability, 0 to 1, that it is answered."},
        model=_text("Who wrote it: a language model, or `extractive`."),
        withheld=_list(_object(("reason",), reason=_text("Why a sentence was not shown."))),
    ),
    "Passages": _object(
        ("query", "read", "relaxed", "passages"),
        read=_text("The days, outlets and phrases that the query's own words constrain."),
        relaxed={"type": "boolean", "description": "Whether these left nothing, and all was searched."},
        query=_text(),
        passages=_list(_object(("rank", "score", "text", "start", "end", *_REFERENCE), **_ABOUT)),
    ),
    "Article": _object(
        ("id", "revision", "title", "source", "url", "published", "article_status", "text"),
        id=_text(),
        text=_text(),
        start=_whole("Where a window of the text begins; only of a window."),
        end=_whole(),
    ),
    "Record": _object(
        ("articles", "outlets", "first", "last", "refreshed"),
        articles=_whole(),
        outlets={"type": "object", "additionalProperties": _whole()},
        first=_text("The first day on which one was published or updated."),
        last=_text(),
        refreshed=_text("When a refresh last changed it."),
    ),
    "Error": _object(
        ("error",), error=_object(("message", "type", "code"), message=_text(), type=_text(), code=_whole())
    ),
}
_EVENTS = (
    "As server-sent events where that is accepted: `found`, then a `sentence` for each as soon as it is "
    "verified, then `answer` with all of it, which takes the place of what came before; or `error`."
)


def document() -> Json:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "On Record",
            "version": version("onrecord"),
            "description": "Answers from stored articles, each sentence on quotes that were checked.",
        },
        "paths": {
            "/v1/ask": {"post": _operation("Answer a question.", "Answer", "Question", events=_EVENTS)},
            "/v1/search": {"post": _operation("Find passages.", "Passages", "Query")},
            "/v1/articles/{id}": {
                "get": _operation(
                    "An article, or with a parameter a window of its text.",
                    "Article",
                    parameters=[
                        {"name": "id", "in": "path", "required": True, "schema": _text()},
                        {"name": "offset", "in": "query", "schema": _whole("Character around which it is.")},
                        {"name": "characters", "in": "query", "schema": _whole("How many.")},
                    ],
                )
            },
            "/v1/record": {"get": _operation("What is on record.", "Record")},
            "/v1/conversations/{id}": {
                "delete": {
                    **_operation("Forget a conversation.", ""),
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": _text()}],
                }
            },
            "/v1/models": {"get": _operation("The one model that there is, in OpenAI's form.", "")},
            "/v1/chat/completions": {
                "post": _operation("Answer the last message, in OpenAI's form; `stream` is taken.", "")
            },
        },
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(
    summary: str, gives: str, takes: str = "", events: str = "", parameters: list[Json] | None = None
) -> Json:
    content: Json = {"application/json": {"schema": _ref(gives)}} if gives else {}
    if events:
        content["text/event-stream"] = {"schema": _text(events)}
    body = {"required": True, "content": {"application/json": {"schema": _ref(takes)}}} if takes else None
    return {
        "summary": summary,
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": body} if body else {}),
        "responses": {
            "200": {"description": "Done.", **({"content": content} if content else {})},
            "default": {
                "description": "Refused, with a sentence.",
                "content": {"application/json": {"schema": _ref("Error")}},
            },
        },
    }
