"""Appends to the log until it is killed, and prints what was acknowledged. Argument: the store's DSN."""

import itertools
import sys

from store_entries import act, version

from periplus.store import open_store

store = open_store(sys.argv[1])
for n in itertools.count(store.seq // 4):
    event = f"e{n % 10}"
    batch = [version(event, "updated", at=n, why=f"{n}"), version(f"f{n}", at=n), act("note", event, at=n)]
    store.append([*batch, act("acknowledge", f"f{n}", at=n)])
    print(n, flush=True)
