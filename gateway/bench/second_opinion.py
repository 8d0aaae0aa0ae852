"""A map of the order (850) for pyx12, made from our own guides, so that its full validation can be timed beside ours.

pyx12 brings no map of the 850. It reads all its maps from one folder: the index (``maps.xml``), code lists, data
elements, the envelope's map, and one map for each transaction set. Such a folder is made here from the files of the
installed package and one more map with the segments that the measured orders hold.
"""

import io
import logging
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from adapters.formats.x12.guide import ElementGuide, ElementUse, LoopUse, SegmentGuide, Use, segment_guide, set_guide

RELEASE = "004010"
MAP = "850.4010.xml"
_KEPT = frozenset({"ST", "BEG", "REF", "PER", "DTM", "TD5", "N1", "N3", "N4", "PO1", "PID", "CTT", "SE"})
"""The segments of ``gateway.bench.orders``; a map of the whole set would only slow pyx12 down."""


def write_maps(folder: Path) -> None:
    """Fills an empty folder with the maps that pyx12 needs to validate an interchange of orders."""
    with resources.as_file(resources.files("pyx12") / "map") as installed:
        shutil.copy(installed / "codes.xml", folder)
        shutil.copy(installed / "x12.control.00401.xml", folder)
        elements = ET.parse(installed / "dataele.xml")  # noqa: S314 - a file of an installed package
        control = ET.parse(installed / "x12.control.00401.xml")  # noqa: S314 - likewise
    known = {element.get("ele_num") for element in elements.getroot()}
    for element in _elements():
        if element.number not in known:
            known.add(element.number)
            told = {
                "ele_num": element.number, "data_type": element.type, "min_len": str(element.min),
                "max_len": str(element.max), "name": element.name,
            }  # fmt: skip
            ET.SubElement(elements.getroot(), "data_ele", told)
    elements.write(folder / "dataele.xml")
    _into_control(control).write(folder / MAP)
    index = ET.Element("maps")
    version = ET.SubElement(index, "version", icvn="00401")
    ET.SubElement(version, "map", vriic=RELEASE, fic="PO", abbr="850").text = MAP
    ET.SubElement(version, "map", vriic="", fic="", abbr="X12").text = "x12.control.00401.xml"
    ET.ElementTree(index).write(folder / "maps.xml")


def validate(content: bytes, maps: Path) -> bool:
    """Whether pyx12 finds an interchange of orders valid, with its acknowledgment written, as its own command does."""
    import pyx12.params
    import pyx12.x12n_document

    # pyx12 tells every fault to the log; what is measured is its checking.
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    source, acknowledgment = io.StringIO(content.decode("ascii")), io.StringIO()
    parameters = pyx12.params.ParamsBase()
    return bool(pyx12.x12n_document.x12n_document(parameters, source, acknowledgment, None, map_path=str(maps)))


def _elements() -> Iterator[ElementGuide]:
    for tag in sorted(_KEPT):
        for use in _guide(tag).elements:
            yield use.element


def _guide(tag: str) -> SegmentGuide:
    guide = segment_guide(tag, RELEASE)
    if guide is None:
        raise LookupError(f"the guides do not describe {tag}")
    return guide


def _into_control(control: "ET.ElementTree[ET.Element]") -> "ET.ElementTree[ET.Element]":
    """The envelope's map with the order in its group."""
    root = control.getroot()
    root.set("xid", "850")
    group = root.find("loop/loop[@xid='GS_LOOP']")
    head = root.find("loop/loop[@xid='GS_LOOP']/segment[@xid='GS']")
    order = set_guide("850", RELEASE)
    if group is None or head is None or order is None:
        raise LookupError("no group in the map of the envelope, or no guide of the 850")
    for element in head.findall("element"):
        codes = element.find("valid_codes")
        if codes is not None and element.get("xid") in ("GS01", "GS08"):
            element.remove(codes)
    group.insert(list(group).index(head) + 1, _loop(LoopUse("ST", True, None, order.children), 20))
    return control


def _loop(use: LoopUse, place: int) -> ET.Element:
    loop = ET.Element("loop", xid=f"{use.id}_LOOP")
    _say(loop, use.id, use, place)
    ET.SubElement(loop, "repeat").text = str(use.max or ">1")
    if use.id == "ST":
        loop.set("type", "explicit")
    for number, child in enumerate(filter(_kept, use.children), 1):
        if isinstance(child, LoopUse) and any(map(_kept, child.children[1:])):
            loop.append(_loop(child, number * 10))
        else:
            # A loop of one segment is a segment that repeats.
            loop.append(_segment(child, number * 10))
    return loop


def _kept(child: Use | LoopUse) -> bool:
    return _head(child) in _KEPT


def _head(child: Use | LoopUse) -> str:
    return child.id if isinstance(child, LoopUse) else child.tag


def _segment(child: Use | LoopUse, place: int) -> ET.Element:
    guide = _guide(_head(child))
    segment = ET.Element("segment", xid=guide.tag)
    _say(segment, guide.name, child, place)
    ET.SubElement(segment, "max_use").text = str(child.max or ">1")
    for rule in guide.rules:
        ET.SubElement(segment, "syntax").text = str(rule)
    for use in guide.elements:
        segment.append(_element(guide.tag, use))
    return segment


def _element(tag: str, use: ElementUse) -> ET.Element:
    composite = use.element.type == "composite"
    name = f"{tag}{use.position:02d}"
    element = ET.Element("composite") if composite else ET.Element("element", xid=name)
    ET.SubElement(element, "data_ele").text = use.element.number
    ET.SubElement(element, "name").text = use.element.name
    # The measured orders hold no composite; pyx12 is spared the components.
    ET.SubElement(element, "usage").text = "R" if use.required else "N" if composite else "S"
    ET.SubElement(element, "seq").text = f"{use.position:02d}"
    if use.element.codes is not None and not composite:
        codes = ET.SubElement(element, "valid_codes")
        for code in sorted(use.element.codes):
            ET.SubElement(codes, "code").text = code
    return element


def _say(node: ET.Element, name: str, use: Use | LoopUse, place: int) -> None:
    ET.SubElement(node, "name").text = name
    ET.SubElement(node, "usage").text = "R" if use.required else "S"
    ET.SubElement(node, "pos").text = f"{place:03d}"
