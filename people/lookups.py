"""Lookups of our own."""

import json

from django.db.models import Lookup


class Among(Lookup):
    """`filter(Among(F("name_key"), values))`: like `IN`, with all values in one parameter, so that thousands of texts are no burden."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs)]  # noqa: S608 (a column's name)

    def as_postgresql(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        # One text instead of a list: psycopg2 would put quotation marks around each value. An array, so that an index is used.
        return f"{left} = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))", [*params, json.dumps(self.rhs)]
