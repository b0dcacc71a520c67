"""What is said where no sentence answers surely enough: how much was searched, and where it may stand."""

from bot.types import Answer


def refusal(answer: Answer, articles: int) -> str:
    """The first sentence of a refusal; `articles` is how many are on record."""
    if answer.aside:
        return answer.aside
    if not articles:
        return "Not on record: there is no article yet; run `onrecord ingest PATH` first."
    limits = f" {answer.read}" if answer.read and not answer.relaxed else ""
    searched = articles if answer.searched is None else answer.searched
    if not searched:
        return f"Not on record: there is no article{limits or ' within these limits'}."
    many = f"the {searched:,} articles" if searched != 1 else "the one article"
    widened = f", after those {answer.read}" if answer.relaxed else ""
    told = f"Not on record: I found no sentence that I am sure of in {many}{limits}{widened}."
    return f"{told} {answer.hint}".rstrip()


def likely(answer: Answer) -> str:
    """What leads in to the sentence in which the answer most likely stands."""
    return f"Most likely it stands here (probability {answer.score:.2f}):"


def withdrawn(answer: Answer) -> str:
    """That an article would have answered and was withdrawn; "" where none was."""
    if answer.withdrawn is None:
        return ""
    article = answer.withdrawn
    what = f"“{article.title}” ({article.source})" if article.source else f"“{article.title}”"
    note = f" {article.note}" if article.note else ""
    return f"An article on this, {what}, was withdrawn.{note}"
