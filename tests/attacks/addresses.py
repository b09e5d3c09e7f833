"""Every address of the project, with what to put into it."""

from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

ABSENT_REF = "ZZZZZZZZ"
NOBODY = UUID(int=7)
# What an address takes that says nothing about a case.
PLAIN = {
    "page_id": "1", "step": "read", "kind": "remedy", "rendering": "full", "lang": "en", "key": "abc-def", "uidb36": "a",
    "line": "question", "conduct": "touch", "to": "gathering", "how": "upload", "check": "1",
    "what": "answer", "notice": "authority_told", "file_number": 1,
}  # fmt: skip
# Addresses whose `number` counts something of which each case has a first one.
FIRST_OF = {
    "policy:version", "policy:version_pdf", "case:download", "case:check_file", "followup:file", "case:evidence_item",
    "case:evidence_words", "case:evidence_copy", "case:evidence_custody", "case:evidence_check", "case:evidence_original",
    "case:evidence_show",
}  # fmt: skip

# What `pk` means there: which thing of the case, and what stands for it in a case without one.
OF_OVERSIGHT = {
    "oversight:answer": ("escalation", NOBODY),
    "oversight:answer_question": ("question", NOBODY),
    "oversight:refuse": ("deadline_id", 1),
    "oversight:objection": ("objection", NOBODY),
}


def every_address(resolver=None, namespace="", taken=()):
    """Yield (name with namespace, names of what it takes) for every address, once."""
    for entry in (resolver or get_resolver()).url_patterns:
        names = (*taken, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from every_address(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""), names)
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or "?"), names


ADDRESSES = dict(every_address())


def path_of(name: str, case=None, world=None, **instead) -> str:
    """The address `name` for `case`; `instead` replaces what would be put into it."""
    ids = case.ids if case else {}
    filled = {}
    for part in ADDRESSES[name]:
        if part in instead:
            filled[part] = instead[part]
        elif world and (found := world.school.value(name, part) or world.office.value(name, part)) is not None:
            filled[part] = found
        elif part == "ref":
            filled[part] = case.ref
        elif part == "pk":
            filled[part] = ids.get(*OF_OVERSIGHT[name]) if name in OF_OVERSIGHT else 1
        elif part == "user_id":
            filled[part] = world.people["former officer"].user.pk
        elif part == "upload_id":
            filled[part] = world.directory_upload.pk
        elif part == "number" and (name in FIRST_OF or "party" in name):
            filled[part] = 1
        else:
            filled[part] = ids.get(part, PLAIN.get(part, NOBODY if part.endswith("_id") and part != "deadline_id" else 1))
    return reverse(name, kwargs=filled)


def absent_path(name: str) -> str | None:
    """The same address for a case that does not exist; None when the address names no case."""
    return path_of(name, ref=ABSENT_REF) if "ref" in ADDRESSES[name] else None
