"""What runs by itself, and how often (seconds). Running a task twice changes nothing; a lost one is made up by the next."""


def _every(seconds: int, task: str) -> dict:
    # A round that could not start before the next but one is due is not worth running late.
    return {"task": task, "schedule": float(seconds), "options": {"expires": max(seconds, 60)}}


BEAT = {
    "look-at-deadlines": _every(20, "complaints.tasks.look_at_deadlines"),
    "send-notices": _every(15, "notices.tasks.send_notices"),
    "count-dates-anew": _every(60, "complaints.tasks.count_dates_anew"),
    "look-at-campaigns": _every(20, "policy.tasks.look_at_campaigns"),
    "look-at-training": _every(60, "training.tasks.look_at_training"),
    "put-courses-in-place": _every(24 * 3600, "training.tasks.put_courses_in_place"),
    "erase-expired-drafts": _every(600, "complaints.tasks.erase_expired_drafts"),
    "close-leavers": _every(900, "complaints.tasks.close_leavers"),
    "end-seats-without-right": _every(900, "complaints.tasks.end_seats_without_right"),
    "warn-of-leaving": _every(3600, "complaints.tasks.warn_of_leaving"),
    "erase-private-reports": _every(3600, "complaints.tasks.erase_private_reports"),
    "keep-shipped-wording": _every(3600, "complaints.tasks.keep_shipped_wording"),
    "collect-leftovers": _every(3600, "complaints.tasks.collect_leftovers"),
    "try-exits": _every(600, "managing.tasks.try_exits"),
    "dispose-of-training": _every(3600, "oversight.tasks.dispose_of_training"),
    "tidy-up": _every(3600, "oversight.tasks.tidy_up"),
}
# What must not wait for the first round after a start.
AT_ONCE = ("look-at-deadlines", "send-notices", "put-courses-in-place")
