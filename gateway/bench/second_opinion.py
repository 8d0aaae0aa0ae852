"""A map of the order (850) for pyx12, made from our own guides, so that its full validation can be timed beside ours.

pyx12 brings no map of the 850. It reads all its maps from one folder: the index (``maps.xml``), code lists, data
elements, the envelope's map, and one map for each transaction set. Such a folder is made here from the files of the
installed package and one more map: of the whole set, as our own checking knows it, or cut down to what the measured
orders hold, which spares pyx12 the search through segments that never come.
"""

import io
import logging
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from adapters.formats.x12.guide import (
    ElementGuide,
    ElementUse,
    LoopUse,
    SegmentGuide,
    SetGuide,
    Use,
    segment_guide,
    set_guide,
)

RELEASE = "004010"
MAP = "850.4010.xml"
OCCURRING = frozenset({"ST", "BEG", "REF", "PER", "DTM", "TD5", "N1", "N3", "N4", "PO1", "PID", "CTT", "SE"})
"""The segments of ``gateway.bench.orders``."""


def write_maps(folder: Path, kept: frozenset[str] | None = None) -> None:
    """Fills an empty folder with the maps that pyx12 needs to validate an interchange of orders.

    ``kept``: the segments that the map of the order holds; all of the set where none are named.
    """
    order = set_guide("850", RELEASE)
    if order is None:
        raise LookupError("no guide of the 850")
    order_map = _OrderMap(order, frozenset(_tags(order.children)) if kept is None else kept)
    with resources.as_file(resources.files("pyx12") / "map") as installed:
        shutil.copy(installed / "codes.xml", folder)
        shutil.copy(installed / "x12.control.00401.xml", folder)
        elements = ET.parse(installed / "dataele.xml")  # noqa: S314 - a file of an installed package
        control = ET.parse(installed / "x12.control.00401.xml")  # noqa: S314 - likewise
    known = {element.get("ele_num") for element in elements.getroot()}
    for element in order_map.elements():
        if element.number not in known:
            known.add(element.number)
            told = {
                "ele_num": element.number, "data_type": element.type, "min_len": str(element.min),
                "max_len": str(element.max), "name": element.name,
            }  # fmt: skip
            ET.SubElement(elements.getroot(), "data_ele", told)
    elements.write(folder / "dataele.xml")
    order_map.into_control(control).write(folder / MAP)
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


class _OrderMap:
    """The map of the order with some of its segments."""

    def __init__(self, order: SetGuide, kept: frozenset[str]) -> None:
        self._order = order
        self._kept = kept

    def elements(self) -> Iterator[ElementGuide]:
        """Every element of the segments."""
        for tag in sorted(self._kept):
            for use in _guide(tag).elements:
                yield use.element

    def into_control(self, control: "ET.ElementTree[ET.Element]") -> "ET.ElementTree[ET.Element]":
        """The envelope's map with the order in its group."""
        root = control.getroot()
        root.set("xid", "850")
        group = root.find("loop/loop[@xid='GS_LOOP']")
        head = root.find("loop/loop[@xid='GS_LOOP']/segment[@xid='GS']")
        if group is None or head is None:
            raise LookupError("no group in the map of the envelope")
        for element in head.findall("element"):
            codes = element.find("valid_codes")
            if codes is not None and element.get("xid") in ("GS01", "GS08"):
                element.remove(codes)
        group.insert(list(group).index(head) + 1, self._loop(LoopUse("ST", True, None, self._order.children), 20))
        return control

    def _loop(self, use: LoopUse, place: int) -> ET.Element:
        loop = ET.Element("loop", xid=f"{use.id}_LOOP")
        _say(loop, use.id, use, place)
        ET.SubElement(loop, "repeat").text = str(use.max or ">1")
        if use.id == "ST":
            loop.set("type", "explicit")
        for number, child in enumerate(filter(self._holds, use.children), 1):
            if isinstance(child, LoopUse) and any(map(self._holds, child.children[1:])):
                loop.append(self._loop(child, number * 10))
            else:
                # A loop of one segment is a segment that repeats.
                loop.append(_segment(child, number * 10))
        return loop

    def _holds(self, child: Use | LoopUse) -> bool:
        return _head(child) in self._kept


def _tags(children: Sequence[Use | LoopUse]) -> Iterator[str]:
    for child in children:
        yield _head(child)
        if isinstance(child, LoopUse):
            yield from _tags(child.children)


def _guide(tag: str) -> SegmentGuide:
    guide = segment_guide(tag, RELEASE)
    if guide is None:
        raise LookupError(f"the guides do not describe {tag}")
    return guide


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
