"""Very many alike rows at once. Making an object for each row and preparing each of its values would be most of the work."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import connection, connections
from django.db.models import Field, Model, UUIDField

ROWS_A_STATEMENT = 500


def update_alike(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Save the fields `names` of `rows` of one model: one statement for all that now hold the same values, not one for each row."""
    alike = defaultdict(list)
    for row in rows:
        alike[tuple(getattr(row, name) for name in names)].append(row)
    for values, same in alike.items():
        model = type(same[0])
        model.objects.filter(pk__in=[row.pk for row in same]).update(**dict(zip(names, values, strict=True)))


def insert_new(model: type[Model], *, same: dict, names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert a row for each of `rows`, leaving out those that a unique key knows already.

    `same`: the values that all rows share, by field name; `names`: the fields of `rows`, in their order. Together they must name every
    column of the table. Values are as a model instance holds them; equal values of one field are prepared once.
    """
    fields = [model._meta.get_field(name) for name in (*same, *names)]
    missing = {field.name for field in model._meta.local_concrete_fields} - {field.name for field in fields}
    if missing:
        raise ValueError(f"no value for {', '.join(sorted(missing))}")
    # Nothing is a word of the statement, not a value to be handed over with every row; and the real connection, not the proxy that looks
    # it up anew at each of a million touches.
    real = connections[connection.alias]
    words = ["NULL" if value is None else "%s" for value in same.values()]
    shared = [field.get_db_prep_save(value, real) for field, value in zip(fields, same.values(), strict=False) if value is not None]
    prepared = zip(_preparers(fields[len(same) :], real), zip(*rows, strict=True), strict=False)
    columns = [[prepare(value) for value in column] for prepare, column in prepared]
    values = [[*shared, *row] for row in zip(*columns, strict=True)]
    quote = real.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})"
    places = f"({', '.join(words + ['%s'] * len(names))})"
    size = min(ROWS_A_STATEMENT, (real.features.max_query_params or 65_535) // len(fields))
    with connection.cursor() as cursor:
        for start in range(0, len(values), size):
            part = values[start : start + size]
            # Only names of our own models are put together here.
            statement = f"INSERT INTO {into} VALUES {', '.join([places] * len(part))} ON CONFLICT DO NOTHING"  # noqa: S608
            cursor.execute(statement, [value for row in part for value in row])


def _preparers(fields: Sequence[Field], real) -> list[Callable]:
    """How the values of each field are made ready for the database: identifiers, of which no two are alike, at once; others once each."""
    return [
        _identifier(real) if isinstance(getattr(field, "target_field", field), UUIDField) else _remembering(field, real) for field in fields
    ]


def _identifier(real) -> Callable:
    if real.features.has_native_uuid_field:
        return lambda value: value
    return lambda value: value.hex if value is not None else None


def _remembering(field: Field, real) -> Callable:
    known: dict = {}

    def prepare(value):
        if value not in known:
            known[value] = field.get_db_prep_save(value, real)
        return known[value]

    return prepare
