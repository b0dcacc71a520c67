"""A Ray cluster: joined or begun, its workers, and what goes wrong with it as sentences."""

import logging
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from index.errors import EngineError, OnRecordError, UsageError
from ingest.engines.worker import Model, Worker

# Seconds: until an address answers, and until workers have begun and loaded their model.
_ANSWERS, _BEGUN = 5.0, 180.0
# How often a lost worker is begun anew, and what it did is done again.
_RETRIES = 3
# For a cluster of this machine alone; documents and vectors pass through it.
_STORE = 256_000_000
# Read by Ray when it is imported: no reports to its makers, no lines of its own among ours.
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # What it says of lost workers would stand among what we print; that of too many of them is ours to say.
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
}
_NOT_JOINED = (
    "The Ray cluster at {address} cannot be joined ({said}); it must run the same Ray and the same Python."
)
_NOT_STARTED = (
    "Ray could not start on this machine ({said}); try again when it is less busy, or without --engine."
)
_NOT_BEGUN = "Ray's workers could not begin ({said}); install the same version of On Record on each machine."
_LOST = (
    "The Ray cluster failed or lost its workers ({said}); what was stored is kept: run the same command "
    "again, and it goes on from there."
)


class RayWorkers:
    """Actors that each do one thing at a time; what is handed out goes to whoever has least to do."""

    def __init__(self, ray: Any, actors: Sequence[Any]) -> None:
        self._ray = ray
        self._actors = actors
        self._pending: list[list[Any]] = [[] for _ in actors]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._actors)

    def submit(self, method: str, given: object) -> Any:
        """Have a worker do something; `result` waits for it."""
        for place, pending in enumerate(self._pending):
            if pending:
                _, self._pending[place] = self._ray.wait(pending, num_returns=len(pending), timeout=0)
        least = min(range(len(self._actors)), key=lambda place: len(self._pending[place]))
        begun = getattr(self._actors[least], method).remote(given)
        self._pending[least].append(begun)
        return begun

    def result(self, begun: Any) -> Any:
        """What came of it. Raises what the worker raised, EngineError where workers were lost too often."""
        with _sentences(self._ray, _LOST):
            return self._ray.get(begun)


@contextmanager
def workers_of(
    address: str, count: int, model: Model, waiting: Callable[[str], AbstractContextManager[None]]
) -> Iterator[tuple[RayWorkers, RayWorkers]]:
    """Those that read, and those that embed: GPUs where the model is run by torch and there are any.

    Without an `address` the cluster is this machine. `count` 0 is one for each processor. They are begun
    under `waiting`. Raises UsageError where Ray is not installed, EngineError for a cluster of no use.
    """
    ray = _imported()
    folder = "" if address else _folder()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        if address:
            _check_answers(address)
        with waiting("Starting the workers …"):
            with _sentences(ray, _NOT_JOINED.replace("{address}", address) if address else _NOT_STARTED):
                _join(ray, address, count, folder)
            # Ray sets one of its own, which ends the process with half of its work undone.
            signal.signal(signal.SIGTERM, handler)
            begun = _begun(ray, count, model)
        yield begun
    finally:
        with suppress(Exception):
            ray.shutdown()
        signal.signal(signal.SIGTERM, handler)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _imported() -> Any:
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    try:
        import ray
    except ImportError as error:
        msg = "`--engine ray` needs Ray; install it on each machine: `python -m pip install 'onrecord[ray]'`."
        raise UsageError(msg) from error
    # It speaks of its settings, at length.
    logging.getLogger("ray").setLevel(logging.ERROR)
    return ray


def _folder() -> str:
    # Sockets want short paths: not below whatever folder the system is told to use for temporary files.
    short = Path("/tmp")  # noqa: S108 (made there under a name of its own)
    return tempfile.mkdtemp(prefix="onrecord-ray-", dir=short if short.is_dir() else None)


def _check_answers(address: str) -> None:
    """Before Ray tries: it takes minutes to give up."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWERS).close()
    except (OSError, ValueError, OverflowError) as error:
        what = getattr(error, "strerror", None) or "it must be HOST:PORT, such as 10.0.0.5:6379"
        msg = f"No Ray cluster answers at {address} ({what}); check the address, and that Ray runs there."
        raise EngineError(msg) from error


def _join(ray: Any, address: str, count: int, folder: str) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": False}
    if address:
        ray.init(address=address, **quiet)
        return
    ray.init(
        address="local",
        num_cpus=count or None,
        include_dashboard=False,
        object_store_memory=_STORE,
        _temp_dir=folder,
        **quiet,
    )


def _begun(ray: Any, count: int, model: Model) -> tuple[RayWorkers, RayWorkers]:
    there = ray.cluster_resources()
    wanted = count or max(1, int(there.get("CPU", 1)))
    gpus = int(there.get("GPU", 0)) if model.by_torch else 0
    made = ray.remote(Worker)
    lasting = {"max_restarts": _RETRIES, "max_task_retries": _RETRIES}
    readers = [made.options(num_cpus=1, **lasting).remote(model) for _ in range(wanted)]
    embedders = [made.options(num_cpus=0, num_gpus=1, **lasting).remote(model) for _ in range(gpus)]
    with _sentences(ray, _NOT_BEGUN):
        try:
            ray.get([one.ready.remote() for one in embedders or readers], timeout=_BEGUN)
        except ray.exceptions.GetTimeoutError as error:
            msg = (
                f"The Ray cluster did not begin {wanted} workers within {_BEGUN:.0f} s: see that it has as "
                "many free processors, or ask for fewer with --workers."
            )
            raise EngineError(msg) from error
    reading = RayWorkers(ray, readers)
    return reading, RayWorkers(ray, embedders) if embedders else reading


@contextmanager
def _sentences(ray: Any, otherwise: str) -> Iterator[None]:
    """What a worker raised as it was raised there; whatever else goes wrong as the sentence `otherwise`."""
    try:
        yield
    except OnRecordError:
        raise
    except Exception as error:
        cause = getattr(error, "cause", None)
        if isinstance(cause, OnRecordError):
            raise cause from None
        named = isinstance(error, ray.exceptions.RayError)
        # Ray's own messages are pages of advice.
        said = type(cause or error).__name__ if named else str(error).strip().partition("\n")[0][:200]
        raise EngineError(otherwise.format(said=said.rstrip("."))) from error
