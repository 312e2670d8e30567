"""Messages between the service and a print worker: a JSON head and parts of raw bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

_LENGTH = struct.Struct("!I")
# A page and its images; what is longer is no message of ours.
LONGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    head: dict[str, Any]  # Any: JSON
    parts: tuple[bytes, ...] = ()


def write_message(stream: IO[bytes], head: dict[str, Any], parts: Sequence[bytes] = ()) -> None:
    encoded = json.dumps({**head, "parts": [len(part) for part in parts]}).encode()
    stream.write(_LENGTH.pack(len(encoded)) + encoded)
    for part in parts:
        stream.write(part)
    stream.flush()


def read_message(stream: IO[bytes]) -> Message | None:
    """None where the other side has ended, also in the middle of a message. Raises ValueError
    for a length beyond LONGEST."""
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    encoded = _read(stream, *_LENGTH.unpack(prefix))
    if encoded is None:
        return None
    head = json.loads(encoded)
    parts = [_read(stream, length) for length in head.pop("parts")]
    whole = tuple(part for part in parts if part is not None)
    return Message(head, whole) if len(whole) == len(parts) else None


def _read(stream: IO[bytes], length: int) -> bytes | None:
    if length > LONGEST:
        raise ValueError(f"A message of {length} bytes. Allowed: {LONGEST}.")
    read = stream.read(length)
    return read if len(read) == length else None
