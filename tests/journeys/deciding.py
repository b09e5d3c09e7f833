"""From a report to a decision, its review and what is carried out, through the pages, with a canary in everything that can be typed."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from complaints.models import Complaint, ProtectionRequest, Seat
from investigations.models import (
    Allegation,
    Appeal,
    CasePerson,
    DecisionItem,
    Evidence,
    Objection,
    Party,
    PartyDocument,
)
from investigations.selectors_findings import policy_of
from investigations.services import objections
from tests.journeys import telling
from tests.journeys.telling import Teller, answers, attachment, code_on, say


def later(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@dataclass
class Desk:
    """Everybody's browser on one case. `handler`, `decider`, `overseer`: people of the cast."""

    complaint: Complaint
    code: str
    reporter: Teller
    handler: object
    team: Teller
    respondent: Teller | None = None
    codes: list[str] = field(default_factory=list)

    @property
    def at(self) -> str:
        return f"/c/{self.complaint.ref}/"

    @property
    def deciding(self) -> str:
        return f"/d/{self.complaint.ref}/"

    @property
    def overseen(self) -> str:
        return f"/o/c/{self.complaint.ref}/"

    @property
    def state(self) -> str:
        return Complaint.objects.get(pk=self.complaint.pk).state

    @property
    def version(self) -> int:
        return Complaint.objects.get(pk=self.complaint.pk).row_version


def told(officers, handler) -> Desk:
    """A report with a wish for protection, triaged by whoever of `officers` sits in it, and looked into by `handler`."""
    reporter = Teller()
    reporter.send("/r/private/", 303, device="own", go="next")
    reporter.send("/r/1/", 303, story=say("story"), go="next")
    reporter.send("/r/12/", 303, go="next", **answers("12"))
    code = telling.file_report(reporter)
    complaint = Complaint.objects.latest("received_at")
    officer = next(person for person in officers if complaint.seats.filter(user=person.user, until=None).exists())
    intake = telling.sign_in(officer)
    assert ProtectionRequest.objects.filter(complaint=complaint).exists()
    telling.triage(intake, complaint, handler)
    team = telling.sign_in(handler)
    desk = Desk(complaint, code, telling.enter(code, mistyped=False), handler, team)
    team.send(f"{desk.at}conflict/", 302, conflict="no")
    team.send(f"{desk.at}take-on/", 302)
    team.send(f"{desk.at}way/", 302, way="investigate", reason=say("way"), promised_date=later(30), version=desk.version)
    return desk


def object_to_handler(desk: Desk, overseer: Teller) -> None:
    """The reporter objects, the handler's access rests, oversight says that they are free to."""
    seat = Seat.objects.get(complaint=desk.complaint, role="handler", until=None)
    desk.reporter.send("/f/who/", 200, who=objections.mark_of(seat), text=" ")
    desk.reporter.send("/f/who/", 302, who=objections.mark_of(seat), text=say("objection"), once="o1")
    assert desk.team.get(desk.at).status_code == 404
    row = Objection.objects.get(complaint=desk.complaint)
    overseer.send(f"{desk.overseen}objection/{row.pk}/", 302, upheld="no", text=say("objection answered"))
    assert desk.team.get(desk.at).status_code == 200


def hear(desk: Desk) -> None:
    """A respondent and a witness with codes; what they answer, files and talks included."""
    (desk.respondent, _witness), desk.codes = telling.hear(desk.team, desk.complaint)


def try_informally(desk: Desk) -> None:
    """The reporter asks, the handler writes terms, the respondent reads them and leaves."""
    desk.reporter.send("/f/way/", 302, text=say("informal wish"), once="i1")
    desk.team.send(f"{desk.at}informal/terms/", 200, text=say("a bonus"), no_money="on", version=1)
    desk.team.send(f"{desk.at}informal/terms/", 302, text=say("terms"), no_money="on", version=1)
    party = Party.objects.get(investigation__lead=desk.complaint, side="respondent")
    desk.team.send(f"{desk.at}informal/put/", 302, party=party.pk)
    assert desk.respondent.get("/s/way/yes/").status_code == 200
    desk.respondent.send("/s/way/leave/", 302)
    assert desk.state == "in_investigation"


