"""Queries whose SQL is put together once a process: Django spends more time on writing a small query than a database on answering it.

For the few questions that every page of a case asks, and for nothing else: an ordinary queryset is easier to read.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

from django.db import connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Slot(Expression):
    """Where a value goes that is known only when the question is asked."""

    def __init__(self, name: str, output_field: Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def filled(self, value, connection):
        """The value as the database takes it. Raises ValueError for None: the SQL would have had to be `IS NULL`."""
        if value is None:
            raise ValueError(f"{self.name} is missing")
        return self.output_field.get_db_prep_value(value, connection, prepared=False)


@dataclass(frozen=True)
class _Compiled:
    queryset: QuerySet
    compiler: SQLCompiler
    sql: str
    params: tuple
    # How each column becomes a value of Python, by its place.
    converters: dict


class KeptQuery:
    """A question that is asked again and again with other values.

    `build` takes a slot for each of `slots` by name and returns a queryset in which they stand for values: `field=slot`, `field__lte=slot`,
    in subqueries too. What `build` returns must not depend on anything else. No `prefetch_related`: its second question isn't kept.
    """

    def __init__(self, build: Callable[..., QuerySet], **slots: Field):
        self._build = build
        self._slots = slots
        self._compiled: _Compiled | None = None

    def all(self, **values) -> list:
        """Every row, as the queryset would have given them. Raises TypeError for other slots than those it has, ValueError for None."""
        if values.keys() != self._slots.keys():
            raise TypeError(f"wanted {sorted(self._slots)}, not {sorted(values)}")
        kept = self._compiled or self._compile()
        connection = connections[kept.queryset.db]
        params = tuple(part.filled(values[part.name], connection) if isinstance(part, Slot) else part for part in kept.params)
        return list(_asked(kept, connection, params))

    def first(self, **values):
        """The first row, or None."""
        return next(iter(self.all(**values)), None)

    def _compile(self) -> _Compiled:
        queryset = self._build(**{name: Slot(name, field) for name, field in self._slots.items()})
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        # Not kept: it would stay open for as long as the process lives.
        compiler.connection = None
        # Two threads may both get here; what they keep is the same.
        self._compiled = _Compiled(queryset, compiler, sql, tuple(params), converters)
        return self._compiled


def _asked(kept: _Compiled, connection, params: tuple) -> QuerySet:
    """A queryset like the kept one whose compiler has already done its work."""
    compiler = copy(kept.compiler)
    # The connection is this thread's own.
    compiler.connection = connection
    compiler.as_sql = lambda: (kept.sql, params)
    compiler.get_converters = lambda columns: kept.converters
    query = copy(kept.queryset.query)
    query.get_compiler = lambda using=None, connection=None, elide_empty=True: compiler
    # Not `_chain()`: it clones the query with all its conditions, which is a good part of what is saved here.
    found = QuerySet.__new__(type(kept.queryset))
    found.__dict__.update(kept.queryset.__dict__)
    found._query, found._result_cache = query, None
    return found
