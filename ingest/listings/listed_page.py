"""A page that a feed or a sitemap lists."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page that is listed; `change_token` moves when the listing says that the page changed.

    `stated` has title, authors, published, updated and source, as far as a feed states them; `content` is the
    entry's own HTML; `is_listing` that what is listed is another listing. `has_no_page` says that it has no
    page of its own: it is told from others at its address by `key`, what its feed calls it.
    """

    url: str
    change_token: str = ""
    stated: dict[str, str] = field(default_factory=dict)
    content: str = ""
    is_listing: bool = False
    has_no_page: bool = False
    key: str = ""