def refer(desk: Desk) -> None:
    words = {name: say(f"referral {name}") for name in ("whom", "what_was_passed_on", "basis_words", "accompanied_by", "outcome")}
    desk.team.send(f"{desk.at}referrals/add/", 200, kind="police", basis="duty", consent_on=say("no date"), once="f1", **words)
    desk.team.send(f"{desk.at}referrals/add/", 302, kind="police", basis="duty", once="f1", **words)


def gather(desk: Desk) -> None:
    described = {name: say(f"evidence {name}") for name in ("name", "given_by", "method", "about", "content_note")}
    desk.team.send(f"{desk.at}evidence/add/upload/", 302, day=later(-1), once="e1", file=attachment("evidence"), **described)


def establish(desk: Desk, reader) -> None:
    """An allegation, what bears on it, a finding, a second reader, comments of both sides, two reports; then it is final."""
    at, team = desk.at, desk.team
    person = CasePerson.objects.filter(complaint=desk.complaint, kind="respondent").latest("added_at")
    words = {name: say(f"allegation {name}") for name in ("text", "when", "where")} | {"sources": say("story")}
    chosen = {"person": person.pk, "conduct": policy_of(desk.complaint).conduct[0].code, "gravity": "serious"}
    team.send(f"{at}allegations/add/", 200, **words | chosen | {"gravity": say("no gravity")})
    team.send(f"{at}allegations/add/", 302, once="a1", **words, **chosen)
    row = Allegation.objects.get(investigation__lead=desk.complaint)
    team.send(f"{at}allegations/{row.pk}/", 409, version=7, **words, **chosen)
    item = Evidence.objects.filter(investigation__lead=desk.complaint).first()
    team.send(f"{at}allegations/{row.pk}/bears/", 302, source=f"e:{item.pk}", bearing="for", note=say("bears"))
    finding = {name: say(f"finding {name}") for name in ("for_text", "against", "weight", "reasons", "recommendation", "early_reason")}
    team.send(f"{at}findings/{row.pk}/", 200, result=say("no result"), version=0, **finding)
    team.send(f"{at}findings/{row.pk}/", 302, result="substantiated", version=0, **finding)
    team.send(f"{at}findings/reader/", 302, to=reader.user.pk)
    second = telling.sign_in(reader)
    second.send(f"{at}conflict/", 302, conflict="no")
    second.send(f"{at}findings/second/", 302)
    team.send(f"{at}findings/comments/", 302, to0=say("findings shown"), to1=say("findings shown"), why_not=say("not shown"), once="c1")
    desk.reporter.send("/f/comment/", 302, text=say("comment of the reporter"), once="c2")
    desk.respondent.send("/s/comment/", 302, text=say("comment of the respondent"), once="c3", file=attachment("comment file"))
    parts = {name: say(f"report {name}") for name in ("title", "about", "heard", "seen", "facts", "advice")}
    # Canaries are names here, which the version without identities may not hold.
    nobody = dict.fromkeys(parts, "What somebody did.")
    for rendering, texts in (("full", parts), ("identity_free", nobody)):
        team.send(f"{at}findings/report/{rendering}/en/", 302, go="save", after=0, final="on", once=rendering, **texts)
    team.send(f"{at}findings/report/identity_free/en/", 200, go="save", after=1, once="names", **parts)
    team.send(f"{at}findings/ready/", 302)
    assert desk.state == "findings_ready"


def call(desk: Desk, person) -> Teller:
    """Call somebody who took no part. Returns their browser, after they said that nothing stands in the way."""
    desk.team.send(f"{desk.at}decision/call/", 302, to=person.user.pk)
    browser = telling.sign_in(person)
    browser.send(f"{desk.deciding}conflict/", 302, conflict="no")
    assert browser.get(desk.at).status_code == 404, "none of the handler's pages"
    return browser


