"""Measurements of `docs/` quality bars. Ratios are taken within one run, because machines differ."""
