"""What SCORM 1.2 asks of a package (Content Aggregation Model, 2.3), checked by hand: the schemas of ADL and IMS are not ours to hand out.

Elements, their order and number, and attributes follow `imscp_rootv1p1p2.xsd` and `adlcp_rootv1p2.xsd` as far as a package of one SCO
uses them.
"""

import re
import zipfile
from xml.etree import ElementTree

CP, ADLCP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}", "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
# (element, attributes that must be there, attributes that may be there, children in their order with the least and the most of each)
ELEMENTS = {
    "manifest": ({"identifier"}, {"version"}, [("metadata", 1, 1), ("organizations", 1, 1), ("resources", 1, 1)]),
    "metadata": (set(), set(), [("schema", 1, 1), ("schemaversion", 1, 1)]),
    "organizations": ({"default"}, set(), [("organization", 1, 99)]),
    "organization": ({"identifier"}, {"structure"}, [("title", 1, 1), ("item", 1, 99)]),
    "item": ({"identifier", "identifierref"}, {"isvisible"}, [("title", 1, 1)]),
    "resources": (set(), set(), [("resource", 1, 99)]),
    "resource": ({"identifier", "type", "href", f"{ADLCP}scormtype"}, set(), [("file", 1, 9_999)]),
    "file": ({"href"}, set(), []),
}


def problems(archive: zipfile.ZipFile) -> list[str]:
    """Everything that is wrong with a package; empty when it may be imported."""
    names = archive.namelist()
    if names.count("imsmanifest.xml") != 1:
        return ["imsmanifest.xml is not at the root of the package"]
    root = ElementTree.fromstring(archive.read("imsmanifest.xml"))
    if root.tag != f"{CP}manifest":
        return ["the root is no manifest of IMS content packaging 1.1.2"]
    return [*_element(root), *_links(root), *_files(root, names)]


def _element(element) -> list[str]:
    name = element.tag.removeprefix(CP)
    if name not in ELEMENTS:
        return [] if name in ("schema", "schemaversion", "title") else [f"{name} is unknown"]
    needed, allowed, children = ELEMENTS[name]
    found = [f"{name}: {each} is missing" for each in needed - set(element.attrib)]
    found += [f"{name}: {each} is unknown" for each in set(element.attrib) - needed - allowed]
    tags = [child.tag.removeprefix(CP) for child in element]
    order = [each for each, _least, _most in children]
    if any(tag not in order for tag in tags) or [order.index(tag) for tag in tags] != sorted(order.index(tag) for tag in tags):
        return [*found, f"{name}: its children are {tags}"]
    found += [
        f"{name}: {each} is there {tags.count(each)} times" for each, least, most in children if not least <= tags.count(each) <= most
    ]
    return found + [problem for child in element for problem in _element(child)]


def _links(root) -> list[str]:
    found = []
    if (root.findtext(f"{CP}metadata/{CP}schema"), root.findtext(f"{CP}metadata/{CP}schemaversion")) != ("ADL SCORM", "1.2"):
        found.append("the schema is not ADL SCORM 1.2")
    identifiers = [each.get("identifier") for each in root.iter() if each.get("identifier")]
    found += [f"{each} is no identifier" for each in identifiers if not NCNAME.fullmatch(each)]
    found += [f"{each} is there twice" for each in set(identifiers) if identifiers.count(each) > 1]
    organizations = {each.get("identifier") for each in root.iter(f"{CP}organization")}
    if root.find(f"{CP}organizations").get("default") not in organizations:
        found.append("the default organization does not exist")
    resources = {each.get("identifier") for each in root.iter(f"{CP}resource")}
    found += ["an item names no resource" for each in root.iter(f"{CP}item") if each.get("identifierref") not in resources]
    found += ["a title is empty or too long" for each in root.iter(f"{CP}title") if not 1 <= len(each.text or "") <= 200]
    for resource in root.iter(f"{CP}resource"):
        if (resource.get("type"), resource.get(f"{ADLCP}scormtype")) != ("webcontent", "sco"):
            found.append("the resource is no SCO")
        if resource.get("href") not in [file.get("href") for file in resource]:
            found.append("the first page is no file of the resource")
    return found


def _files(root, names: list[str]) -> list[str]:
    listed = [each.get("href") for each in root.iter(f"{CP}file")]
    found = [f"{each} is listed and not there" for each in set(listed) - set(names)]
    found += [f"{each} is there and not listed" for each in set(names) - set(listed) - {"imsmanifest.xml"}]
    return found + [f"{each} leads out of the package" for each in names if each.startswith("/") or ".." in each or ":" in each]
