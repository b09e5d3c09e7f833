"""What apps above may want to know of: open deadlines must be dated anew when a calendar changes."""

from django.dispatch import Signal

# Sent inside the transaction that changed it, with `calendar` (SiteCalendar) and `now`.
calendar_changed = Signal()
