"""Links to what a run takes in: pages, and the feeds, sitemaps and lists that name them.

What is known of a page decides how much is asked: nothing, where its feed or sitemap says that it is the
same; whether it changed, where its site gave an ETag or a date; all of it otherwise. `revisits` says when a
feed is not taken at its word.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from fnmatch import fnmatchcase
from time import monotonic, sleep

from index.catalog.snapshot import PageState
from index.errors import DocumentError, FetchLater, FetchRefused, PageGone
from ingest.documents import (
    Document,
    Failure,
    Format,
    Gone,
    Item,
    ListingDone,
    Notice,
    Unchanged,
    WebSource,
    unforeseen,
)
from ingest.formats.clean_text import clean_line
from ingest.listings.listed_page import ListedPage
from ingest.urls import checked_link, same_site
from ingest.web.fetcher import Fetched, Fetcher
from ingest.web.pages import KnownPage, Listing, Page
from ingest.web.politeness import HostQueue, Politeness, QueuedRequest
from ingest.web.read_listing import listing_kind, read_listing
from ingest.web.response import to_document
from ingest.web.revisits import FEED, LISTING, MOST_AGAIN, due_again, is_listing, now, wants_whole
from ingest.web.robots import Robots

_THREADS = 8
_NESTED = 3


class Crawler:
    """Fetches what links lead to. `pages` of `expected` are done, `left` were not asked for any more."""

    def __init__(
        self,
        fetcher: Fetcher,
        known: Mapping[str, KnownPage] | None = None,
        manners: Politeness | None = None,
    ) -> None:
        """`known` says what the record knows, by origin."""
        self.pages = self.expected = self.left = 0
        self._missing: dict[str, int] = {}
        self._same: set[str] = set()
        self._fetcher = fetcher
        self._known = known or {}
        self._manners = manners or Politeness()
        self._robots = Robots(fetcher)
        self._turns = HostQueue(self._manners, self._robots.delay)
        self._asked: set[str] = set()
        self._started = monotonic()

    def items(self, links: Sequence[WebSource]) -> Iterator[Item]:
        """What a run takes in, as it comes; one broken link never stops the others."""
        for link in links:
            if refused := _refused(link.url):
                yield refused
            else:
                self._add(Page(link.url, link))
        running: dict[Future[object], tuple[QueuedRequest, Page]] = {}
        with ThreadPoolExecutor(_THREADS) as threads:
            try:
                while self._turns.waiting or running:
                    if self._spent(len(running)):
                        self._leave()
                    pause = self._start(threads, running)
                    if not running:
                        sleep(min(pause, 0.5))
                        continue
                    done, _ = wait(running, timeout=min(pause, 0.5), return_when=FIRST_COMPLETED)
                    for future in done:
                        task, page = running.pop(future)
                        self._turns.done(task)
                        yield from self._came(task, page, future)
            finally:
                for future in running:
                    future.cancel()
        yield from self._still_the_same()
        for listing, count in self._missing.items():
            pages = "a page that it lists is" if count == 1 else f"{count:,} pages that it lists are"
            yield Notice(listing, f"{pages} not there (404 or 410), and passed over")

    def _start(
        self, threads: ThreadPoolExecutor, running: dict[Future[object], tuple[QueuedRequest, Page]]
    ) -> float:
        """Start what may start; the seconds until more may."""
        while len(running) < _THREADS * 2:
            task = self._turns.next()
            if not isinstance(task, QueuedRequest):
                return task
            running[threads.submit(self._ask, task.page)] = (task, task.page)
        return 0.5

    def _leave(self) -> None:
        """Ask for nothing more in this run."""
        for task in self._turns.drain():
            self.left += 1
            if task.page.above is not None:
                task.page.above.failed = True

    def _spent(self, running: int) -> bool:
        minutes = (monotonic() - self._started) / 60
        return self.pages + running >= self._manners.pages or minutes >= self._manners.minutes

    def _add(self, page: Page) -> bool:
        if page.url in self._asked:
            return False
        self._asked.add(page.url)
        self.expected += 1
        self._turns.add(QueuedRequest(page.url, page))
        return True

    def _ask(self, page: Page) -> Fetched:
        known = self._known.get(page.url, KnownPage())
        conditional = known.read and not known.fetch.gone_since and not wants_whole(known.fetch)
        # Who names a page whose article was removed wants all of it.
        conditional = conditional and not (known.removed and page.depth == 0)
        return self._fetcher.get(
            page.url,
            etag=known.fetch.etag if conditional else "",
            modified=known.fetch.modified if conditional else "",
            allowed=self._robots.check if self._manners.robots else lambda _: None,
        )

    def _came(self, task: QueuedRequest, page: Page, future: Future[object]) -> Iterator[Item]:
        try:
            fetched: Fetched = future.result()  # type: ignore[assignment]
            items = list(self._answered(page, fetched))
        except FetchLater as error:
            if self._turns.again(task, error):
                return
            items = [self._failed(page, error), *self._asked_in_vain(page)]
        except PageGone as error:
            items = list(self._gone(page, error))
        except DocumentError as error:
            items = [self._failed(page, error), *self._asked_in_vain(page)]
        except Exception as error:  # noqa: BLE001 (what one site sends must not cost the others)
            items = [unforeseen(page.url, error)]
        self.pages += 1
        yield from items
        yield from self._ticked(page, failed=any(isinstance(item, Failure) for item in items))

    def _answered(self, page: Page, fetched: Fetched) -> Iterator[Item]:
        fetch = PageState(fetched.etag, fetched.modified, page.entry.change_token if page.entry else "")
        if page.above is not None and page.above.kind == "feed":
            fetch = replace(fetch, asked=now())
        listed = page.entry is not None and not page.entry.is_listing
        if fetched.unchanged:
            old = self._known[page.url]
            if is_listing(old.fetch):
                self._same_listing(page)
            else:
                # Not every site repeats what it gave.
                fetch = replace(
                    fetch, etag=fetch.etag or old.fetch.etag, modified=fetch.modified or old.fetch.modified
                )
                yield Unchanged(page.url, old.root or page.link.url, fetch)
            return
        kind = listing_kind(fetched, "listed" if listed else page.link.kind)
        if kind:
            token = FEED if kind == "feed" else LISTING
            yield from self._listed(page, kind, fetched, replace(fetch, change_token=token, asked=now()))
            return
        document = to_document(fetched, page.url, page.link.url)
        stated = page.entry.stated if page.entry and _may_speak(page) else {}
        outlet = {"source": page.link.outlet} if page.link.outlet else {}
        yield replace(document, fetch=fetch, stated={**stated, **outlet}, instead=self._instead(page))

    def _listed(self, page: Page, kind: str, fetched: Fetched, fetch: PageState) -> Iterator[Item]:
        if page.depth >= _NESTED:
            yield Failure(page.url, "it lists other lists too deep to be followed; name one of those")
            return
        listing = Listing(page.url, fetch, fetched.url, kind)
        listed = read_listing(kind, fetched)
        entries = listed.pages
        if listed.breaks_off:
            listing.failed = True
            yield Failure(page.url, "it breaks off before its end; what came of it was read, try again later")
        wanted = [entry for entry in entries if entry.is_listing or _wanted(entry.url, page.link)]
        taken = wanted[: page.link.limit] if page.link.limit else wanted
        self.left += len(wanted) - len(taken)
        again = self._again(taken, listing)
        for entry in taken:
            for item in self._entered(entry, page, listing, again):
                listing.failed = listing.failed or isinstance(item, Failure)
                yield item
        above_others = any(entry.is_listing for entry in entries)
        if page.link.recheck and not above_others:
            self._recheck(page, listing)
        if above_others:
            # It may well be the same when those that it lists are not, so it is always read.
            listing.fetch = PageState(change_token=LISTING)
        if not listing.open and not listing.failed and len(taken) == len(wanted):
            yield ListingDone(page.url, listing.fetch)
        elif len(taken) < len(wanted):
            listing.failed = True

    def _again(self, entries: Sequence[ListedPage], listing: Listing) -> frozenset[str]:
        """The pages of a feed that are asked for again although it says that they are the same."""
        if listing.kind != "feed":
            return frozenset()
        due = due_again(filter(self._is_same, entries), self._known)
        if len(due) > MOST_AGAIN:
            listing.fetch = replace(listing.fetch, asked="")
        return frozenset(due[:MOST_AGAIN])

    def _entered(
        self, entry: ListedPage, page: Page, listing: Listing, again: Container[str]
    ) -> Iterator[Item]:
        """What an entry is without being asked for; else it is asked for."""
        if not entry.has_no_page and (refused := _refused(entry.url)):
            yield refused
        elif not entry.is_listing and self._is_same(entry) and entry.url not in again:
            if entry.url not in self._asked:
                self._asked.add(entry.url)
                yield Unchanged(entry.url, self._known[entry.url].root or page.link.url)
        elif entry.has_no_page:
            if entry.content.strip():
                yield replace(_of_entry(entry, page.link), fetch=PageState(change_token=entry.change_token))
        elif self._add(Page(entry.url, page.link, entry, listing, page.depth + 1, entry.url in again)):
            listing.open += 1

    def _is_same(self, entry: ListedPage) -> bool:
        known = self._known.get(entry.url, KnownPage())
        same = bool(entry.change_token) and known.fetch.change_token == entry.change_token
        return same and known.read and not known.fetch.gone_since

    def _recheck(self, page: Page, listing: Listing) -> None:
        """Ask for what came through this listing before and is listed no more: it may be gone."""
        for origin, known in self._known.items():
            unlisted = known.root == page.link.url and known.read and origin != page.url
            if unlisted and self._add(_page_of(page, origin, listing)):
                listing.open += 1

    def _same_listing(self, page: Page) -> None:
        """A listing that is the same says nothing of pages whose changes it does not state: ask for them."""
        self._same.add(page.link.url)
        for origin, known in self._known.items():
            if known.root == page.link.url and known.read and not known.fetch.change_token:
                self._add(_page_of(page, origin))

    def _still_the_same(self) -> Iterator[Item]:
        """The pages of listings that are the same, but for those that another listing said more of."""
        for origin, known in self._known.items():
            is_page = known.read and not is_listing(known.fetch)
            if is_page and known.root in self._same and origin not in self._asked:
                yield Unchanged(origin, known.root)

    def _failed(self, page: Page, error: DocumentError) -> Item:
        """A page that cannot be had: the feed's own entry instead, unless it gave an article before."""
        return self._instead(page) or Failure(page.url, str(error))

    def _asked_in_vain(self, page: Page) -> Iterator[Item]:
        """A page that was asked for again, and could not be had, rests as one that could."""
        if page.again:
            known = self._known[page.url]
            yield Unchanged(page.url, known.root or page.link.url, replace(known.fetch, asked=now()))

    def _instead(self, page: Page) -> Document | None:
        """What the feed itself has of a page, where it has it and the page gave no article before."""
        known = self._known.get(page.url, KnownPage())
        if page.entry is None or not page.entry.content.strip() or known.read or not _may_speak(page):
            return None
        # Without what the site said, so that the page itself is asked for again the next time.
        document = _of_entry(page.entry, page.link)
        return replace(document, stated={**document.stated, "entry": "yes"}, fetch=PageState())

    def _gone(self, page: Page, error: PageGone) -> Iterator[Item]:
        """A page that is not there; one that a site only lists, and that gave nothing before, is no loss."""
        known = self._known.get(page.url, KnownPage())
        if known.read:
            yield Gone(page.url, known.root, error.status)
        elif page.above is None or page.above.kind == "list":
            yield Failure(page.url, str(error))
        else:
            self._missing[page.above.origin] = self._missing.get(page.above.origin, 0) + 1

    def _ticked(self, page: Page, *, failed: bool) -> Iterator[Item]:
        """The listing above a page is done when all of its pages came."""
        listing = page.above
        if listing is None:
            return
        listing.open -= 1
        listing.failed = listing.failed or failed
        if not listing.open and not listing.failed:
            yield ListingDone(listing.origin, listing.fetch)


