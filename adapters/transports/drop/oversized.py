"""What becomes of a file that is larger than its channel takes: it is written down, then put apart with a note."""

from collections.abc import Awaitable, Callable

from adapters.contracts import Oversized, Unkept
from adapters.transports.drop.folder import digest_of, origin, printable
from adapters.transports.drop.inbox import Ripe
from adapters.transports.drop.moving import Move
from adapters.transports.drop.settings import DropSettings

OffLoop = Callable[[Callable[[], str | None]], Awaitable[str | None]]


async def put_apart(
    ripe: Ripe, settings: DropSettings, seen: Callable[[str, str, str], Oversized], unkept: Unkept, off_loop: OffLoop
) -> Move | None:
    """The move to make when it is written down; None where the file changed meanwhile. ``seen`` makes the value of its
    name, its origin and its digest. Raises what reading it, or writing it down, raises."""
    sha256 = await off_loop(lambda: digest_of(settings.path, ripe.entry))
    if sha256 is None:
        return None
    name = printable(ripe.entry.name)
    told = seen(name, origin(ripe.entry), sha256)
    await unkept(told)
    note = (
        f"{name}: not read.\n\n"
        f"The file has {told.size} bytes; this channel takes up to {told.limit}.\n"
        "Split it into several interchanges, or raise max_bytes of the channel and drop it again.\n"
    )
    return Move(ripe, settings.rejected, told.id, note.encode())
