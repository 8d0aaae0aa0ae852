"""Canonical documents to X12, the mirror of reading: one file for each document kind.

A kind's function takes a document and a `Style` and builds a `Part`, the transaction set as a tree of rows, from the
same tables as reading (``x12_words``, read backwards in ``codes``; a raw ``qualifier`` or ``…_code`` wins over ours):

    def purchase_order_part(order: PurchaseOrder, style: Style) -> Part: ...

It says *what* is sent, never where: rows and parts may be added in any order. ``arrange`` puts the children of every
part in the order of the guide of the release, opens loops where the guide has loops, and puts what reading kept in
``extensions["x12"]`` back at its place. What the guide has no place for is told, and so is everything else that keeps
a document from being written: builders never raise for it, they put a `Cannot` in the value's place, and the
second look (``adapters.translation.x12_write``) turns it into a problem with the canonical path.

    row(tag, at, *pairs)     a segment; each pair is (name of the field, value), in the order of the elements; ``None``
                             and ``""`` are not sent, ``GAP`` is an element without a field, ``Assumed("F")`` a value
                             that no field holds; ``at`` is the canonical path of the owner, as ``lines[2]``
    Part.of(row, *children)  a loop, opened by that row; ``Part.root("850")`` is the set itself
    keep(part, kept, depth)  hands the owner's ``extensions`` to its part; ``depth`` is how many loops its own loop
                             stands in, itself included: 0 for the document, 1 for a line, 2 for a sub-line

The files: ``parts`` (Row, Part, Style), ``texts`` (dates, times, implied decimals), ``codes`` (words backwards),
``arrange``; then the parts that kinds share: ``parties`` ``references`` (with notes) ``dates`` ``items`` ``amounts``
``carriers`` ``measures`` ``terms`` ``lines`` ``headers`` ``totals``; then one file for each kind and the ``registry``.
"""
