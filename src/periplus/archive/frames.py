"""Frames: rows in a file with their length and checksum, so that a torn tail is seen and cut."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

MAGIC = b"PPF1"
# magic, CRC-32 of what follows it, payload bytes, number of the first row, rows. Padded to ALIGN, as the
# payload is, because Arrow reads columns from a mapped file without copying only where they are aligned.
HEADER = struct.Struct("<4sIQQQ")
ALIGN = 64


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a frame stands in its file and which rows it holds."""

    offset: int
    size: int  # bytes of the payload
    first: int
    rows: int

    @property
    def end(self) -> int:
        return self.offset + ALIGN + _padded(self.size)


def pack(table: pa.Table, first: int) -> list[pa.Buffer | bytes]:
    """The bytes of a frame, in pieces to be written one after the other."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    payload = sink.getvalue()
    fields = (payload.size, first, table.num_rows)
    checksum = zlib.crc32(payload, zlib.crc32(HEADER.pack(MAGIC, 0, *fields)[8:]))
    header = HEADER.pack(MAGIC, checksum, *fields).ljust(ALIGN, b"\0")
    return [header, payload, bytes(_padded(payload.size) - payload.size)]


def walk(data: pa.Buffer, base: int = 0) -> Iterator[Frame]:
    """The whole frames of `data`, whose first byte is `base` of its file, up to the first torn one."""
    offset = 0
    while (frame := _frame_at(data, offset)) is not None:
        yield replace(frame, offset=base + offset)
        offset = frame.end


def frame_beyond(data: pa.Buffer) -> bool:
    """Whether a whole frame stands after a bad one: damage, then, and not merely a torn end."""
    view = memoryview(data)
    return any(
        view[at : at + 4] == MAGIC and _frame_at(data, at) is not None
        for at in range(ALIGN, data.size - ALIGN, ALIGN)
    )


def read(data: pa.Buffer, frame: Frame) -> pa.Table:
    """The rows of a frame; the columns lie in `data`."""
    with pa.ipc.open_stream(data.slice(frame.offset + ALIGN, frame.size)) as reader:
        return reader.read_all()


def _frame_at(data: pa.Buffer, offset: int) -> Frame | None:
    if offset + ALIGN > data.size:
        return None
    header = data.slice(offset, HEADER.size).to_pybytes()
    magic, checksum, size, first, rows = HEADER.unpack(header)
    frame = Frame(offset, size, first, rows)
    if magic != MAGIC or frame.end > data.size:
        return None
    payload = data.slice(offset + ALIGN, size)
    return frame if zlib.crc32(payload, zlib.crc32(header[8:])) == checksum else None


def _padded(size: int) -> int:
    return -(-size // ALIGN) * ALIGN
