"""Appends to the log until it is killed, and prints what was acknowledged. Argument: the store's DSN."""

import itertools
import sys

from periplus.store import open_store
from store.entries import act, version

store = open_store(sys.argv[1])
for n in itertools.count(store.seq // 4):
    event = f"e{n % 10}"
    batch = [version(event, "updated", at=n, why=f"{n}"), version(f"f{n}", at=n), act("note", event, at=n)]
    store.append([*batch, act("acknowledge", f"f{n}", at=n)])
    print(n, flush=True)
