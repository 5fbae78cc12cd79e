"""gunicorn's thread worker, which answers those who had already come in before it ends."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Told to end, it takes everybody who waits at the door in, then shuts the door, then answers them all.

    gunicorn leaves connections in the kernel's queue that nobody accepted; they would be reset at the end.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Open or shut the door."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            self._let_in(listener)
            listener.close()

    def _let_in(self, listener: Any) -> None:
        listener.setblocking(False)
        before = -1
        while self.nr_conns != before:
            before = self.nr_conns
            self.accept(listener)
