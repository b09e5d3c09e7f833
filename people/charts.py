"""Bars of a chart that the server draws (`components/bar_chart.html`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar. `percent`: 0 to 100, None where it may not be shown (a hatched stub then); `words`: what stands beside it."""

    label: str
    percent: int | None
    words: str
