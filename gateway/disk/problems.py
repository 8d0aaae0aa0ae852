"""What a person must see to because room, or another thing that the machine has only so much of, runs out."""

from canonical.problem import ProblemKind

DISK_LOW = ProblemKind(
    "NET-W0931",
    "disk is getting full",
    "There is little room left on a disk that the gateway writes to. Everything still works. On the disk of the data "
    "folder intake stops before the disk is full, so that nothing that was accepted is harmed.",
    "Make room, or move the folder to a larger disk. What the ledger holds of old deliveries is pruned by [retention] "
    "of wharf.toml: `wharf ledger prune --dry-run` tells what that would give. It resolves by itself.",
)
INTAKE_STOPPED = ProblemKind(
    "NET-E0932",
    "intake is stopped: the disk is nearly full",
    "So little room is left on the disk of the data folder that nothing new is taken: files stay where they are, HL7 "
    "senders are told to send again, callers over SOAP and HTTP to call again. What was accepted goes on to be "
    "published and sent. Nothing is lost.",
    "Make room: `wharf doctor` says how much is missing. On a disk that is wholly full the file ballast in the data "
    "folder may be deleted; the gateway makes it anew. Intake goes on by itself, a little later than it stopped.",
)
FILES_RUN_OUT = ProblemKind(
    "NET-E0934",
    "open files run out",
    "The process has nearly as many files and connections open as the system allows. Beyond that, new connections wait "
    "and files cannot be read; nothing that was accepted is harmed.",
    "Raise LimitNOFILE of the service (or ulimit -n), or lower `connections` of the channels. A sender that opens "
    "connections and never closes them is the usual cause: the log names its address. It resolves by itself.",
)
