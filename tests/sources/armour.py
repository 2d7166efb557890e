"""Sentences made up for tests: fields put into bits, bits into armour."""


def sentence(kind: int, fields: dict[int, tuple[int, int]], bits: int, mmsi: int = 200_000_001) -> str:
    """An AIVDM sentence of one part. fields: start -> (width, value)."""
    value = 0
    for start, (width, number) in {0: (6, kind), 8: (30, mmsi), **fields}.items():
        value |= (number & ((1 << width) - 1)) << (bits - start - width)
    fill = -bits % 6
    value <<= fill
    chars = [(value >> shift) & 63 for shift in range(bits + fill - 6, -1, -6)]
    payload = "".join(chr(c + 48 if c < 40 else c + 56) for c in chars)
    return checked(f"!AIVDM,1,1,,A,{payload},{fill}")


def checked(line: str) -> str:
    """The line with its checksum."""
    checksum = 0
    for char in line[1:].encode():
        checksum ^= char
    return f"{line}*{checksum:02X}"
