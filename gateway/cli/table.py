"""The commands: what each is called, where it lives, what it does, and an example."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One command or group of commands."""

    target: str
    """``module:name`` of a function, or of a Typer application for a group."""
    help: str
    """One line for the list of commands."""
    example: str
    """What a person types."""
    panel: str


_START = "Start"
_FILES = "Files"
_OPERATE = "Operate"
_CARE = "Care and tooling"

COMMANDS: dict[str, Entry] = {
    "init": Entry(
        "gateway.cli.init:command", "Write a complete working folder of settings.", "wharf init st-example", _START
    ),
    "run": Entry(
        "gateway.cli.run:command",
        "Run the gateway until it is told to stop.",
        "wharf run -c st-example/wharf.toml",
        _START,
    ),
    "demo": Entry(
        "gateway.cli.demo:command",
        "Feed the samples through a gateway in a temporary folder.",
        "wharf demo --once",
        _START,
    ),
    "decode": Entry(
        "gateway.cli.decode:command",
        "Print the canonical documents of X12 and HL7 files, one JSON a line.",
        "wharf decode order.edi",
        _FILES,
    ),
    "check": Entry(
        "gateway.cli.check:command",
        "Tell what is wrong in X12 and HL7 files, and where.",
        "wharf check order.edi",
        _FILES,
    ),
    "view": Entry(
        "gateway.cli.view:command",
        "Show X12 and HL7 files in human words, beside the raw segments.",
        "wharf view order.edi --problems-only",
        _FILES,
    ),
    "diff": Entry(
        "gateway.cli.diff:command",
        "Compare two files by what they say, X12 or JSON.",
        "wharf diff order.edi order-again.json",
        _FILES,
    ),
    "ack": Entry(
        "gateway.cli.ack:command",
        "Print the acknowledgment that the gateway would return.",
        "wharf ack order.edi --kind 997",
        _FILES,
    ),
    "encode": Entry(
        "gateway.cli.encode:command",
        "Write canonical documents as X12.",
        "wharf encode order.json --release 004010",
        _FILES,
    ),
    "sample": Entry(
        "gateway.cli.sample:command",
        "Make up X12 and HL7 files of hospital supplies, whole or broken.",
        "wharf sample 856 --break parent-unknown",
        _FILES,
    ),
    "send": Entry(
        "gateway.cli.send:app",
        "Send files as a test client, and show what comes back.",
        "wharf send mllp 127.0.0.1:2575 order.hl7",
        _FILES,
    ),
    "tap": Entry(
        "gateway.cli.tap:command",
        "Follow the published events as JSON lines.",
        "wharf tap --type purchase_order --once",
        _OPERATE,
    ),
    "messages": Entry("gateway.cli.messages:app", "List, show and replay messages.", "wharf messages list", _OPERATE),
    "orders": Entry(
        "gateway.cli.orders:app", "List orders, and show what became of one.", "wharf orders show 4500012345", _OPERATE
    ),
    "exceptions": Entry(
        "gateway.cli.exceptions:app",
        "See and settle what a person must look at.",
        "wharf exceptions list",
        _OPERATE,
    ),
    "deadletters": Entry(
        "gateway.cli.deadletters:app",
        "See and settle what cannot go on by itself.",
        "wharf deadletters list",
        _OPERATE,
    ),
    "parked": Entry("gateway.cli.parked:app", "List what waits for a cross reference.", "wharf parked list", _OPERATE),
    "xref": Entry(
        "gateway.cli.xref:app", "Import and look at cross references.", "wharf xref import item.csv", _OPERATE
    ),
    "nodes": Entry(
        "gateway.cli.nodes:app",
        "Show the gateways that share a ledger, and what each does.",
        "wharf nodes list",
        _OPERATE,
    ),
    "parcels": Entry(
        "gateway.cli.parcels:app",
        "Show, hold, release and resend what is sent.",
        "wharf parcels list --state dead",
        _OPERATE,
    ),
    "acks": Entry("gateway.cli.acks:app", "Show which acknowledgments are awaited.", "wharf acks pending", _OPERATE),
    "breakers": Entry(
        "gateway.cli.breakers:app",
        "Show and release destinations that failed.",
        "wharf breakers list",
        _OPERATE,
    ),
    "partners": Entry(
        "gateway.cli.partners:app",
        "List and test partners, and propose rules from samples.",
        "wharf partners learn samples/*.edi --name acme",
        _OPERATE,
    ),
    "keys": Entry("gateway.cli.keys:app", "Make, list and revoke keys of the API.", "wharf keys list", _OPERATE),
    "audit": Entry(
        "gateway.cli.audit:app", "Show, verify and export who did and saw what.", "wharf audit verify", _CARE
    ),
    "robot": Entry(
        "gateway.cli.robot:command",
        "Play a supplier that answers orders, well or badly.",
        "wharf robot --partner acme --misbehave backorder=2",
        _FILES,
    ),
    "broker": Entry(
        "gateway.cli.broker:app", "Prepare the broker.", "wharf broker setup -c st-example/wharf.toml", _OPERATE
    ),
    "config": Entry(
        "gateway.cli.config:app",
        "Check the settings, and read them again.",
        "wharf config check -c st-example/wharf.toml",
        _CARE,
    ),
    "test": Entry(
        "gateway.cli.cases:command",
        "Test the settings and their rules against cases in a folder.",
        "wharf test -c st-example/wharf.toml",
        _CARE,
    ),
    "ledger": Entry(
        "gateway.cli.ledger:app",
        "Copy, verify, restore and prune the ledger.",
        "wharf ledger backup /backup/wharf-2026-03-04",
        _CARE,
    ),
    "doctor": Entry(
        "gateway.cli.doctor:command",
        "Look at everything that the gateway needs around it.",
        "wharf doctor -c st-example/wharf.toml",
        _CARE,
    ),
    "explain": Entry("gateway.cli.explain:command", "Explain a problem code.", "wharf explain X12-E0307", _CARE),
    "schema": Entry(
        "gateway.cli.schema:app",
        "Export the JSON Schemas and the description of the API.",
        "wharf schema export schemas/",
        _CARE,
    ),
    "bench": Entry("gateway.cli.bench:app", "Measure how fast messages are taken.", "wharf bench x12", _CARE),
}
"""In the order in which they are listed."""
