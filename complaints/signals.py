"""What happened to a report, for those above who must know. Receivers write in the sender's transaction."""

from django.dispatch import Signal

# The reporter confirmed the record of a talk, or corrected it. Arguments: statement, corrected (bool), now.
talk_confirmed = Signal()

# People may not handle a complaint any more: excluded, conflicted, or an objection was upheld.
# Arguments: complaint (the locked row), users (account ids), employees (directory ids, if any), now. Sent inside the transaction that ends
# their seats, before its record is written, so that whoever listens can end what follows from those seats.
seats_lost = Signal()
