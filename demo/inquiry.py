"""An investigator's work on a demonstration report, step by step at moments in the past, as the pages would do it."""

import struct
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from complaints.models import Complaint, SeatRole
from complaints.services import messages, taking_on
from complaints.services.once import new_token
from demo.handling import Told, declare
from demo.people import Account
from investigations.models import CasePerson, Evidence, Interview, Investigation, Party, PartySide
from investigations.services import deciding, evidence, parties, party_side, people, reading, serving, talk_records, talks
from vault.keyring import Keyring
from vault.uploads import SealedUpload, sealed_upload


@dataclass
class Heard:
    """Somebody who was heard: their row, their party, their code and what it opens."""

    person: CasePerson
    party: Party
    code: str
    keyring: Keyring


@dataclass
class Inquiry:
    """One investigation in one investigator's hands. Every step says when."""

    told: Told
    handler: Account
    heard: list[Heard] = field(default_factory=list)

    @property
    def complaint(self) -> Complaint:
        return Complaint.objects.get(pk=self.told.complaint.pk)

    @property
    def investigation(self) -> Investigation:
        return Investigation.objects.get(lead=self.told.complaint)

    def by(self, now: datetime) -> dict:
        """What every service asks of whoever acts on a case."""
        return {
            "complaint": self.complaint,
            "keyring": self.handler.keyring,
            "by": self.handler.user,
            "role": SeatRole.HANDLER,
            "now": now,
        }

    def within(self, now: datetime) -> dict:
        """The same for services that take the investigation instead."""
        found = self.by(now)
        del found["complaint"]
        return found | {"investigation": self.investigation}

    def both(self, now: datetime) -> dict:
        return self.by(now) | {"investigation": self.investigation}

    def begin(self, *, why: str, at: datetime, promised_days: int = 20) -> None:
        """Declare, read, take the case on, and tell the reporter how it is looked into."""
        complaint = self.told.complaint
        declare(complaint, self.handler, SeatRole.HANDLER, at)
        taking_on.take_on(complaint=complaint, by=self.handler.user, now=at)
        reading.open_report(**self.by(at + timedelta(minutes=5)))
        decided = at + timedelta(days=1)
        promised = (decided + timedelta(days=promised_days)).date()
        options = {"token": new_token(), "version": self.complaint.row_version, "promised_date": promised}
        deciding.decide_way(way=deciding.Way.INVESTIGATE, reason=why, **options, **self.by(decided))

    def tell_reporter(self, text: str, at: datetime) -> None:
        messages.send_to_reporter(text=text, purpose="update", token=new_token(), **self.by(at))

    def invite(self, *, name: str, kind: str, language: str, at: datetime, note: str = "") -> Heard:
        """Put somebody among the people of the case and give them a code."""
        person = people.add_person(kind=kind, detail={"name": name, "note": note}, **self.by(at))
        party = parties.add_party(person_id=person.pk, language=language, third_party=False, **self.within(at))
        reach = self.within(at)
        del reach["investigation"]
        code = parties.invite(party=party, token=new_token(), replaces=None, expires_at=at + timedelta(days=180), **reach)
        found = Heard(person, party, code, party_side.enter(text=code, now=at).keyring)
        self.heard.append(found)
        return found

    def put_to(self, who: Heard, *, text: str, proof: str, at: datetime) -> None:
        """Tell a respondent what is said, or ask a witness."""
        reach = self.within(at)
        del reach["investigation"]
        party = Party.objects.select_related("compartment", "investigation").get(pk=who.party.pk)
        if party.side == PartySide.RESPONDENT:
            options = {"how": "handed", "proof": proof, "served_at": at - timedelta(hours=1), "reply_date": None}
            serving.serve(party=party, text=text, token=new_token(), **options, **reach)
        else:
            serving.write(party=party, text=text, kind="put_to", token=new_token(), **reach)

    def answer(self, who: Heard, *, text: str, at: datetime, kind: str = "answer", uploads=()) -> None:
        """They come in with their code, read, and write."""
        party, keys = party_side.own_keys(keyholder_id=who.keyring.keyholder_id, keyring=who.keyring)
        party_side.read(party=party, keys=keys, now=at)
        party_side.write(party=party, keyring=who.keyring, kind=kind, text=text, token=new_token(), now=at, uploads=uploads)

    def talk(
        self,
        who: Heard,
        *,
        at: datetime,
        said: str,
        present: str,
        guide: list[dict],
        place: str,
        confirm: str = "yes",
        correction: str = "",
    ) -> Interview:
        """Plan a talk, hold it, write it down, have it confirmed by code. `confirm`: yes, no (with `correction`), or "" for not yet."""
        words = {"place": place, "support_person": "", "language": who.party.language, "gender_wish": ""}
        planned = {"person_id": who.person.pk, "planned_at": at, "words": words, "guide": guide, "token": new_token()}
        row = talks.plan(**planned, **self.within(at - timedelta(days=2)))
        kept = {"talk_id": row.pk, "version": row.row_version, "held_at": at, "present": present, "text": said}
        row = talks.write_record(**kept, **self.within(at + timedelta(hours=2)))
        talk_records.send(talk_id=row.pk, token=new_token(), **self.within(at + timedelta(hours=3)))
        if confirm:
            self._confirm(who, row.pk, confirm, correction, at + timedelta(days=1))
        return Interview.objects.get(pk=row.pk)

    def _confirm(self, who: Heard, talk_id: UUID, choice: str, correction: str, at: datetime) -> None:
        party, _keys = party_side.own_keys(keyholder_id=who.keyring.keyholder_id, keyring=who.keyring)
        paper = Interview.objects.get(pk=talk_id).document_id
        party_side.confirm_record(
            party=party, keyring=who.keyring, document_id=paper, choice=choice, correction=correction, token=new_token(), now=at
        )

    def take_in(self, *, at: datetime, upload: SealedUpload | None = None, **detail: str) -> Evidence:
        """Take an original in, or note a thing that is kept elsewhere."""
        return evidence.take_in(detail=detail, obtained_at=at - timedelta(hours=2), token=new_token(), upload=upload, **self.both(at))

    def copy_of(self, item: Evidence, *, derivation: str, text: str, at: datetime, **detail: str) -> Evidence:
        made = {"number": item.number, "derivation": derivation, "detail": detail, "text": text, "token": new_token()}
        return evidence.derive(**made, **self.both(at))


def screenshot(name: str) -> SealedUpload:
    """A picture that looks like a chat from far away: two sides, a few lines, no word and nobody's likeness."""
    return sealed_upload(name=name, content_type="image/png", chunks=[picture_bytes()])


def picture_bytes() -> bytes:
    """The PNG of `screenshot`."""
    return _png(_chat(360, 420), 360, 420)


def _chat(width: int, height: int) -> bytes:
    paper, left, right = bytes((236, 240, 239)), bytes((255, 255, 255)), bytes((149, 214, 178))
    rows = []
    for y in range(height):
        line, place = paper * width, y % 70
        if 14 <= place < 54:
            mine = (y // 70) % 3 == 1
            length = 120 + (y // 70) * 37 % 130
            at = width - 24 - length if mine else 24
            line = paper * at + (right if mine else left) * length + paper * (width - at - length)
        rows.append(b"\0" + line)
    return b"".join(rows)


def _png(rows: bytes, width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def document(name: str, text: str) -> SealedUpload:
    return sealed_upload(name=name, content_type="text/plain", chunks=[text.encode()])
