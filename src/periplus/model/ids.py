"""Content ids: running again gives the same event, not a second one."""

import hashlib
import json
from typing import Any

import rfc8785


def canonical(body: Any) -> bytes:
    """RFC 8785 bytes of a JSON value; the only form in which bodies are hashed or stored."""
    return rfc8785.dumps(body)


def content_id(kind: str, *parts: str | int) -> str:
    """A 20-character id of a thing from what it is, for instance ('gap', '419000913', start_us)."""
    text = json.dumps([kind, *parts], separators=(",", ":"), ensure_ascii=True)
    digest = hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
    return digest
