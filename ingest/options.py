"""How a run goes about it."""

from dataclasses import dataclass, field

from ingest.web.fetcher import Policy
from ingest.web.politeness import Politeness


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes about it.

    `prune` removes the articles of documents that are gone from the folders and files that were named.
    Articles whose pages are gone are kept, marked as withdrawn, for `keep_withdrawn` days. What is fetched
    from one address gives `most_of_page` articles at most. `scheduled` is a run of the file of sources: it
    brings no article back that was removed by hand.
    """

    prune: bool = False
    dry_run: bool = False
    keep_withdrawn: int = 90
    most_of_page: int = 1_000
    scheduled: bool = False
    policy: Policy = field(default_factory=Policy)
    manners: Politeness = field(default_factory=Politeness)
