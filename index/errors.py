"""Everything that can go wrong, as types.

    OnRecordError                 one clear sentence: what is wrong, and what to do
    ├── UsageError                asked for in a way that cannot work (exit code 2)
    ├── DocumentError             one document cannot become an article; the others can
    ├── ModelError                the embedding model is missing, altered or unfit
    └── RecordError               the record on disk
        ├── RecordUnreadable      not a record, damaged, or not ours to read or write
        │   ├── VectorsUnreadable     only the vector index, which can be made again
        │   └── BackupUnreadable      a backup that is damaged, cut off or no backup
        ├── RecordTooNew          written by a newer version
        ├── ModelMismatch         its vectors were made by another model
        └── RecordBusy (Retryable)  another process is writing

`Retryable` marks what may succeed when tried again unchanged. Messages are written for readers: they name
the file or setting and the next step, and never carry a traceback.
"""


class OnRecordError(Exception):
    """Base of all errors that a user may see."""


class Retryable(OnRecordError):
    """May succeed when tried again, unchanged."""


class UsageError(OnRecordError):
    """Asked for in a way that cannot work."""


class DocumentError(OnRecordError):
    """One document cannot become an article."""


class ModelError(OnRecordError):
    """The embedding model is missing, altered or unfit."""


class RecordError(OnRecordError):
    """Something about the record on disk."""


class RecordUnreadable(RecordError):
    """Not a record, damaged, or not ours to read or write."""


class VectorsUnreadable(RecordUnreadable):
    """The vector index is damaged or gone; it can be made again from the catalog."""


class BackupUnreadable(RecordUnreadable):
    """A backup that is damaged, cut off, or no backup."""


class RecordTooNew(RecordError):
    """Written by a newer version."""


class ModelMismatch(RecordError):
    """The record's vectors were made by another model."""


class RecordBusy(RecordError, Retryable):
    """Another process is writing."""
