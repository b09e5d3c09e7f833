"""What the writer saw, kept in the page: two people who change one promised date at the same time never overwrite each other unseen."""

from django import forms


class SeenForm(forms.Form):
    """About one promised date. `count`: how often it has changed when the page is made (`extensions.change_count`)."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, count: int, **kwargs):
        super().__init__(*args, initial={"seen": count}, **kwargs)

    @property
    def seen_changes(self) -> int:
        """How many changes the writer saw; a page that does not say so has shown none."""
        return self.cleaned_data.get("seen") or 0

    def show(self, count: int) -> None:
        """Keep what was typed; the page shows all `count` changes now, so the next sending knows of them."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(count)
