"""The code once more, before something that binds: an open page is not enough to agree with in somebody's name."""

from dataclasses import dataclass
from datetime import datetime

from complaints.views.followup import PURPOSE
from complaints.views.followup_base import client_address
from vault import throttle
from vault.codes import RECEIPT
from vault.keyring import Keyring
from vault.services.codes import find


@dataclass(frozen=True)
class Again:
    """`right`: it is the code of the page that is open here. `wait`: minutes until another try is taken, 0 when it was tried."""

    right: bool
    wait: int = 0


def ask_again(request, *, keyring: Keyring, label: str = RECEIPT, now: datetime) -> Again:
    """Whether the code in the form is the one behind `keyring`. Tries count together with those of coming in."""
    address = client_address(request)
    verdict = throttle.take_try(address=address, purpose=PURPOSE, now=now)
    if not verdict.allowed:
        return Again(False, verdict.wait_minutes)
    found = find(request.POST.get("code", ""), now=now, label=label)
    if found is None or found.keyholder.pk != keyring.keyholder_id:
        return Again(False)
    throttle.give_back(address=address, purpose=PURPOSE)
    return Again(True)
