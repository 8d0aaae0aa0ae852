"""What can be wrong in the settings: the catalogue of ``CFG-`` codes. Codes are stable for ever."""

from typing import Final

from canonical.problem import ProblemKind

FILE_NOT_READABLE: Final = ProblemKind(
    "CFG-E0001",
    "settings file cannot be read",
    "Wharf reads one file, wharf.toml, and the partner files beside it. The file is not there, is a folder, is far too "
    "large, or may not be read by this user.",
    "Write a first set of settings with `wharf init DIR`, or name the file with -c.",
)
NOT_TOML: Final = ProblemKind(
    "CFG-E0002",
    "settings file is not valid TOML",
    "The file could not be understood from the named line on. Usually a quotation mark or a bracket is missing, or a "
    "key or a table stands there twice.",
    "Look at the named line and the one before it. Text stands in double quotes; a backslash is written twice.",
    'name = "st-example',
)
UNKNOWN_KEY: Final = ProblemKind(
    "CFG-E0003",
    "unknown setting",
    "There is no setting of this name at this place. It is refused, because a setting with a slip in its name would "
    "otherwise be ignored without a word.",
    "Correct the name or remove the line.",
    "[http]\nlisten_on = ...",
)
WRONG_VALUE: Final = ProblemKind(
    "CFG-E0004",
    "wrong value",
    "The setting exists, but this value does not fit it.",
    "Write a value of the expected kind.",
    '[broker]\nwindow = "many"',
)
MISSING_KEY: Final = ProblemKind(
    "CFG-E0005",
    "setting is missing",
    "This setting has no default, since none would be right for everybody.",
    "Add the setting.",
    '[channels.suppliers]\nkind = "drop"      (and no path)',
)
SECRET_NOT_FOUND: Final = ProblemKind(
    "CFG-E0006",
    "secret cannot be found",
    "The settings name the place of a secret, an environment variable or a file, and there is nothing at that place.",
    "Set the variable or write the file, for the user that runs the gateway.",
    'url = { env = "WHARF_BROKER_URL" }',
)
CHANNEL_KIND_NOT_AVAILABLE: Final = ProblemKind(
    "CFG-E0007",
    "kind of channel is not available in this version",
    "This kind of channel has its name already, but this version of Wharf does not bring it.",
    'Use kind = "drop", "mllp" or "sftp", or remove the channel.',
    '[channels.erp]\nkind = "soap"',
)
FOLDERS_OVERLAP: Final = ProblemKind(
    "CFG-E0008",
    "two channels share a folder",
    "A drop channel owns its folder and the siblings done, rejected and out. If two channels share one of them, or one "
    "lies inside another, each would take the other's files.",
    "Give each channel a folder of its own, as var/acme/in and var/best/in.",
)
PARTNER_TWICE: Final = ProblemKind(
    "CFG-E0009",
    "partner is not unique",
    "A name, an identity or the part of the catch-all belongs to one partner only. Otherwise nobody could say who has "
    "sent a file.",
    "Remove it from one of the two partner files.",
)
OPEN_TO_ALL: Final = ProblemKind(
    "CFG-E0010",
    "listens beyond this machine without credentials",
    "An address other than loopback can be reached from the network, and nothing would be asked of who comes.",
    'Listen on 127.0.0.1, or set [http] token = { env = "WHARF_HTTP_TOKEN" }; for a channel, allow or tls.client_ca.',
    '[http]\nlisten = "0.0.0.0:8080"',
)
NOT_IN_THIS_VERSION: Final = ProblemKind(
    "CFG-E0011",
    "not available in this version",
    "The value is known, but this version of Wharf does not bring what it needs.",
    "Use one of the values named.",
)
LIBRARY_MISSING: Final = ProblemKind(
    "CFG-E0012",
    "library for this setting is not installed",
    "What the setting asks for needs a library that comes as an extra, because most sites never need it.",
    "Install the extra: pip install wharf-gateway[legacy-ssh], or [postgres] for a ledger on PostgreSQL.",
    "legacy = true",
)
PASSWORD_IN_FILE: Final = ProblemKind(
    "CFG-W0001",
    "password stands in the settings file",
    "Settings are usually kept under version control, where many can read them and nothing is ever forgotten.",
    'Write url = { env = "WHARF_BROKER_URL" } or url = { file = "/run/secrets/broker" }, and keep the address there.',
    '[broker]\nurl = "amqp://wharf:secret@mq.example/"',
)
SECRET_READABLE_BY_OTHERS: Final = ProblemKind(
    "CFG-W0002",
    "secret file can be read by every user",
    "The permissions of the file let every user of this machine read the secret.",
    "Run chmod 600 on the file.",
)
OLD_ALGORITHMS: Final = ProblemKind(
    "CFG-W0003",
    "old SSH algorithms are allowed",
    "The channel talks to a server with algorithms that are refused elsewhere: SHA-1 in signatures and key exchange, "
    "CBC ciphers. Somebody on the way may be able to read or change what goes over it.",
    "Ask the partner to renew its server, then remove legacy = true.",
    "legacy = true",
)

PROBLEMS: Final[tuple[ProblemKind, ...]] = (
    FILE_NOT_READABLE,
    NOT_TOML,
    UNKNOWN_KEY,
    WRONG_VALUE,
    MISSING_KEY,
    SECRET_NOT_FOUND,
    CHANNEL_KIND_NOT_AVAILABLE,
    FOLDERS_OVERLAP,
    PARTNER_TWICE,
    OPEN_TO_ALL,
    NOT_IN_THIS_VERSION,
    LIBRARY_MISSING,
    PASSWORD_IN_FILE,
    SECRET_READABLE_BY_OTHERS,
    OLD_ALGORITHMS,
)
"""All kinds of this family, in the order of their numbers."""
