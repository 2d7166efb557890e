"""The tables of the store, as the newest migration leaves them."""

import sqlalchemy as sa

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # 64 bits in both

metadata = sa.MetaData()


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns, sqlite_strict=True)


def _text(
    name: str, *, primary_key: bool = False, unique: bool = False, nullable: bool = False
) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, unique=unique, nullable=nullable)


def _big(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, primary_key=primary_key, nullable=nullable, autoincrement=False)


# Append only: triggers refuse update and delete.
log = _table(
    "log",
    _big("seq", primary_key=True),
    _text("hash"),
    _text("kind"),
    _text("subject"),
    _text("author"),
    _text("label"),
    _big("recorded_at"),
    _text("key", unique=True),
    _text("body"),
    sa.Index("log_subject", "subject", "seq"),
)

# One row: where the log ends. Writers hold it, so that numbers have no gaps.
head = _table("head", _big("id", primary_key=True), _big("seq"), _text("hash"))

# The picture: a projection of the log, thrown away and rebuilt at will.
event = _table(
    "event",
    _text("id", primary_key=True),
    _text("kind"),
    _text("state"),
    _big("rank"),  # index into PRIORITIES: 0 is the most urgent
    _big("started_at"),
    _big("ended_at", nullable=True),
    _big("opened_at"),  # when its first version was recorded
    _big("recorded_at"),  # when this version was
    _big("opened_seq"),
    _big("seq"),  # of this version, whose body stands in the log
    _big("version"),
    _text("why"),
    _text("was", nullable=True),  # the reason of the version before, where it differs
    _text("label"),
    _text("acknowledged_by", nullable=True),
    _big("acknowledged_at", nullable=True),
    _text("dismissed_by", nullable=True),
    _big("dismissed_at", nullable=True),
    _big("dismissed_reason", nullable=True),
    _text("dismissed_text", nullable=True),
    _big("notes"),
    sa.Index("event_queue", "state", "rank", "opened_at"),
    sa.Index("event_started", "started_at"),
    sa.Index("event_newest", "state", "opened_at", "opened_seq"),
)

event_vessel = _table(
    "event_vessel",
    _text("vessel", primary_key=True),
    _text("event", primary_key=True),
    sa.Index("event_of", "event"),
)

claim = _table(
    "claim",
    _big("mmsi", primary_key=True),
    _text("field", primary_key=True),
    _text("value", primary_key=True),
    _big("since"),
    _big("until"),
    _text("source"),
    _text("label"),
)

account = _table(
    "account",
    _text("name", primary_key=True),
    _text("folded", unique=True),  # case-folded: 'Asha' and 'asha' are one name
    _text("role"),
    _text("password_hash"),
    _big("created_at"),
    _big("disabled"),
)

session = _table(
    "session",
    _text("token_hash", primary_key=True),
    _text("account"),
    _text("csrf"),
    _big("expires"),
    sa.Index("session_account", "account"),
)

token = _table(
    "token", _text("hash", primary_key=True), _text("role"), _big("expires"), _big("used_at", nullable=True)
)

meta = _table("meta", _text("key", primary_key=True), _text("value"))
