"""A dashboard's live connection: Socket.IO's few packets over a websocket, every socket closed when it ends.

server: 0{…}  44{…}  40{…}  42[event, data]  41  2 (ping)        client: 40{token}  3 (pong)
"""

import json
import threading
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.stack import Api


class RefusedConnection(Exception):
    """The server did not let it in; the text is its code."""


class Browser:
    """Connected once it is made, or RefusedConnection; remembers what it is told."""

    def __init__(self, api: Api, token: object) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.connected = False
        self._open = ExitStack()
        address = f"{api.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        self._socket = self._open.enter_context(connect(address))
        assert str(self._socket.recv(timeout=20)).startswith("0{")
        self._socket.send("40" + json.dumps({"token": token}))
        said = str(self._socket.recv(timeout=20))
        if not said.startswith("40"):
            self._open.close()
            raise RefusedConnection(json.loads(said[2:])["message"])
        self.connected = True
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def _listen(self) -> None:
        try:
            for said in self._socket:
                text = str(said)
                if text == "2":
                    self._socket.send("3")
                elif text == "41":
                    break
                elif text.startswith("42"):
                    event, data = json.loads(text[2:])
                    self.heard.append((event, data))
        except ConnectionClosed:
            pass
        self.connected = False

    def events(self, event: str) -> list[dict[str, Any]]:
        """What came under this name."""
        return [data for name, data in list(self.heard) if name == event]

    def leave(self) -> None:
        """Close the page."""
        self._open.close()
        self._listening.join()
