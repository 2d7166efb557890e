"""Schema check at the doors: a table is exactly what its schema says, or it is refused."""

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")


class SchemaError(ValueError):
    """A table does not have the columns that its schema declares."""


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the schema's columns in order, cast; missing nullable columns become null.

    Raises SchemaError for a missing required column, a column the schema does not know,
    a null where none is allowed, or a type that cannot be cast without loss.
    """
    unknown = [name for name in table.column_names if name not in schema.names]
    if unknown:
        raise SchemaError(f"unknown columns: {', '.join(unknown)}")
    columns = [_column(table, field) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def empty(schema: pa.Schema) -> pa.Table:
    """No rows, the right columns."""
    return schema.empty_table()


def _column(table: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if field.name not in table.column_names:
        if not field.nullable:
            raise SchemaError(f"missing column: {field.name}")
        return pa.nulls(table.num_rows, field.type)
    column = table.column(field.name)
    if not field.nullable and column.null_count:
        raise SchemaError(f"nulls in column: {field.name}")
    if column.type == field.type:
        return column
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SchemaError(f"column {field.name}: {error}") from error