def _of_entry(entry: ListedPage, link: WebSource) -> Document:
    """What a feed holds of an entry, as a page of its own."""
    stated = {**entry.stated, **({"source": link.outlet} if link.outlet else {})}
    content = f"<html><body><article>{entry.content}</article></body></html>".encode()
    return Document(
        entry.url, link.url, Format.HTML, content=content, link=entry.url, charset="utf-8", stated=stated,
        part=entry.key if entry.has_no_page else "",
    )  # fmt: skip


def _page_of(page: Page, origin: str, listing: Listing | None = None) -> Page:
    """A page that came through a listing before, to be asked for without an entry of it."""
    return Page(origin, replace(page.link, kind="page"), None, listing, page.depth + 1)


def _refused(url: str) -> Failure | None:
    """Why a link cannot be asked for; None where it can."""
    try:
        checked_link(url)
    except FetchRefused as error:
        return Failure(clean_line(url), str(error))
    return None


def _may_speak(page: Page) -> bool:
    """Whether what lists a page may also say something of it: for pages of its own site."""
    return page.above is not None and same_site(page.above.url, page.url)


def _wanted(url: str, link: WebSource) -> bool:
    included = not link.include or any(fnmatchcase(url, pattern) for pattern in link.include)
    return included and not any(fnmatchcase(url, pattern) for pattern in link.exclude)
