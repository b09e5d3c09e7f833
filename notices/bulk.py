"""Very many alike rows at once. Making an object for each row and preparing each of its values would be most of the work."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model

ROWS_A_STATEMENT = 500


def insert_new(model: type[Model], *, same: dict, names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert a row for each of `rows`, leaving out those that a unique key knows already.

    `same`: the values that all rows share, by field name; `names`: the fields of `rows`, in their order. Together they must name every
    column of the table. Values are as a model instance holds them; equal values of one field are prepared once.
    """
    fields = [model._meta.get_field(name) for name in (*same, *names)]
    missing = {field.name for field in model._meta.local_concrete_fields} - {field.name for field in fields}
    if missing:
        raise ValueError(f"no value for {', '.join(sorted(missing))}")
    shared = [field.get_db_prep_save(value, connection) for field, value in zip(fields, same.values(), strict=False)]
    known: dict[tuple, object] = {}

    def prepared(at: int, value):
        place = (at, value)
        if place not in known:
            known[place] = varying[at].get_db_prep_save(value, connection)
        return known[place]

    varying = fields[len(same) :]
    values = [[*shared, *(prepared(at, value) for at, value in enumerate(row))] for row in rows]
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})"
    places = f"({', '.join(['%s'] * len(fields))})"
    size = min(ROWS_A_STATEMENT, (connection.features.max_query_params or 65_535) // len(fields))
    with connection.cursor() as cursor:
        for start in range(0, len(values), size):
            part = values[start : start + size]
            # Only names of our own models are put together here.
            statement = f"INSERT INTO {into} VALUES {', '.join([places] * len(part))} ON CONFLICT DO NOTHING"  # noqa: S608
            cursor.execute(statement, [value for row in part for value in row])