def decide(desk: Desk, decider: Teller, owner) -> None:
    """Words, a sanction outside the schedule with its reason, an action; then it is made and nobody knows yet."""
    at = desk.deciding
    words = {name: say(f"decision {name}") for name in ("heard", "outcome", "reasons", "now", "not_told")}
    decider.send(f"{at}write/", 302, heard_on=later(-1), version=0, **words)
    decider.send(f"{at}write/", (200, 409), heard_on=later(-1), version=7, **words)
    page = decider.get(f"{at}add/sanction/?for=1").content.decode()
    codes = re.findall(r'name="code" value="([^"]+)"', page)
    item = {"code": codes[-1], "text": say("sanction"), "to": owner.user.pk, "due_date": later(5), "later_reason": say("later")}
    decider.send(f"{at}add/sanction/?for=1", 200, once="s1", **item | {"outside_reason": ""})
    decider.send(f"{at}add/sanction/?for=1", 302, once="s1", outside_reason=say("outside"), **item)
    action = {"text": say("action"), "to": owner.user.pk, "due_date": later(5), "later_reason": ""}
    decider.send(f"{at}add/action/", 302, once="s2", **action)
    page = decider.get(f"{at}make/").content.decode()
    decider.send(f"{at}make/", 302, version=re.search(r'name="version" value="(\d+)"', page)[1])
    assert desk.reporter.get("/f/decision/").status_code == 404, "not told yet, and not hinted"


def tell(desk: Desk, decider: Teller) -> None:
    """The letters: the reporter's first."""
    at = f"{desk.deciding}letters/"
    party = Party.objects.get(investigation__lead=desk.complaint, side="respondent")
    letter = {name: say(f"letter {name}") for name in ("answer", "finding0", "reasons0", "now", "not_told", "support")}
    decider.send(f"{at}to/{desk.complaint.ref}/", 302, version=0, **letter)
    version = re.search(r'name="version" value="(\d+)"', decider.get(f"{at}for/{party.pk}/").content.decode())[1]
    decider.send(f"{at}for/{party.pk}/", 302, version=version, text=say("letter to the respondent"))
    decider.send(f"{desk.deciding}release/", 302, to="respondents")
    assert not PartyDocument.objects.filter(party=party, kind="outcome").exists(), "not before the reporter"
    decider.send(f"{desk.deciding}release/", 302, to="reporters")
    assert telling.LATIN in desk.reporter.get("/f/decision/").content.decode()
    decider.send(f"{desk.deciding}release/", 302, to="respondents")
    assert telling.LATIN in desk.respondent.get("/s/home/").content.decode() and desk.state == "decided"


def ask_for_review(desk: Desk, side: str) -> None:
    if side == "reporter":
        desk.reporter.send("/f/review/", 302, reasons=["procedure"], text=say("review"), file=attachment("review file"))
    else:
        desk.respondent.send("/s/review/", 302, text=say("review of the respondent"), once="v1", file=attachment("review file"))


def review(desk: Desk, overseer: Teller, reviewer, browser: Teller, side: str) -> None:
    """Oversight gives the review of `side` to somebody who took no part; they say that the decision stands."""
    overseer.get(f"{desk.overseen}reviews/")
    row = Appeal.objects.get(complaint=desk.complaint, side=side)
    overseer.send(f"{desk.overseen}reviews/{row.pk}/", 302, do="give", **{f"r{row.pk.hex[:8]}-to": reviewer.user.pk})
    assert desk.state == "appealed"
    path = f"{desk.deciding}review/{row.pk}/"
    assert telling.LATIN in browser.get(path).content.decode()
    browser.send(path, 200, result="upheld", text=" ")
    browser.send(path, 302, result="upheld", text=say("review answered"), once="v2")
    assert desk.state == "decided"


def carry_out(desk: Desk) -> None:
    for item in DecisionItem.objects.filter(decision__investigation__lead=desk.complaint):
        desk.team.send(f"{desk.at}decision/items/{item.pk}/", 302, text=say("proof"), version=item.row_version)


def another_code(desk: Desk) -> str:
    """The reporter's new code."""
    new = code_on(desk.reporter.send("/f/code/", 200, once="t1"))
    desk.reporter.send("/f/code/", 302, once="t1", go="switch")
    return new
