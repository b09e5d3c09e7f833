"""The handler's list with a thousand and with a hundred thousand complaints the handler may see."""

from bench.rows import many_complaints
from bench.world import Result, make_cast, median, p95, signed_in, timed
from tests.factories.cast import NOW
from tests.factories.filing import file_story

RUNS = 60


def main(quick: bool = False) -> list[Result]:
    small, large = (200, 2_000) if quick else (1_000, 100_000)
    cast = make_cast()
    template = file_story(now=NOW).complaint
    client = signed_in(cast.officer)
    many_complaints(template, small, NOW)
    few = _measure(client)
    many_complaints(template, large - small, NOW, taken=small)
    many = _measure(client)
    return [
        Result(f"list p95 at {small:,}", p95(few), 60, "ms"),
        Result(f"list p95 at {large:,}", p95(many), 60 if not quick else None, "ms"),
        Result("median at the large number against the small one", median(many) / median(few), 1.2 if not quick else None, "x"),
    ]


def _measure(client) -> list[float]:
    def look():
        response = client.get("/w/cases/")
        assert response.status_code == 200, response.status_code

    timed(look, 5)
    return timed(look, RUNS)
