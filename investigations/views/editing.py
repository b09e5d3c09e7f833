"""What the forms of a case share: the page around a form, and the comparison when a colleague was faster."""

from django.shortcuts import render
from django.urls import reverse

from investigations.services.changed import SavedMeanwhile
from investigations.views.frame import frame


def form_page(request, case, form, title, *, back: str, button, template: str = "case/form.html", back_url: str = "", **more):
    """A page with one form. `back`: under which link it lies; `back_url`: where “Go back” leads, when not there."""
    context = frame(
        case,
        part_of=back,
        form=form,
        page_heading=title,
        back_url=back_url or reverse(f"case:{back}", args=[case.ref]),
        button=button,
        **more,
    )
    return render(request, template, context)


def compare_page(request, case, form, error: SavedMeanwhile, *, back: str, mine: dict, labels: dict, go: str = ""):
    """Show both versions side by side. Pressing save again saves mine on top of what is stored now, knowingly."""
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = str(error.row.row_version)
    rows = [
        {
            "label": labels[name],
            "stored": error.stored.get(name, ""),
            "mine": mine.get(name, ""),
            "differs": str(error.stored.get(name, "")) != str(mine.get(name, "")),
        }
        for name in labels
    ]
    context = frame(
        case,
        part_of=back,
        form=form,
        rows=rows,
        who=error.row.changed_by.display_name,
        minutes=max(1, round((case.now - error.row.changed_at).total_seconds() / 60)),
        back_url=reverse(f"case:{back}", args=[case.ref]),
        go=go,
    )
    return render(request, "case/compare.html", context, status=409)


def labels_of(form) -> dict:
    """The labels of what was typed, by field name."""
    return {name: field.label for name, field in form.fields.items() if name != "version"}
