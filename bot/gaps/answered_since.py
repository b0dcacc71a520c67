"""Whether a question that was refused is answered by now, and since when."""

from datetime import date

from bot.answering.flow import AnswerFlow
from index.catalog.provenance import provenance
from index.store import Index
from index.types import Query


def answered_since(index: Index, flow: AnswerFlow, question: str) -> date | None:
    """The day on which the article was read that answers it now; None where none does.

    It is the article's own day where it is not known when it was read.
    """
    answer = flow.invoke(Query(question))
    if not answer.citations:
        return None
    article = answer.citations[0].quote.article
    with index.catalog.read() as snapshot:
        read = [one.read for one in provenance(snapshot, article.id) if one.read]
    return date.fromisoformat(min(read)[:10]) if read else article.latest_day
