"""Segments of a sender's own, as the partner's settings explain them."""

from adapters.formats.hl7 import problems
from adapters.hl7_settings import OwnSegmentMap
from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.fields import Fields
from adapters.mappings.hl7.values import day, item_ids, label, labelled, moment, number, put
from canonical.parts import Plain


class OwnFields:
    """Reads a segment by the words that the settings give its fields."""

    def __init__(self, fields: Fields, own: OwnSegmentMap, context: Hl7Context) -> None:
        self.fields = fields
        self.own = own
        self._context = context
        self._label: Plain | None = None

    def text(self, word: str) -> str:
        """A value; empty where the settings name no field for the word."""
        place = self.own.places.get(word)
        return self.fields.value(*place) if place else ""

    def number(self, word: str) -> str | None:
        """A number; what is none is reported."""
        place = self.own.places.get(word)
        if place is None:
            return None
        return number(self.fields, place[0], self._context, place[1], kind=problems.NOT_A_NUMBER)

    def amount(self, word: str, unit: str) -> Plain | None:
        """A number as quantity."""
        value = self.number(word)
        if value is None:
            return None
        return {"value": value, "unit_code": unit} if unit else {"value": value}

    def moment(self, word: str) -> Plain | None:
        """A date with its time."""
        place = self.own.places.get(word)
        return moment(self.fields, place[0], self._context, place[1]) if place else None

    def day(self, word: str) -> str | None:
        """A date."""
        place = self.own.places.get(word)
        return day(self.fields, place[0], self._context, place[1]) if place else None

    def item_ids(self) -> list[Plain]:
        """The number of the item, and its other ones where the whole field holds them."""
        place = self.own.places.get("item")
        if place is None:
            return []
        if place[1] == 1:
            return item_ids(self.fields, place[0], "BUYER")
        value = self.fields.value(*place)
        return [{"scheme": "BUYER", "value": value}] if value else []

    def person(self, id: str, name: str) -> Plain | None:
        """A member of the staff."""
        found = {key: text for key, text in (("id", self.text(id)), ("name", self.text(name))) if text}
        return found or None

    def place(self) -> Plain | None:
        """Where it is: a place, a cabinet, what lies in it."""
        words = {
            "place": "code", "place_name": "name", "facility": "facility", "station": "station", "drawer": "drawer",
            "subdrawer": "subdrawer", "pocket": "pocket", "bin": "bin",
        }  # fmt: skip
        found = {key: text for word, key in words.items() if (text := self.text(word))}
        return found or None

    def instance(self) -> Plain | None:
        """A lot or serial number, from its own fields and from a scanned label."""
        found: Plain = {}
        scanned = self.text("udi")
        if scanned:
            read = label(scanned, self.fields, self.own.places["udi"][0], self._context)
            if read is None:
                found["udi"] = scanned
            else:
                self._label, instance = labelled(read, scanned)
                found.update(instance)
        put(
            found,
            lot_number=self.text("lot"),
            serial_number=self.text("serial"),
            expiration_date=self.day("expires"),
        )
        return found or None

    def add_to(self, line: Plain) -> None:
        """Adds the lot or serial number to a line, and the device that the label names to its item."""
        instance = self.instance()
        if instance:
            line.setdefault("instances", []).append(instance)
        identifiers = line.setdefault("item", {}).setdefault("identifiers", [])
        if self._label is not None and self._label not in identifiers:
            identifiers.append(self._label)
