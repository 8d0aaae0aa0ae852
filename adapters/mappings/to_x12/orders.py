"""The order that another document is about as PRF: the mirror of ``x12_orders``."""

from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.parts import Row, indexed, row
from canonical.parts import OrderReference


def order_rows(orders: Sequence[OrderReference], at: str) -> Iterator[Row]:
    """PRF: 01 number, 02 release, 03 change, 04 date, 05 line, 06 contract, 07 kind of order."""
    for index, order in enumerate(orders):
        yield row(
            "PRF", indexed(at, "orders", index), ("orderNumber", order.order_number),
            ("releaseNumber", order.release_number), ("changeNumber", order.change_number),
            ("orderDate", texts.date(order.order_date)), ("lineNumber", order.line_number),
            ("contractNumber", order.contract_number), ("orderType", order.order_type),
        )  # fmt: skip
