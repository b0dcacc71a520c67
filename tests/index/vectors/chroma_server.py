"""A real Chroma server for tests."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from index.errors import VectorsUnreachable
from index.vectors.connection import Server, ask_version, close, connect


class ChromaServer:
    """A `chroma run` of its own, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.start()

    @property
    def server(self) -> Server:
        return Server(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        self._process = subprocess.Popen(
            [program, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.parent,
        )
        until = time.monotonic() + 60
        while True:
            try:
                ask_version(self.server)
                return
            except VectorsUnreachable:
                assert time.monotonic() < until
                assert self._process.poll() is None
                time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def names(self) -> set[str]:
        """The names of what is on it."""
        client = connect(self.server, 10)
        try:
            return {collection.name for collection in client.list_collections()}
        finally:
            close(client)
