"""What can be recorded. Values are stored for ever: add lines, never change or reuse one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# An action that begins so is an access: the reporter is shown it under "who has opened your report".
ACCESS_PREFIXES = ("opened_", "exported_", "printed_", "revealed_")


class Action(models.TextChoices):
    # The report
    FILED = "filed", _("Report received")
    KEPT_PRIVATE = "kept_private", _("Report kept private")
    SENT_FROM_PRIVATE = "sent_from_private", _("Private report sent")
    CODE_CHANGED = "code_changed", _("Code changed")
    CODE_SLIP_ISSUED = "code_slip_issued", _("Code slip handed over")
    CONFIRMED_BY_REPORTER = "confirmed_by_reporter", _("Written record confirmed by the reporter")
    ADDED_SOMETHING = "added_something", _("Something added by the reporter")
    REPORTER_WROTE = "reporter_wrote", _("Message from the reporter")
    WROTE_TO_REPORTER = "wrote_to_reporter", _("Message to the reporter")
    QUESTION_DECLINED = "question_declined", _("Question not answered by choice")
    WITHDRAWN = "withdrawn", _("Withdrawn by the reporter")
    PAUSED = "paused", _("Paused by the reporter")
    WITHDRAWAL_ASKED = "withdrawal_asked", _("Withdrawal or pause asked for")
    WITHDRAWAL_ANSWERED = "withdrawal_answered", _("Withdrawal or pause answered")
    RESUMED = "resumed", _("Resumed by the reporter")
    RETALIATION_REPORTED = "retaliation_reported", _("Retaliation reported")
    RETALIATION_ANSWERED = "retaliation_answered", _("Retaliation report answered")
    REVIEW_ASKED = "review_asked", _("Review asked for")
    IDENTITY_GIVEN = "identity_given", _("Name given later")

    # Who may see it
    SEATED = "seated", _("Access given")
    UNSEATED = "unseated", _("Access ended")
    EXCLUDED_SOMEBODY = "excluded_somebody", _("Somebody excluded by the reporter")
    NAME_SETTLED = "name_settled", _("Name in the report looked up in the directory")
    CONFLICT_DECLARED = "conflict_declared", _("Conflict of interest declared")
    NO_CONFLICT_DECLARED = "no_conflict_declared", _("Declared free of conflict")
    STEPPED_BACK = "stepped_back", _("Stepped back from the case")
    HANDED_OVER = "handed_over", _("Handed over")
    ACCESS_RESTORED = "access_restored", _("Access restored after a new vault key")

    # Accesses
    OPENED_REPORT = "opened_report", _("Opened the report")
    OPENED_MESSAGES = "opened_messages", _("Opened the messages")
    OPENED_ESCALATION = "opened_escalation", _("Opened what was addressed to oversight")
    OPENED_FILE = "opened_file", _("Opened a file")
    OPENED_NOTES = "opened_notes", _("Opened the case notes")
    OPENED_WISHES = "opened_wishes", _("Opened the wishes for protection")
    OPENED_EXCLUSIONS = "opened_exclusions", _("Opened the list of excluded people")
    EXPORTED_CASE = "exported_case", _("Exported the case")
    EXPORTED_FILE = "exported_file", _("Downloaded an original file")
    PRINTED_CASE = "printed_case", _("Printed the case")
    REVEALED_IDENTITY = "revealed_identity", _("Saw the reporter’s name")

    # Handling
    STATUS_MOVED = "status_moved", _("Status changed")
    ACKNOWLEDGED = "acknowledged", _("Receipt confirmed to the reporter")
    TRIAGED = "triaged", _("First assessment recorded")
    DEADLINE_SET = "deadline_set", _("Deadline set")
    DEADLINE_EXTENDED = "deadline_extended", _("Deadline extended")
    DEADLINE_MET = "deadline_met", _("Deadline kept")
    DEADLINE_MISSED = "deadline_missed", _("Deadline missed")
    LATE_REASON_GIVEN = "late_reason_given", _("Reason for lateness given")
    REMINDED = "reminded", _("Reminder sent")
    ESCALATED = "escalated", _("Passed to the next level")
    OVERSIGHT_TOLD = "oversight_told", _("Oversight told")
    EXTENSION_REFUSED = "extension_refused", _("Extension refused by oversight")
    CALLED_IN = "called_in", _("Handing over asked for by oversight")
    REPORTER_ESCALATED = "reporter_escalated", _("Passed to oversight by the reporter")
    OVERSIGHT_ASKED = "oversight_asked", _("Oversight asked")
    OVERSIGHT_ANSWERED = "oversight_answered", _("Oversight answered")
    PROTECTION_REQUESTED = "protection_requested", _("Protection asked for")
    PROTECTION_ANSWERED = "protection_answered", _("Protection request answered")
    PROTECTION_NOT_WORKING = "protection_not_working", _("Protection reported as not working")
    MEASURE_DECIDED = "measure_decided", _("Protective measure decided")
    MEASURE_CONSENT = "measure_consent", _("Consent to a measure")
    MEASURE_REVIEWED = "measure_reviewed", _("Measure reviewed")
    MEASURE_ENDED = "measure_ended", _("Measure ended")
    NOTE_WRITTEN = "note_written", _("Case note written")
    WAY_DECIDED = "way_decided", _("Way of handling decided")
    SEARCHED = "searched", _("Searched own cases")
    TASK_SAVED = "task_saved", _("Task saved")
    PERSON_SAVED = "person_saved", _("Person in the case saved")
    CALL_RECORDED = "call_recorded", _("Call, letter or talk recorded")
    FILE_CHECKED = "file_checked", _("File checked for viruses")
    DISPOSED = "disposed", _("Content destroyed at the end of its retention")

    # Policy and calendars
    POLICY_DRAFTED = "policy_drafted", _("Policy drafted")
    POLICY_EDITED = "policy_edited", _("Policy edited")
    POLICY_MOVED = "policy_moved", _("Policy moved on")
    POLICY_PUBLISHED = "policy_published", _("Policy published")
    POLICY_COMMENTED = "policy_commented", _("Comment on a policy")
    POLICY_COMMENT_SETTLED = "policy_comment_settled", _("Comment on a policy dealt with")
    POSTER_HUNG = "poster_hung", _("Poster put up")
    POSTER_CHECKED = "poster_checked", _("Poster looked at")
    POSTER_REMOVED = "poster_removed", _("Poster taken down")
    CALENDAR_SEEDED = "calendar_seeded", _("Calendar filled from the holiday list")
    CALENDAR_IMPORTED = "calendar_imported", _("Calendar imported")

    CALENDAR_HOURS_SET = "calendar_hours_set", _("Working week or office hours changed")
    CALENDAR_CONFIRMED = "calendar_confirmed", _("Year of a calendar confirmed")

    # People and keys
    ACCOUNT_CREATED = "account_created", _("Account created")
    ACCOUNT_CLOSED = "account_closed", _("Account closed")
    ACCOUNT_OPENED = "account_opened", _("Account opened again")
    ROLE_GRANTED = "role_granted", _("Role granted")
    ROLE_ENDED = "role_ended", _("Role ended")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Second factor added")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Second factor removed")
    DIRECTORY_IMPORTED = "directory_imported", _("Directory imported")
    ORGANISATION_SAVED = "organisation_saved", _("Organisation saved")
    VAULT_KEYS_MADE = "vault_keys_made", _("Vault key made")
    VAULT_KEYS_REPLACED = "vault_keys_replaced", _("Vault key replaced")
    VAULT_PASSPHRASE_CHANGED = "vault_passphrase_changed", _("Vault passphrase changed")
    VAULT_UNLOCKED = "vault_unlocked", _("Vault unlocked")
    RECOVERY_KEY_MADE = "recovery_key_made", _("Recovery key made")
    RECOVERY_KEY_USED = "recovery_key_used", _("Recovery key used")


# The recovery key lets somebody in: the reporter sees whom, beside the openings.
ACCESSES = tuple(action.value for action in Action if action.value.startswith(ACCESS_PREFIXES) or action == Action.RECOVERY_KEY_USED)
