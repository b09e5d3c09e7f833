"""Rows of handling and investigating. Words of people are only ever in `*_sealed` columns."""

from investigations.models.after import (
    AftercareCheck,
    DetrimentKind,
    InformalResolution,
    Objection,
    Referral,
    ReferralBasis,
    RepeatMark,
    WatchConsent,
    WatchEntry,
)
from investigations.models.casework import CasePerson, Note, PersonKind, Task
from investigations.models.decision import Appeal, AppealResult, AppealSide, Decision, DecisionItem, ItemKind, PanelVote, Release
from investigations.models.evidence import CustodyEntry, CustodyKind, Derivation, Evidence
from investigations.models.findings import Allegation, Bearing, Bears, Finding, Rendering, Report, Result
from investigations.models.interviews import Confirmation, Interview
from investigations.models.investigation import (
    Investigation,
    InvestigationState,
    JoinedCase,
    PlanItem,
    PlanKind,
    PreservationOutcome,
    PreservationRequest,
    RecordKind,
)
from investigations.models.parties import DocumentKind, Party, PartyDocument, PartyFile, PartySide
from investigations.models.triage import ConflictDeclaration, Triage

__all__ = [
    "AftercareCheck",
    "Allegation",
    "Appeal",
    "AppealResult",
    "AppealSide",
    "Bearing",
    "Bears",
    "CasePerson",
    "Confirmation",
    "ConflictDeclaration",
    "CustodyEntry",
    "CustodyKind",
    "Decision",
    "DecisionItem",
    "Derivation",
    "DetrimentKind",
    "DocumentKind",
    "Evidence",
    "Finding",
    "InformalResolution",
    "Interview",
    "Investigation",
    "InvestigationState",
    "ItemKind",
    "JoinedCase",
    "Note",
    "Objection",
    "PanelVote",
    "Party",
    "PartyDocument",
    "PartyFile",
    "PartySide",
    "PersonKind",
    "PlanItem",
    "PlanKind",
    "PreservationOutcome",
    "PreservationRequest",
    "RecordKind",
    "Referral",
    "ReferralBasis",
    "Release",
    "Rendering",
    "RepeatMark",
    "Report",
    "Result",
    "Task",
    "Triage",
    "WatchConsent",
    "WatchEntry",
]
