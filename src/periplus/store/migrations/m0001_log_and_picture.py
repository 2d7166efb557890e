"""The first schema: log, picture, claims, accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
FORBID = "the log is append-only"


def upgrade() -> None:
    """Make the tables, and the triggers that keep the log as it was written."""
    _log()
    _picture()
    _people()
    op.execute(f"INSERT INTO head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")  # noqa: S608
    _forbid_changes()


def _log() -> None:
    _table(
        "log",
        _big("seq", primary_key=True),
        *(_text(name) for name in ("hash", "kind", "subject", "author", "label")),
        _big("recorded_at"),
        _text("key", unique=True),
        _text("body"),
    )
    op.create_index("log_subject", "log", ["subject", "seq"])
    _table("head", _big("id", primary_key=True), _big("seq"), _text("hash"))


def _picture() -> None:
    _table(
        "event",
        _text("id", primary_key=True),
        *(_text(name) for name in ("kind", "state")),
        *(_big(name) for name in ("rank", "started_at")),
        _big("ended_at", nullable=True),
        *(_big(name) for name in ("opened_at", "recorded_at", "opened_seq", "seq", "version")),
        _text("why"),
        _text("was", nullable=True),
        _text("label"),
        _text("acknowledged_by", nullable=True),
        _big("acknowledged_at", nullable=True),
        _text("dismissed_by", nullable=True),
        _big("dismissed_at", nullable=True),
        _big("dismissed_reason", nullable=True),
        _text("dismissed_text", nullable=True),
        _big("notes"),
    )
    op.create_index("event_queue", "event", ["state", "rank", "opened_at"])
    op.create_index("event_started", "event", ["started_at"])
    op.create_index("event_newest", "event", ["state", "opened_at", "opened_seq"])
    _table("event_vessel", _text("vessel", primary_key=True), _text("event", primary_key=True))
    op.create_index("event_of", "event_vessel", ["event"])
    _table(
        "claim",
        _big("mmsi", primary_key=True),
        _text("field", primary_key=True),
        _text("value", primary_key=True),
        _big("since"),
        _big("until"),
        _text("source"),
        _text("label"),
    )


def _people() -> None:
    _table(
        "account",
        _text("name", primary_key=True),
        _text("folded", unique=True),
        *(_text(name) for name in ("role", "password_hash")),
        *(_big(name) for name in ("created_at", "disabled")),
    )
    _table(
        "session",
        _text("token_hash", primary_key=True),
        *(_text(n) for n in ("account", "csrf")),
        _big("expires"),
    )
    op.create_index("session_account", "session", ["account"])
    _table(
        "token",
        _text("hash", primary_key=True),
        _text("role"),
        _big("expires"),
        _big("used_at", nullable=True),
    )
    _table("meta", _text("key", primary_key=True), _text("value"))


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER log_no_{verb.lower()} BEFORE {verb} ON log "
                f"BEGIN SELECT RAISE(ABORT, '{FORBID}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{FORBID}'; END $$"
    )
    for verb in ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(
            f"CREATE TRIGGER log_no_{verb.lower()} BEFORE {verb} ON log "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()"
        )


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sqlite_strict=True)


def _text(
    name: str, *, primary_key: bool = False, unique: bool = False, nullable: bool = False
) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, unique=unique, nullable=nullable)


def _big(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, primary_key=primary_key, nullable=nullable, autoincrement=False)
