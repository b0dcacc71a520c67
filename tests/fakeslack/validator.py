"""Slack's limits on messages and views, as it answers where they are broken.

From https://docs.slack.dev/reference/block-kit. Where the documentation gives no limit none is checked, but
for the size of a whole message.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

MESSAGE = 12_000
TEXT = 40_000
UPDATED_TEXT = 4_000
_ELEMENTS = {"context": 10, "actions": 25, "context_actions": 5}


def problem_in_message(body: dict[str, Any], *, update: bool = False) -> tuple[str, list[str]]:
    """Slack's error and its messages; "" for a message that it takes."""
    blocks = body.get("blocks") or []
    text = body.get("text") or ""
    if not blocks and not text.strip() and not body.get("markdown_text"):
        return "no_text", []
    if len(text) > (UPDATED_TEXT if update else TEXT):
        return "msg_too_long", []
    found = list(problems(blocks, 50, _MESSAGE_BLOCKS))
    if found:
        return "invalid_blocks", found
    if sum(map(len, _strings(blocks))) > MESSAGE:
        return "msg_blocks_too_long", []
    return "", []


def problem_in_view(view: dict[str, Any]) -> tuple[str, list[str]]:
    """The same for a modal or the Home tab."""
    found = list(problems(view.get("blocks") or [], 100, _VIEW_BLOCKS))
    if view.get("type") == "modal":
        for key in ("title", "submit", "close"):
            if key in view:
                found += list(_text(view[key], f"/view/{key}", 24, {"plain_text"}))
        if "title" not in view:
            found.append("missing required field: title [json-pointer:/view]")
        if len(view.get("private_metadata") or "") > 3000:
            found.append("must be less than 3001 characters [json-pointer:/view/private_metadata]")
    if sum(map(len, _strings(view))) > 250_000:
        return "view_too_large", []
    return ("invalid_arguments", found) if found else ("", [])


def problem_in_chunks(chunks: Any) -> tuple[str, list[str]]:
    """The same for what is streamed."""
    if not isinstance(chunks, list):
        return "invalid_chunks", []
    for chunk in chunks:
        if chunk.get("type") == "markdown_text":
            if not chunk.get("text") or len(chunk["text"]) > 12_000:
                return "msg_too_long" if chunk.get("text") else "no_text", []
        elif chunk.get("type") not in ("task_update", "plan_update", "blocks"):
            return "invalid_chunks", []
    return "", []


def problems(blocks: Any, most: int, kinds: dict[str, Callable[[Any, str], Iterator[str]]]) -> Iterator[str]:
    """What is wrong with blocks, in Slack's words."""
    if not isinstance(blocks, list):
        yield "must be an array [json-pointer:/blocks]"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    ids = set()
    for at, block in enumerate(blocks):
        where = f"/blocks/{at}"
        check = kinds.get(block.get("type"))
        if check is None:
            yield f"unsupported type: {block.get('type')} [json-pointer:{where}/type]"
            continue
        yield from check(block, where)
        if block.get("block_id") in ids and block.get("block_id"):
            yield f"block_id is not unique [json-pointer:{where}]"
        ids.add(block.get("block_id"))


def _text(value: Any, where: str, most: int, kinds: set[str]) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"must be a text object of {' or '.join(sorted(kinds))} [json-pointer:{where}]"
        return
    text = value.get("text")
    if not isinstance(text, str) or not text.strip():
        yield f"must be more than 0 characters [json-pointer:{where}/text]"
    elif len(text) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{where}/text]"


def _section(block: Any, where: str) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield f"missing required field: text [json-pointer:{where}]"
    if "text" in block:
        yield from _text(block["text"], f"{where}/text", 3000, {"mrkdwn", "plain_text"})
    for at, one in enumerate(block.get("fields", [])):
        yield from _text(one, f"{where}/fields/{at}", 2000, {"mrkdwn", "plain_text"})
    if len(block.get("fields", [])) > 10:
        yield f"no more than 10 items allowed [json-pointer:{where}/fields]"


