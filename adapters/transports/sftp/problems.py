"""What a person must see to on the way to a partner's SFTP server, or there."""

from canonical.problem import ProblemKind

WRONG_HOST_KEY = ProblemKind(
    "NET-E0601",
    "SFTP server shows another host key",
    "A server proves by its host key that it is the one that was meant. This one showed a key that the channel does "
    "not name. Either the partner has changed the key, or somebody else answers in its place. Nothing was sent to it "
    "and nothing was taken.",
    "Ask the partner for the fingerprint of the new key, by telephone and not by an address from the message that "
    "announced it. Write the key into host_key of the channel only if it is the one that was shown.",
)
LOGIN_REFUSED = ProblemKind(
    "NET-E0602",
    "SFTP server does not let us in",
    "The server does not accept the user with the key or password of the channel, or the key cannot be read. The "
    "channel asks again later and later, up to every 15 minutes, because many servers lock an account after a few "
    "refusals.",
    "Compare user, key and password with what the partner has set up; `wharf doctor` tries them. Restart the gateway "
    "after a change.",
)
INBOX_NOT_READABLE = ProblemKind(
    "NET-E0603",
    "inbox on the SFTP server cannot be read",
    "The folder that files are fetched from is not there, or our user may not read it or a file in it. What could not "
    "be fetched stays there and is tried again.",
    "Ask the partner for the path as our user sees it, and for the right to read it; `wharf doctor` looks into it.",
)
CANNOT_MOVE = ProblemKind(
    "NET-E0604",
    "fetched files cannot be moved away on the SFTP server",
    "Files were fetched and are safe in the ledger, but the server lets us neither move nor delete them. They are not "
    "published again, not even after a restart; but the folder grows, and each start fetches them once more.",
    'Ask the partner for the right to rename within the inbox, or to delete: then set after = "delete". Otherwise name '
    "a folder as done that our user may write to.",
)
TOO_LARGE = ProblemKind(
    "NET-W0605",
    "file on the SFTP server is too large",
    "The file has more bytes than max_bytes of the channel allows. It was not fetched.",
    "Ask the partner to split it into several interchanges, or raise max_bytes and have the file put there again.",
)
OUTBOX_NOT_WRITABLE = ProblemKind(
    "NET-E0606",
    "outbox on the SFTP server cannot be written",
    "The folder that files are put into is not there, our user may not write to it, the server has no room, or another "
    "file lies under the name. What "
    "could not be sent is kept and tried again.",
    "Ask the partner for the path as our user sees it, the right to write and rename there, and its free space.",
)
UNREACHABLE = ProblemKind(
    "NET-E0607",
    "SFTP server cannot be reached",
    "For ten minutes there was no connection to the server, or none that came as far as the login. Files there wait, "
    "and so does what is to be sent; the channel goes on trying, once a minute.",
    "See the reason with `wharf doctor`, then ask the partner, or whoever keeps the network between.",
)
