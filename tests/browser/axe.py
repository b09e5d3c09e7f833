"""axe-core in a Playwright page.

Injected with `page.evaluate`: a script tag would be refused by the Content-Security-Policy of every page.
"""

from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page, within: str | None = None) -> list[str]:
    """Return one line per violation on the page shown: rule, impact, what to do, and the elements concerned.

    `within`: a CSS selector to look inside of; the whole document without it. Covers WCAG 2.0 to 2.2, A and AA, and best practice.
    """
    page.wait_for_load_state()
    page.evaluate(_source())
    found = page.evaluate(
        "([within, tags]) => axe.run(within || document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        [within, RULES],
    )
    return [_line(violation) for violation in found["violations"]]


def _line(violation: dict) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    detail = violation["nodes"][0].get("failureSummary", "").replace("\n", " ")
    return f"{violation['id']} ({violation['impact']}): {violation['help']} [{places}] {detail}"