def _header(block: Any, where: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{where}/text", 150, {"plain_text"})


def _divider(block: Any, where: str) -> Iterator[str]:
    return iter(())


def _markdown(block: Any, where: str) -> Iterator[str]:
    if not 0 < len(block.get("text") or "") <= 12_000:
        yield f"must be less than 12001 characters [json-pointer:{where}/text]"


def _rows(block: Any, where: str) -> Iterator[str]:
    elements = block.get("elements")
    most = _ELEMENTS[block["type"]]
    if not elements or len(elements) > most:
        yield f"must have 1 to {most} items [json-pointer:{where}/elements]"
    ids = [one.get("action_id") for one in elements or [] if one.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"action_id is not unique [json-pointer:{where}/elements]"
    for at, one in enumerate(elements or []):
        yield from _element(one, f"{where}/elements/{at}", block["type"])


def _element(one: Any, where: str, row: str) -> Iterator[str]:
    kind = one.get("type")
    if row == "context":
        if kind in ("mrkdwn", "plain_text"):
            yield from _text(one, where, 3000, {"mrkdwn", "plain_text"})
        elif kind != "image":
            yield f"unsupported type: {kind} [json-pointer:{where}/type]"
    elif row == "context_actions":
        yield from _thumbs(one, where)
    elif kind == "button":
        yield from _text(one.get("text"), f"{where}/text", 75, {"plain_text"})
        yield from _value(one, where)
        if one.get("style") not in (None, "primary", "danger"):
            yield f"must be a valid enum value [json-pointer:{where}/style]"
        if "url" in one:
            yield from _url(one["url"], f"{where}/url")
    else:
        yield f"unsupported type: {kind} [json-pointer:{where}/type]"


def _thumbs(one: Any, where: str) -> Iterator[str]:
    if one.get("type") != "feedback_buttons":
        yield f"unsupported type: {one.get('type')} [json-pointer:{where}/type]"
        return
    for name in ("positive_button", "negative_button"):
        half = one.get(name) or {}
        yield from _text(half.get("text"), f"{where}/{name}/text", 75, {"plain_text"})
        yield from _value(half, f"{where}/{name}")


def _value(one: Any, where: str) -> Iterator[str]:
    if len(one.get("value") or "") > 2000:
        yield f"must be less than 2001 characters [json-pointer:{where}/value]"
    if len(one.get("action_id") or "") > 255:
        yield f"must be less than 256 characters [json-pointer:{where}/action_id]"


def _url(url: Any, where: str) -> Iterator[str]:
    try:
        fit = (
            isinstance(url, str) and len(url) <= 3000 and urlsplit(url).scheme in ("http", "https", "mailto")
        )
        fit = fit and not any(character.isspace() or character in "<>|" for character in url)
    except ValueError:
        fit = False
    if not fit:
        yield f"must be a valid URL of less than 3001 characters [json-pointer:{where}]"


def _rich_text(block: Any, where: str) -> Iterator[str]:
    groups = block.get("elements")
    if not groups:
        yield f"must have at least 1 item [json-pointer:{where}/elements]"
    for at, group in enumerate(groups or []):
        place = f"{where}/elements/{at}"
        kinds = ("rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list")
        if group.get("type") not in kinds:
            yield f"unsupported type: {group.get('type')} [json-pointer:{place}/type]"
        if not group.get("elements"):
            yield f"must have at least 1 item [json-pointer:{place}/elements]"
        for number, run in enumerate(group.get("elements", [])):
            yield from _run(run, f"{place}/elements/{number}")


def _run(run: Any, where: str) -> Iterator[str]:
    if run.get("type") not in ("text", "link", "emoji", "user", "channel", "broadcast", "usergroup"):
        yield f"unsupported type: {run.get('type')} [json-pointer:{where}/type]"
    text = run.get("text")
    if run.get("type") == "text" and (not isinstance(text, str) or not text):
        yield f"must be more than 0 characters [json-pointer:{where}/text]"
    if isinstance(text, str) and len(text) > 3000:
        yield f"must be less than 3001 characters [json-pointer:{where}/text]"
    if run.get("type") == "link":
        yield from _url(run.get("url"), f"{where}/url")
    if isinstance(text, str) and any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        yield f"must be valid unicode [json-pointer:{where}/text]"
    if set(run.get("style", {})) - {"bold", "italic", "strike", "code"}:
        yield f"additional properties are not allowed [json-pointer:{where}/style]"


def _input(block: Any, where: str) -> Iterator[str]:
    yield from _text(block.get("label"), f"{where}/label", 2000, {"plain_text"})
    element = block.get("element") or {}
    if element.get("type") not in ("plain_text_input", "radio_buttons", "checkboxes", "static_select"):
        yield f"unsupported type: {element.get('type')} [json-pointer:{where}/element/type]"
    for at, option in enumerate(element.get("options", [])):
        yield from _text(
            option.get("text"), f"{where}/element/options/{at}/text", 75, {"plain_text", "mrkdwn"}
        )
        if len(option.get("value") or "") > 150:
            yield f"must be less than 151 characters [json-pointer:{where}/element/options/{at}/value]"
    if len(element.get("options", [1])) > 10:
        yield f"no more than 10 items allowed [json-pointer:{where}/element/options]"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


_COMMON: dict[str, Callable[[Any, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _rows,
    "actions": _rows,
    "rich_text": _rich_text,
}
_MESSAGE_BLOCKS = {**_COMMON, "markdown": _markdown, "context_actions": _rows}
_VIEW_BLOCKS = {**_COMMON, "input": _input}
