"""
Connections on which an answer that was just given is given again at once: as bytes, before uvicorn begins a task for it.

Half of what such an answer costs through ASGI is the task, its messages, and looking at headers that were looked at before.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from server.recall import Again, Recall

RECALL = "recall"  # what the application calls its `Recall` in the state of its lifespan
_APART = 65_536  # bytes of a body that are not copied to stand behind the head


class Recalling(HttpToolsProtocol):
    """A connection of uvicorn's that asks the application's `Recall` before the application itself."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # Requests that came ahead of their answers, and a client that does not read, are left to those who wait.
        recall: Recall | None = self.app_state.get(RECALL)
        again = None
        if recall and not (self.pipeline or self.flow.write_paused):
            again = recall.again(cycle.scope)
        if recall is None or again is None:
            super()._start_asgi_task(cycle, app)
            return
        self._give(cycle, again)
        recall.count(again)

    def _give(self, cycle: RequestResponseCycle, again: Again) -> None:
        head = [STATUS_LINE[again.status]]
        for name, value in self.server_state.default_headers:
            head += name, b": ", value, b"\r\n"
        head.append(again.found.lines(again.known))
        if not cycle.keep_alive:
            head.append(b"connection: close\r\n")
        body = again.body
        if len(body) > _APART:
            self.transport.write(b"".join([*head, b"\r\n"]))
            self.transport.write(body)
        else:
            self.transport.write(b"".join([*head, b"\r\n", body]))
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
