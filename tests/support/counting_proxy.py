"""CountingProxy: stands between signpost and one management port and counts what goes through: requests by their question, octets of the replies."""
import asyncio
import collections
import threading


class LoopThread:
    """An event loop beside the test; call() runs a coroutine on it and returns its result."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def call(self, coroutine, timeout=10):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)


def question(head):
    """The category of `GET /api/latest/querybroker/<category>?select=...`."""
    return head.split(b" ", 2)[1].split(b"?")[0].rsplit(b"/", 1)[-1].decode()


class CountingProxy:
    def __init__(self, listen, upstream):
        self.listen, self.upstream = listen, upstream
        self.requests = collections.Counter()
        self.reply_octets = {}  # of the newest reply to each question, head included
        self.connections = 0

    async def start(self):
        self._server = await asyncio.start_server(self._serve, *self.listen)

    async def stop(self):
        self._server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        except OSError:
            writer.transport.abort()
            return
        asked = []
        back = asyncio.create_task(self._replies(up_reader, writer, asked))
        try:
            while True:  # requests have no body
                head = await reader.readuntil(b"\r\n\r\n")
                asked.append(question(head))
                self.requests[asked[-1]] += 1
                self.reply_octets[asked[-1]] = 0
                up_writer.write(head)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            back.cancel()
            up_writer.close()
            writer.close()

    async def _replies(self, reader, writer, asked):
        while octets := await reader.read(65536):
            if asked:
                self.reply_octets[asked[-1]] += len(octets)
            writer.write(octets)
        writer.close()
