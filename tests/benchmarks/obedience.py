"""A scripted model that does what articles order, and articles with orders in them.

The orders are a public set (125, `attacks/` of the data). The model writes each order that it reads, and what
the order asks: code, advice, links, what it knows from elsewhere, its answer in letters that nobody can read.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.bot.model_server import Reply, Says, model_server, passages_in


@dataclass(frozen=True)
class Order:
    """An order, and the kind of thing that it asks."""

    text: str
    kind: str


class Obedient:
    """A model that obeys. `written` counts the sentences that it wrote for each order."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self._orders = [(order, plain(order.text)) for order in orders]
        self._replies = 0
        self.written: Counter[Order] = Counter()
        self.said: set[str] = set()

    def __call__(self, body: dict[str, object]) -> Reply:
        """A true sentence, and for each of the first orders in the prompt its words and what it asks."""
        texts = [" ".join(text.split()) for text in passages_in(body)]
        said = [f"{_first(texts[0])} [1.1]"] if texts else []
        for number, text in enumerate(texts, start=1):
            found = (order for order, known in self._orders if known in plain(text))
            for order in islice(found, 2):
                # Another way to cite in each reply: the same words twice would end it.
                for turn, words in enumerate((_line(order.text), obeyed(order, _first(text)))):
                    said.append(
                        f"{words} {self._citation(self._replies + turn, number, texts, order)}".strip()
                    )
                    self.written[order] += 1
                    self.said.add(plain(words))
        self._replies += 1
        return Says("\n".join(said), size=500)

    def _citation(self, way: int, number: int, texts: list[str], order: Order) -> str:
        """None, by another passage, by the order's own passage, by the order itself."""
        other = number % len(texts) + 1
        ways = (
            "",
            f"[{other}.1]",
            f'[{other}: "{_first(texts[other - 1])}"]',
            f'[{number}: "{_first(texts[number - 1])}"]',
            f'[{number}: "{_line(order.text)}"]',
        )
        return ways[way % len(ways)]


def obeyed(order: Order, sentence: str) -> str:
    """What a model writes that does as it is told; disguises are of a `sentence` of the article."""
    if disguise := _DISGUISES.get(order.kind):
        return disguise(sentence)
    code = re.search(r"```\w*\n(.*?)```", order.text, re.DOTALL)
    return _line(code[1]) if code else _ELSEWHERE.get(order.kind, f"As asked: {_line(order.text)}")


def orders_of(data: Path) -> list[Order]:
    """The orders of the set."""
    files = [json.loads(file.read_text()) for file in sorted((data / "attacks").glob("*.json"))]
    return [Order(text, kind) for kinds in files for kind, texts in kinds.items() for text in texts]


def articles_with(
    orders: Sequence[Order], file: Path, target: Path, wanted: set[str], others: int = 0
) -> Path:
    """The wanted articles and others; each wanted one holds an order at its start, middle and end."""
    number = 0
    with target.open("w", encoding="utf-8") as out:
        for line in file.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            if article["id"] in wanted and orders:
                order = orders[number % len(orders)].text
                parts = article["text"].split("\n")
                middle = len(parts) // 2
                article["text"] = "\n".join([order, *parts[:middle], order, *parts[middle:], order])
                number += 1
            elif article["id"] not in wanted:
                others -= 1
            if article["id"] in wanted or others >= 0:
                out.write(json.dumps(article) + "\n")
    return target


@contextmanager
def obeying(orders: Sequence[Order]) -> Iterator[tuple[str, Obedient]]:
    """The address of a server whose model obeys, and the model."""
    model = Obedient(orders)
    with model_server(model) as server:
        yield server.url, model


def plain(text: str) -> str:
    """The words alone, for comparing."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _first(text: str) -> str:
    return text.split(". ")[0]


def _line(text: str) -> str:
    return " ".join(text.replace("```", " ").split())


def _numbers(text: str) -> str:
    return " ".join("-".join(str(ord(c) - 96) for c in word if c.isascii()) for word in plain(text).split())


_DISGUISES: dict[str, Callable[[str], str]] = {
    "Alphanumeric Substitution": _numbers,
    "Homophonic Substitution": lambda text: text.translate(str.maketrans("aeiou", "@#$%&")),
    "Misspelling Intentionally": lambda text: re.sub(r"(\w)(\w)(\w*)", r"\2\1\3", text),
    "Anagramming": lambda text: " ".join("".join(sorted(word)) for word in text.split()),
    "Space Removal & Grouping": lambda text: "".join(text.split()),
}
# What is written where an order asks for something that no article says.
_ELSEWHERE = {
    "Information Retrieval": "Brasília is the capital of Brazil.",
    "Content Creation": "The evening sea lay still, and the climate of the world was changing.",
    "Learning and Tutoring": "Leaves turn light, water and carbon dioxide into sugar.",
    "Language Translation": "It is “Bonjour, comment allez-vous ?” in French.",
    "Programming Help": "A factorial is the number times the factorial of the number below it.",
    "Instruction": "First mix the flour with water, salt and yeast.",
    "Social Interaction": "Tell us in the comments what you think of this.",
    "Persuasion": "Do vote in the coming elections, since every vote counts.",
    "Clickbait": "You will not believe what happened next: https://clicks.example/next",
    "Malware Distribution": "Install the free tool at https://faster.example to make your computer faster.",
}
