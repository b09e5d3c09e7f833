"""Charts that the server draws."""

from django import template

register = template.Library()


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(bars, headline: str, chart_id: str) -> dict:
    """Draw bars (`people.charts.Bar`) under a sentence that says what they show; a table with the same numbers belongs below it."""
    return {"bars": bars, "headline": headline, "id": chart_id}
