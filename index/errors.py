"""Everything that can go wrong, as types.

    OnRecordError                 one clear sentence: what is wrong, and what to do
    ├── UsageError                asked for in a way that cannot work (exit code 2)
    ├── DocumentError             one document cannot become an article; the others can
    │   └── FetchError            a page cannot be had
    │       ├── FetchRefused          a link that is not followed: private, with a password, not for robots
    │       ├── PageGone              the site says that it is not there (404, 410)
    │       └── FetchLater (Retryable)    too slow, too busy, not reached
    ├── ModelError                the embedding model is missing, altered or unfit
    ├── WriterError               a language model could not write, and why
    │   └── WriterBusy (Retryable)    its server is overloaded, failing or out of reach
    ├── EngineError               the cluster of a bulk ingest is out of reach, or lost its workers
    ├── Overloaded (Retryable)  more was asked than is answered at once, or than one may ask
    ├── ThreadsUnreadable         the file of conversations is damaged, or not ours to read or write
    ├── KeptUnreadable            the file of kept answers is damaged, or not ours to read or write
    └── RecordError               the record on disk
        ├── RecordUnreadable      not a record, damaged, or not ours to read or write
        │   ├── VectorsUnreadable     only the vector index, which can be made again
        │   ├── VectorsUnwritable     whole, but on a disk that takes no writes, which opening it needs
        │   └── BackupUnreadable      a backup that is damaged, cut off or no backup
        ├── RecordTooNew          written by a newer version
        ├── ModelMismatch         its vectors were made by another model
        ├── VectorsRefused        the server that holds them has a quota that the record is beyond
        ├── VectorsUnreachable (Retryable)  the server that holds them does not answer
        │   └── VectorsBusy           it asks to come back later
        ├── RecordUnreachable (Retryable)   the server that holds the catalog does not answer
        └── RecordBusy (Retryable)  another process is writing

`Retryable` marks what may succeed when tried again unchanged. Messages are written for readers: they name
the file or setting and the next step, and never carry a traceback.
"""

NOT_TEXT = "What was given holds bytes that are no text; write it in UTF-8."
"""What a UsageError says where a store cannot keep or look for something: half of a surrogate pair."""


class OnRecordError(Exception):
    """Base of all errors that a user may see."""


class Retryable(OnRecordError):
    """May succeed when tried again, unchanged."""


class UsageError(OnRecordError):
    """Asked for in a way that cannot work."""


class DocumentError(OnRecordError):
    """One document cannot become an article."""


class FetchError(DocumentError):
    """A page cannot be had."""


class FetchRefused(FetchError):
    """A link that is not followed, whatever is there."""


class PageGone(FetchError):
    """The site says that the page is not there; `status` is 404 or 410."""

    def __init__(self, message: str, status: int = 404) -> None:
        super().__init__(message)
        self.status = status


class FetchLater(FetchError, Retryable):
    """The site was not reached, or asks to come back, after `seconds` where it says so (0 where not)."""

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class ModelError(OnRecordError):
    """The embedding model is missing, altered or unfit."""


class WriterError(OnRecordError):
    """A language model could not write, and why."""


class WriterRefused(WriterError):
    """The model's server is there, and refuses this request or its reply: nobody waits for it in vain."""


class WriterBusy(WriterError, Retryable):
    """The model's server is overloaded, failing or out of reach. `wait` is how long it asks to be left alone.

    In seconds; 0 where it did not say.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class EngineError(OnRecordError):
    """The cluster that a bulk ingest was to use is out of reach, unfit, or lost its workers."""


class Overloaded(Retryable):
    """More was asked than is answered at once, or than one may ask; it may be asked again after `wait`.

    In seconds.
    """

    def __init__(self, message: str, wait: float = 1.0) -> None:
        super().__init__(message)
        self.wait = wait


class ThreadsUnreadable(OnRecordError):
    """The file of conversations is damaged, or not ours to read or write."""


class KeptUnreadable(OnRecordError):
    """The file of kept answers is damaged, or not ours to read or write."""


class RecordError(OnRecordError):
    """Something about the record on disk."""


class RecordUnreadable(RecordError):
    """Not a record, damaged, or not ours to read or write."""


class VectorsUnreadable(RecordUnreadable):
    """The vector index is damaged or gone; it can be made again from the catalog."""


class VectorsUnwritable(RecordUnreadable):
    """The vector index is on a disk that takes no writes, which opening it needs; nothing else is wrong."""


class BackupUnreadable(RecordUnreadable):
    """A backup that is damaged, cut off, or not a backup at all."""


class RecordTooNew(RecordError):
    """Written by a newer version."""


class ModelMismatch(RecordError):
    """The record's vectors were made by another model."""


class VectorsUnreachable(RecordError, Retryable):
    """The server that holds the vectors does not answer; `waited` says that it was given time to."""

    def __init__(self, sentence: str, *, waited: bool) -> None:
        super().__init__(sentence)
        self.waited = waited


class VectorsBusy(VectorsUnreachable):
    """The server that holds the vectors asks to come back later, after `seconds`.

    0 where it does not say.
    """

    def __init__(self, sentence: str, seconds: float = 0.0) -> None:
        super().__init__(sentence, waited=True)
        self.seconds = seconds


class VectorsRefused(RecordError):
    """The server that holds the vectors refuses something by a quota: `limit`, 0 where it does not say."""

    def __init__(self, sentence: str, limit: int = 0) -> None:
        super().__init__(sentence)
        self.limit = limit


class RecordUnreachable(RecordError, Retryable):
    """The server that holds the catalog does not answer, or no longer."""


class RecordBusy(RecordError, Retryable):
    """Another process is writing."""
