"""A seller's catalog or price list: canonical to X12 832."""

from collections.abc import Iterator, Sequence

from adapters.mappings.problems import NO_PLACE
from adapters.mappings.to_x12.amounts import allowance_parts, currency_row, price_parts, tax_rows
from adapters.mappings.to_x12.carriers import carrier_rows, freight_terms_rows
from adapters.mappings.to_x12.codes import ITEM_SCHEMES, PURPOSES, code
from adapters.mappings.to_x12.conditions import condition_rows, lead_time_rows, maintenance_rows
from adapters.mappings.to_x12.dates import date_rows, told_date
from adapters.mappings.to_x12.item_lines import fill_item, item_part
from adapters.mappings.to_x12.lines import sub_line_part
from adapters.mappings.to_x12.measures import measure_triple, packaging_rows
from adapters.mappings.to_x12.parties import contact_rows, party_parts
from adapters.mappings.to_x12.parts import GAP, Cannot, Part, Row, Style, indexed, keep, row
from adapters.mappings.to_x12.references import note_rows, noted_references, reference_rows
from adapters.mappings.to_x12.terms import terms_rows
from adapters.mappings.to_x12.totals import totals_part
from canonical.catalog import Catalog, CatalogLine, CatalogPart, CatalogPrice, PackagingLevel
from canonical.parts import Dimensions, Note

_CONTRACT = "CT"


def catalog_part(catalog: Catalog, style: Style) -> Part:
    """The 832 of a catalog."""
    part = Part.root("832")
    part.add(
        row(
            "BCT", "", ("catalogTypeCode", catalog.catalog_type_code), ("number", _number(catalog)),
            ("version", catalog.version), ("revision", catalog.revision), GAP, GAP, GAP, GAP,
            ("description", catalog.description),
            ("purpose", code(catalog.purpose, PURPOSES, catalog.purpose_code)),
        )
    )  # fmt: skip
    part.extend(_plain_prices(catalog.prices, ""))
    part.extend(noted_references(catalog.references, catalog.notes, "", style, catalog.extensions, alone="MSG"))
    if catalog.contract_number and not any(_tells_contract(one.qualifier, one.type) for one in catalog.references):
        part.add(row("REF", "", ("", _CONTRACT), ("contractNumber", catalog.contract_number)))
    part.extend(contact_rows(catalog.contacts, ""))
    part.extend(date_rows(catalog.dates, ""))
    part.extend(told_date(catalog.dates, "007", catalog.effective_date, "effectiveDate"))
    part.extend(told_date(catalog.dates, "036", catalog.expiration_date, "expirationDate"))
    part.extend(condition_rows(catalog.conditions, ""))
    if catalog.currency:
        part.add(currency_row(catalog.currency, ""))
    part.extend(terms_rows(catalog.payment_terms))
    part.extend(lead_time_rows(catalog.lead_times, ""))
    part.extend(allowance_parts(catalog.allowances, ""))
    part.extend(carrier_rows(catalog.carriers, ""))
    part.extend(freight_terms_rows(catalog.freight_terms, ""))
    part.extend(tax_rows(catalog.taxes, "", exemptions=False))
    part.extend(party_parts(catalog))
    for index, line in enumerate(catalog.lines):
        part.add(_line_part(line, indexed("", "lines", index), style))
    part.add(totals_part(catalog.totals, len(catalog.lines), style))
    return keep(part, catalog.extensions, 0)


def _number(catalog: Catalog) -> str | None:
    """The catalog's own number; none where it is no more than the control number of its message."""
    own = catalog.provenance is not None and catalog.provenance.transaction == catalog.number
    return None if own else catalog.number


def _tells_contract(qualifier: str | None, word: str) -> bool:
    return qualifier == _CONTRACT or (qualifier is None and word == "contract")


def _line_part(line: CatalogLine, at: str, style: Style) -> Part:
    """LIN with the item's prices, levels of packing and parts."""
    part = item_part(line, at)
    fill_item(part, line.model_copy(update={"taxes": ()}), at, style, depth=1, notes_in="MSG", prices=False)
    part.extend(tax_rows(line.taxes, at, exemptions=False))
    part.extend(maintenance_rows(line.maintenance_code, at))
    part.extend(condition_rows(line.conditions, at))
    part.extend(lead_time_rows(line.lead_times, at))
    part.extend(terms_rows(line.payment_terms, at))
    part.extend(freight_terms_rows(line.freight_terms, at))
    part.extend(_prices(line.prices, at))
    part.extend(_level_part(level, indexed(at, "levels", index)) for index, level in enumerate(line.levels))
    part.extend(_part_part(one, indexed(at, "subLines", index), style) for index, one in enumerate(line.sub_lines))
    return part


def _prices(prices: Sequence[CatalogPrice], at: str) -> Iterator[Part]:
    """CTP: one tier of the price, with its dates, contract, packing and allowances."""
    for index, (part, price) in enumerate(zip(price_parts(prices, at), prices, strict=True)):
        here = indexed(at, "prices", index)
        part.extend(date_rows(price.dates, here))
        part.extend(reference_rows(price.references, here))
        part.extend(packaging_rows(price.packaging, here))
        part.extend(allowance_parts(price.allowances, here))
        yield part


def _plain_prices(prices: Sequence[CatalogPrice], at: str) -> Iterator[Row]:
    """CTP where it is a segment alone: there is no place for what else a price may have, which is told."""
    for part, price in zip(price_parts(prices, at), prices, strict=True):
        head = part.head
        assert head is not None  # noqa: S101 - a price opens its loop
        more = price.dates or price.references or price.packaging or price.allowances or price.currency
        if more:
            head.cannot = (*head.cannot, (len(head.elements) - 1, Cannot(NO_PLACE)))
        yield head


def _level_part(level: PackagingLevel, at: str) -> Part:
    """PKL: 01 and 02 the number on it, 03 unit, 04 how many, 05-08 size, 09-12 weight and volume, 13 yes or no."""
    size = level.dimensions or Dimensions()
    own = level.identifier
    bare = own.scheme == "OTHER" and own.qualifier is None
    part = Part.of(
        row(
            "PKL", at, ("identifier.scheme", None if bare else code(own.scheme, ITEM_SCHEMES, own.qualifier)),
            ("identifier.value", own.value), ("unitCode", level.unit_code), ("quantity", level.quantity),
            ("dimensions.height", size.height), ("dimensions.width", size.width), ("dimensions.length", size.length),
            ("dimensions.unitCode", size.unit_code), *measure_triple(level.weight, "weight")[1:],
            *measure_triple(level.volume, "volume")[1:], ("indicator", level.indicator),
        )
    )  # fmt: skip
    part.extend(_plain_prices(level.prices, at))
    return part


def _part_part(line: CatalogPart, at: str, style: Style) -> Part:
    """SLN: a part of a kit, whose notes are MTX in both releases."""
    rest = {"prices": (), "notes": (), "references": (), "taxes": ()}
    part = sub_line_part(line.model_copy(update=rest), at, style)
    part.extend(_plain_prices(line.prices, at))
    part.extend(reference_rows(line.references, at))
    part.extend(tax_rows(line.taxes, at, exemptions=False))
    part.extend(_text_rows(line.notes, at, style))
    return part


def _text_rows(notes: Sequence[Note], at: str, style: Style) -> Iterator[Row]:
    for index, note in enumerate(notes):
        yield from note_rows(note, indexed(at, "notes", index), style, "MTX")
