"""A report that is not filed yet, sealed under the draft's own secret."""

from django.db import models

from complaints.models.sealed import SealedRow


class Draft(SealedRow):
    """Answers and files before sending.

    The draft secret (32 random bytes) lives sealed in the visitor's draft session and, once a code was shown, in `resume_box`,
    which only the code opens. The receipt code itself is derived from the draft secret (`vault.md` section 4).
    """

    answers_sealed = models.BinaryField()
    code_lookup = models.BinaryField(max_length=32, null=True, unique=True)
    resume_box = models.BinaryField(null=True)
    # Only a draft whose code was shown survives "Leave this site".
    code_issued_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    filed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["filed_at", "expires_at"], name="draft_expiry")]
