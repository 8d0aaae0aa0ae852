"""Tables as CSV: rows with their places, and everything that is wrong told at once."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import ConfigError, load_config
from gateway.xref.entries import TABLES, Entry, cells_of, entry_from
from gateway.xref.read import check_rows, read_table

SETTINGS = '[gateway]\nname = "st"\n[channels.suppliers]\nkind = "drop"\npath = "in"\n'
PARTNER = 'name = "acme"\nsend = { channel = "suppliers" }\n'


def faults(table: str, text: str) -> list[tuple[str, int | None, str]]:
    rows, found = read_table(TABLES[table], text.encode(), f"{table}.csv")
    return [(each.kind.code, each.line, each.column) for each in (*found, *check_rows(rows, ["acme"]))]


def test_rows_are_read_whatever_a_spreadsheet_made_of_them() -> None:
    text = '\ufeffOurs , THEIRS,partner,description\r\n# a remark\r\n\r\n S1 ,T1,acme,"Glove, ""M"""\r\nS2,T2,,\r\n'
    rows, found = read_table(TABLES["item"], text.encode(), "item.csv")
    assert found == []
    assert [(cells_of(each.entry), each.line) for each in rows] == [
        ({"partner": "acme", "ours": "S1", "theirs": "T1", "scheme": "SELLER", "description": 'Glove, "M"'}, 4),
        ({"ours": "S2", "theirs": "T2", "scheme": "SELLER"}, 5),
    ]


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("item", "ours,theirs\nS1,\n", [("CFG-E0403", 2, "theirs")]),
        ("item", "ours,theirs\n,T1\n", [("CFG-E0403", 2, "ours")]),
        ("item", "ours,theirs,scheme\nS1,T1,VENDOR\n", [("CFG-E0403", 2, "scheme")]),
        ("item", "ours,theirs,partner\nS1,T1,acne\n", [("CFG-E0403", 2, "partner")]),
        ("item", "ours,theirs\nS1,T1,acme\n", [("CFG-E0403", 2, "")]),
        ("item", "ours,theirs,valid_from\nS1,T1,21.11.2026\n", [("CFG-E0403", 2, "valid_from")]),
        ("item", "ours,theirs,valid_from,valid_to\nS1,T1,2026-02-02,2026-02-01\n", [("CFG-E0403", 2, "valid_to")]),
        ("item", f"ours,theirs\nS1,{'T' * 201}\n", [("CFG-E0403", 2, "theirs")]),
        ("item", "ours,theirs\nS1,T1\nS1,T2\n", [("CFG-E0404", 3, "")]),
        ("item", "mine,theirs\nS1,T1\n", [("CFG-E0402", 1, "mine"), ("CFG-E0402", 1, "ours")]),
        ("item", "", [("CFG-E0402", 1, "")]),
        ("item", 'ours,theirs\nS1,"T1\n', [("CFG-E0401", 2, "")]),
        ("unit", "from_unit,to_unit,factor\nBX,EA,0\n", [("CFG-E0403", 2, "factor")]),
        ("unit", "from_unit,to_unit,factor\nBX,EA,1e3\n", [("CFG-E0403", 2, "factor")]),
        ("unit", "from_unit,to_unit,factor\nBX,EA,-2\n", [("CFG-E0403", 2, "factor")]),
        ("unit", "from_unit,to_unit,factor\nBX,BX,2\n", [("CFG-E0403", 2, "factor")]),
        ("unit", "from_unit,to_unit,factor\nBX,EA,100\nEA,BX,0.1\n", [("CFG-E0405", 3, "factor")]),
        ("vendor", "item,category,partner\nS1,GLOVES,acme\n", [("CFG-E0403", 2, "category")]),
        ("vendor", "item,partner\nS1,\n", [("CFG-E0403", 2, "partner")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell(table: str, text: str, told: list[tuple[str, int, str]]) -> None:
    assert faults(table, text) == told


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(TABLES)), st.binary(max_size=300))
def test_no_bytes_end_the_reader(table: str, content: bytes) -> None:
    header = ",".join(TABLES[table].columns).encode()
    for given_bytes in (content, header + b"\n" + content):
        rows, found = read_table(TABLES[table], given_bytes, "t.csv")
        assert all(each.line >= 1 for each in rows)
        assert rows or found or not content.strip() or given_bytes is not content


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(_texts, _texts, st.sampled_from(["", "acme"]))
def test_a_row_comes_back_from_its_cells(ours: str, theirs: str, partner: str) -> None:
    for table in ("item", "location", "account"):
        made = entry_from(TABLES[table], {"ours": ours, "theirs": theirs, "partner": partner})
        assert isinstance(made, Entry)
        assert entry_from(TABLES[table], cells_of(made)) == made


def test_files_beside_the_settings_are_checked_with_them(tmp_path: Path) -> None:
    (tmp_path / "wharf.toml").write_text(SETTINGS)
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners/acme.toml").write_text(PARTNER)
    (tmp_path / "xref").mkdir()
    (tmp_path / "xref/item.csv").write_text("ours,theirs\nS1,T1\n")
    assert [entry.table for entry in load_config(tmp_path / "wharf.toml", {}).references] == ["item"]
    (tmp_path / "xref/unit.csv").write_text("from_unit,to_unit,factor\nBX,EA,none\n")
    (tmp_path / "xref/vendor.csv").write_text("item,partner\nS1,acne\n")
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "wharf.toml", {})
    told = [(each.code, Path(each.file).name, each.line, each.key) for each in refused.value.problems]
    assert told == [("CFG-E0403", "unit.csv", 2, "factor"), ("CFG-E0403", "vendor.csv", 2, "partner")]
