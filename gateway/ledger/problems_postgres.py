"""The catalogue of what can be wrong between the gateway and its database; told to operators, never to partners."""

from canonical.problem import ProblemKind

AWAY = ProblemKind(
    "NET-E0901",
    "the database cannot be reached",
    "No connection to the PostgreSQL server could be made, it was cut, or the server takes no writes now because it "
    "starts, recovers or is a standby. While it lasts nothing is accepted, so that nothing is lost; the gateway "
    "goes on by itself when the database is back.",
    "Check that the server runs, and that host and port in [ledger] url are right and not behind a firewall.",
)
LOGIN_REFUSED = ProblemKind(
    "NET-E0902",
    "the database refuses the login",
    "User or password are not accepted, or pg_hba.conf has no line for this user, database and address.",
    "Check the secret behind [ledger] url, the role, and pg_hba.conf of the server.",
)
NOT_THERE = ProblemKind(
    "NET-E0903",
    "there is no such database",
    "The server answers, and has no database or no role of this name. The gateway makes tables, never databases.",
    "Create it: CREATE DATABASE wharf OWNER wharf ENCODING 'UTF8' TEMPLATE template0; or correct [ledger] url.",
)
UNSAFE = ProblemKind(
    "NET-E0904",
    "a setting of the database would lose what was accepted",
    "The server is set to tell that something is on disk before it is, or to tear pages when power fails. A sender "
    "would be told that its message is accepted, and a power cut would lose it.",
    "Set synchronous_commit to on (or remote_write, remote_apply, local), fsync to on and full_page_writes to on, for "
    "the server and for the role: ALTER ROLE wharf RESET synchronous_commit.",
)
NOT_FIT = ProblemKind(
    "NET-E0905",
    "the database does not fit",
    "The server is older than version 13, or the database keeps its text in another encoding than UTF-8.",
    "Use PostgreSQL 13 or later and a database made with ENCODING 'UTF8'.",
)
NOT_OURS = ProblemKind(
    "NET-E0906",
    "the database is not this ledger",
    "The database holds tables of something else, or another ledger than this data folder has worked with before: "
    "another database of that name, or an older copy that was put in its place as a new one.",
    "Give the ledger a database of its own, or put the right one back. To work with another ledger on purpose, use an "
    "empty data folder.",
)
NO_ADDRESS = ProblemKind(
    "NET-E0907",
    "not an address of a database",
    "The client library does not understand the address, or a setting in it.",
    "Write postgresql://user:password@host:5432/database; what is no letter or digit in a password is written as "
    "%40 for @, %2F for /.",
)
UNKNOWN_OUTCOME = ProblemKind(
    "NET-E0908",
    "nobody can tell yet whether a commit was made",
    "The connection was lost while a commit was under way, and the database could not be asked in time what became of "
    "it. The sender is asked to send again; what was kept already is found and not doubled.",
    "Nothing is to be done but to bring the database back.",
)


def told(kind: ProblemKind, detail: str) -> str:
    """One line for a person: code, what is wrong, where."""
    return f"{kind.code} {kind.title}: {detail}"
