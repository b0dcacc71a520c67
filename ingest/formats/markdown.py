"""Markdown, with or without front matter."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.types import Article
from ingest.documents import STDIN, Document
from ingest.formats.article_fields import build_article, title_from_name, without_title
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_text
from ingest.formats.text_encoding import decode

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode


def articles(document: Document) -> Iterator[Article]:
    """The one article of a Markdown file. Its title is in the front matter, else its first `# heading`."""
    fields, body = _front_matter(decode(document.read()))
    heading, text = rendered(body)
    title = fields.get("title") or heading
    if not title and document.origin != STDIN:
        title = title_from_name(document.origin)
    if isinstance(title, str):
        text = without_title(text, title)
    yield build_article({**fields, "title": title}, text, basis=basis(document))


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    """The fields between two lines of `---` at the start of a text, and the text after them."""
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    try:
        written, body = handler.split(text.lstrip()) if handler.detect(text.lstrip()) else ("", text)
    except ValueError:
        return {}, text
    try:
        # All values as text: YAML would make a number of the id 007, and a yes of the title "No".
        fields = handler.load(written, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        before = text[: text.index(written)].count("\n") if written in text else 0
        place = f" on line {before + mark.line + 1}" if mark is not None else ""
        msg = f"its front matter cannot be read{place}; put values that hold a colon or a quote in quotes"
        raise DocumentError(msg) from error
    if not isinstance(fields, Mapping):
        return ({}, text) if written.strip() else ({}, body)
    return {str(key).lower(): _value(value) for key, value in fields.items()}, body


def _value(value: object) -> object:
    return None if value in ("", "~", "null") else value


def rendered(body: str) -> tuple[str, str]:
    """The first `# heading` of a Markdown text, or "", and the text as a reader would see it."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    root = SyntaxTreeNode(parser.parse(body))
    heading = next(
        (_block(node) for node in root.children if node.type == "heading" and node.tag == "h1"), ""
    )
    return " ".join(heading.split()), _blocks(root, "\n\n")


def _blocks(node: "SyntaxTreeNode", between: str) -> str:
    return between.join(text for child in node.children if (text := _block(child)))


def _block(node: "SyntaxTreeNode") -> str:
    match node.type:
        case "inline":
            return _inline(node).strip()
        case "fence" | "code_block":
            return node.content.rstrip()
        case "html_block":
            return _text_of_html(node.content)
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "table" | "thead" | "tbody":
            return _blocks(node, "\n")
        case "tr":
            return " | ".join(_blocks(cell, " ") for cell in node.children)
        case "hr":
            return ""
    return _blocks(node, "\n\n")


def _list(node: "SyntaxTreeNode") -> str:
    number = int(node.attrs.get("start", 1))
    lines = []
    for place, item in enumerate(node.children):
        marker = f"{number + place}. " if node.type == "ordered_list" else "- "
        if text := _blocks(item, "\n"):
            lines.append(marker + text.replace("\n", "\n" + " " * len(marker)))
    return "\n".join(lines)


def _inline(node: "SyntaxTreeNode") -> str:
    """The text of a paragraph. What stands between the tags of an unseen element is left out."""
    parts: list[str] = []
    unseen = ""
    for child in node.children:
        if child.type == "html_inline":
            tag = child.content.strip("</ >").split()[0].lower() if child.content.strip("</ >") else ""
            if unseen:
                unseen = "" if child.content.startswith("</") and tag == unseen else unseen
            elif tag in _UNSEEN and not child.content.startswith("</"):
                unseen = tag
            elif tag.startswith("br"):
                parts.append("\n")
        elif not unseen:
            parts.append(_span(child))
    return "".join(parts)


def _span(node: "SyntaxTreeNode") -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image" | "em" | "strong" | "s" | "link":
            return _inline(node)
    return node.content


_UNSEEN = frozenset(("script", "style", "template", "title", "noscript", "iframe", "svg", "textarea"))
_INLINE = frozenset(
    (
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span",
        "strong", "sub", "sup", "time", "u", "wbr",
    )
)  # fmt: skip


def _text_of_html(markup: str) -> str:
    """The text of raw HTML, with a line break where an element starts or ends that is not in a line."""
    reader = _Reader()
    reader.feed(markup)
    return clean_text("".join(reader.parts))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._unseen and tag in _UNSEEN:
            self._unseen = tag
        elif tag not in _INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif tag not in _INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
