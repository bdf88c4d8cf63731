"""Ports on loopback: which are free, and what answers there."""

import socket
from collections.abc import Mapping
from typing import Final

import httpx

from engine.errors import BadInput

HOST: Final = "127.0.0.1"
_ANSWER_TIMEOUT_S: Final = 2.0


def claim(wanted: Mapping[str, int]) -> dict[str, int]:
    """Ports by service, 0 replaced by a free one.

    Raises `BadInput` naming the service and port where one is taken, or wanted twice.
    """
    listeners: dict[str, socket.socket] = {}
    try:
        for name, port in wanted.items():
            listeners[name] = _listen(name, port)
        return {name: int(listener.getsockname()[1]) for name, listener in listeners.items()}
    finally:
        for listener in listeners.values():
            listener.close()


def answers(url: str) -> bool:
    """Whether a server is there and well; one that refuses a visitor is."""
    try:
        return not httpx.get(url, timeout=_ANSWER_TIMEOUT_S).is_server_error
    except httpx.HTTPError:
        return False


def _listen(name: str, port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise BadInput(
            f"port {port} of {name} cannot be had: {error.strerror}",
            hint=f"--port-{name} takes another; 0 any free one",
        ) from None
