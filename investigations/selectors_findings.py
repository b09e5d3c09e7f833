"""Reads around allegations, findings and reports. Nothing here opens anything."""

from uuid import UUID

from django.db.models import Max, Q

from complaints.models import Complaint, Seat
from complaints.selectors import with_policies
from investigations.models import (
    Allegation,
    Bears,
    CasePerson,
    Evidence,
    Finding,
    Interview,
    Investigation,
    InvestigationState,
    Party,
    PartyDocument,
    PartySide,
    PersonKind,
    Report,
)
from policy.parts import BodyPart, Content
from policy.selectors import content_of, version_by_id


def investigation_of(complaint: Complaint) -> Investigation | None:
    """The investigation that `complaint` leads."""
    found = Investigation.objects.filter(lead_id=complaint.pk).first()
    if found:
        found.lead = complaint
    return found


def is_reported(investigation: Investigation) -> bool:
    """Findings are final from here on."""
    return investigation.state == InvestigationState.REPORTED


def complaints_of(investigation: Investigation) -> list[Complaint]:
    """The lead and every joined complaint, the lead first."""
    parts = ("statement_compartment", "file_compartment", "oversight_compartment")
    found = Complaint.objects.filter(Q(pk=investigation.lead_id) | Q(joined_to__investigation=investigation)).select_related(*parts)
    return sorted(with_policies(found.distinct()), key=lambda each: (each.pk != investigation.lead_id, each.received_at, each.ref))


def policy_of(complaint: Complaint) -> Content:
    """What the policy that the complaint is pinned to says."""
    version = version_by_id(complaint.policy_version_id)
    return content_of(version) if version else Content()


def body_of(complaint: Complaint) -> BodyPart:
    return policy_of(complaint).body


def allegations_of(investigation: Investigation, *, dropped: bool = True) -> list[Allegation]:
    found = Allegation.objects.filter(investigation=investigation).select_related("respondent", "changed_by", "finding__changed_by")
    found = found.select_related("finding").prefetch_related("complaints")
    return list(found if dropped else found.filter(dropped_at__isnull=True))


def allegation_of(investigation: Investigation, allegation_id: UUID) -> Allegation:
    """Raises Allegation.DoesNotExist."""
    found = Allegation.objects.select_related("respondent", "changed_by", "investigation").prefetch_related("complaints")
    return found.get(investigation=investigation, pk=allegation_id)


def next_number(model, investigation: Investigation) -> int:
    """The number of the next row of `model`; asked for while the lead complaint is locked."""
    return (model.objects.filter(investigation=investigation).aggregate(most=Max("number"))["most"] or 0) + 1


def bears_of(investigation: Investigation) -> list[Bears]:
    rows = Bears.objects.filter(allegation__investigation=investigation).select_related("evidence", "interview__person", "by")
    return list(rows.order_by("bearing", "at"))


def bears_row(allegation: Allegation, bears_id: UUID) -> Bears:
    """Raises Bears.DoesNotExist."""
    return Bears.objects.select_related("evidence", "interview", "by", "allegation").get(allegation=allegation, pk=bears_id)


def evidence_of(investigation: Investigation) -> list[Evidence]:
    return list(Evidence.objects.filter(investigation=investigation).order_by("number"))


def interviews_of(investigation: Investigation) -> list[Interview]:
    return list(Interview.objects.filter(investigation=investigation).select_related("person", "interviewer"))


def talks_not_held(investigation: Investigation) -> bool:
    """Whether a planned talk is still to be held, or nobody was heard at all."""
    planned = Interview.objects.filter(investigation=investigation, cancelled_at__isnull=True)
    return planned.filter(held_at__isnull=True).exists() or not planned.exists()


def finding_of(allegation: Allegation) -> Finding | None:
    return Finding.objects.select_related("changed_by", "allegation").filter(allegation=allegation).first()


def findings_of(investigation: Investigation) -> dict[UUID, Finding]:
    """By the id of the allegation."""
    rows = Finding.objects.filter(allegation__investigation=investigation).select_related("changed_by", "made_by")
    return {row.allegation_id: row for row in rows}


def authors_of_findings(investigation: Investigation) -> set[int]:
    """Who wrote or changed a finding: none of them is the second pair of eyes."""
    rows = Finding.objects.filter(allegation__investigation=investigation).values_list("made_by_id", "changed_by_id")
    return {user for row in rows for user in row}


def reports_of(investigation: Investigation) -> list[Report]:
    return list(Report.objects.filter(investigation=investigation).select_related("made_by").order_by("-number"))


def report_of(investigation: Investigation, report_id: UUID) -> Report:
    """Raises Report.DoesNotExist."""
    return Report.objects.select_related("made_by").get(investigation=investigation, pk=report_id)


def newest_report(investigation: Investigation, rendering: str, language: str) -> Report | None:
    rows = Report.objects.filter(investigation=investigation, rendering=rendering, language=language)
    return rows.select_related("made_by").order_by("-number").first()


def final_report(investigation: Investigation, rendering: str) -> Report | None:
    rows = Report.objects.filter(investigation=investigation, rendering=rendering, final=True)
    return rows.order_by("-number").first()


def respondents_of(complaint: Complaint) -> list[CasePerson]:
    return list(CasePerson.objects.filter(complaint=complaint, kind=PersonKind.RESPONDENT))


def respondent_parties(investigation: Investigation) -> list[Party]:
    """The respondents who come in by code, in the order of their numbers."""
    rows = Party.objects.filter(investigation=investigation, side=PartySide.RESPONDENT, revoked_at__isnull=True)
    return list(rows.select_related("person", "compartment").order_by("number"))


def papers_of(party: Party, kind: str) -> list[PartyDocument]:
    return list(PartyDocument.objects.filter(party=party, kind=kind).order_by("at"))


def team_ever(complaints: list[Complaint], roles) -> set[int]:
    """Ids of everybody who ever had one of these seats in one of the complaints."""
    return set(Seat.objects.filter(complaint__in=complaints, role__in=roles).values_list("user_id", flat=True))
