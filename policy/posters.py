"""What hangs on the wall, made from the policy in force: posters, leaflets and wallet cards with one address for all places.

The address is the same everywhere: one that told where it was read would help to find out who read it.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass

import segno
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from people.models import Organisation
from policy.models import PolicyVersion
from policy.parts import ChannelPart
from policy.selectors import channels, number_of, with_numbers
from policy.vocabulary import CHANNEL_KINDS

QR_QUIET_MODULES = 4


@dataclass(frozen=True)
class Format:
    """A sheet: its size in millimetres, the page it is printed on, and how many stand on one page."""

    name: str
    label: object
    width: int
    height: int
    page: str
    scale: float = 1.0
    copies: int = 1


FORMATS = {
    each.name: each
    for each in (
        Format("a4", gettext_lazy("Poster A4"), 210, 297, "A4"),
        Format("a3", gettext_lazy("Poster A3"), 210, 297, "A3", scale=1.4142),
        Format("a5", gettext_lazy("Leaflet A5"), 148, 210, "A5"),
        Format("dl", gettext_lazy("Leaflet DL"), 99, 210, "99mm 210mm"),
        Format("card", gettext_lazy("Wallet cards, eight on a sheet"), 85, 55, "A4", copies=8),
    )
}
TONGUES = {"both": gettext_lazy("Both languages"), "zh-hans": "中文", "en": "English"}


@dataclass(frozen=True)
class Words:
    """A poster in one language."""

    language: str
    headline: tuple[str, str]
    lead: str
    points: tuple[str, ...]
    emergency: str
    address_label: str
    source: str


@dataclass(frozen=True)
class Poster:
    """Everything on the sheet. `address`: without https://, as somebody would type it. `qr`: inline SVG.

    `ways`: (names in the languages of the sheet, number or address) of the hotline and the mail.
    """

    address: str
    qr: str
    ways: tuple[tuple[str, str], ...]
    words: tuple[Words, ...]

    @property
    def qr_code(self) -> SafeString:
        """The code for a template: made here from our own address, no text of anybody in it."""
        return SafeString(self.qr)

    @property
    def fingerprint(self) -> str:
        """16 hex digits over what it says: a sheet on a wall with another one is out of date."""
        said = json.dumps([self.address, self.ways, [asdict(each) for each in self.words]], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def poster(version: PolicyVersion, organisation: Organisation, site_url: str, tongue: str) -> Poster:
    """The poster of a published version. `tongue`: a key of TONGUES."""
    languages = ("zh-hans", "en") if tongue == "both" else (tongue,)
    address = site_url.rstrip("/")
    words = tuple(_words(version, organisation, language) for language in languages)
    ways = tuple(
        (_names(each, languages), each.address) for each in channels(version) if each.address and each.kind in ("hotline", "email")
    )
    return Poster(re.sub(r"^https?://", "", address), qr_svg(address + "/"), ways, words)


def qr_svg(address: str) -> str:
    """A QR code (error level Q, quiet zone of four modules) as an inline `<svg>` that fills its box."""
    code = segno.make(address, error="q", micro=False)
    return code.svg_inline(border=QR_QUIET_MODULES, omitsize=True, dark="#000", light="#fff", svgclass="qr-code", lineclass=None)


def _words(version: PolicyVersion, organisation: Organisation, language: str) -> Words:
    with override(language):
        points = [
            _("No sign-in, no name, no proof needed. One sentence is enough."),
            _("You get a code and dates at once."),
        ]
        if opened := number_of(version, "open", language):
            points.append(_("A trained person opens it within %(number)s.") % {"number": opened})
        points.append(_("If we are late, oversight is told by itself."))
        points.append(_("Nobody may punish you for telling us."))
        return Words(
            language=language,
            headline=(_("Something wrong at work?"), _("You can tell us.")),
            lead=_("No name needed."),
            points=tuple(with_numbers(version, point, language) for point in points),
            emergency=_("In danger now? Call %(number)s.") % {"number": organisation.emergency_number},
            address_label=_("Scan, or type this address:"),
            source=organisation.name_in(language),
        )


def _names(channel: ChannelPart, languages: tuple[str, ...]) -> str:
    found = []
    for language in languages:
        with override(language):
            found.append(str(CHANNEL_KINDS[channel.kind]))
    return " ".join(found)
