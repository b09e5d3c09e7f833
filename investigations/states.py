"""The steps of an investigation (`workflow.md` section 3). Its state and the complaint's meet only in services."""

from investigations.models.investigation import InvestigationState

_S = InvestigationState
# From each state, the states a declared step may lead to. Reported work is taken up again when a review sends it back.
STEPS: dict[str, frozenset[str]] = {
    _S.PLANNED: frozenset({_S.GATHERING}),
    _S.GATHERING: frozenset({_S.ANALYSING}),
    _S.ANALYSING: frozenset({_S.GATHERING, _S.REPORTED}),
    _S.REPORTED: frozenset({_S.GATHERING}),
}
