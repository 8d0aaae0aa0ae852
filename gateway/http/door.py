"""The door: who asks, what every answer carries, and how many are served at a time."""

import asyncio
import hmac
import ipaddress
from collections.abc import Callable, Collection
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import problems_http as kinds
from gateway.http.attempts import Attempts
from gateway.http.budget import Budget
from gateway.http.problems import ApiError
from gateway.ids import Clock
from gateway.keys import Caller, digest_of
from gateway.ledger.contract import Ledger, LedgerError, Reads, Transaction

MOST_REQUESTS = 256
"""Requests that are answered at the same time."""
MOST_BYTES = 512 << 20
"""Bytes of their bodies that are held in memory."""
_LONGEST_KEY = 256
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

log = structlog.get_logger(__name__)


class Doorkeeper:
    """Tells who asks. Keys are looked up for each request, so that one that is revoked is refused at once."""

    def __init__(
        self, ledger: Ledger, *, token: SecretStr | None, auth: Literal["auto", "keys"], clock: Clock,
        monotonic: Callable[[], float], refused: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """``refused`` is told the address of whoever shows a wrong key."""
        self._refused = refused
        self._ledger = ledger
        self._token = digest_of(token.get_secret_value()) if token is not None else None
        self._always = auth == "keys" or token is not None
        self._clock = clock
        self._attempts = Attempts(monotonic)
        self._notes: set[asyncio.Future[None]] = set()

    async def caller(self, headers: Headers, address: str) -> Caller:
        """Who asks. Raises ApiError where nobody may who shows this."""
        shown = headers.get("authorization")
        if shown is None:
            if self._always or await self._read(lambda reads: reads.asks_for_keys()):
                raise _unknown()
            _same_machine(headers)
            return Caller("anybody")
        scheme, _, key = shown.partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key or len(key) > _LONGEST_KEY:
            raise _unknown()
        digest = digest_of(key)
        if seconds := self._attempts.wait(address, digest):
            self._refused(address)
            raise ApiError(429, kinds.TOO_MANY_ATTEMPTS, headers={"Retry-After": str(seconds)})
        caller = await self._known(digest)
        if caller is None:
            self._attempts.wrong(address, digest)
            self._refused(address)
            log.warning("a wrong key was shown", address=address)
            raise _unknown()
        self._attempts.right(digest)
        return caller

    async def _known(self, digest: str) -> Caller | None:
        if self._token is not None and hmac.compare_digest(digest, self._token):
            return Caller("token")
        row = await self._read(lambda reads: reads.key(digest))
        if row is None or not hmac.compare_digest(row.digest, digest) or not row.valid(self._clock()):
            return None
        id, now = row.id, self._clock()
        if row.last_used_at is None or (now - row.last_used_at).total_seconds() >= 60:
            self._note(lambda tx: tx.key_used(id, now))
        return Caller(row.name, row.scopes, row.partner, row.channel, row.id)

    async def _read(self, work: Callable[[Reads], Any]) -> Any:
        try:
            return await asyncio.to_thread(self._ledger.read, work)
        except LedgerError:
            raise ApiError(503, kinds.NOT_NOW, headers={"Retry-After": "5"}) from None

    def _note(self, work: Callable[[Transaction], None]) -> None:
        """Written beside the answer, which does not wait for it."""
        note = asyncio.ensure_future(asyncio.wrap_future(self._ledger.write(work)))
        self._notes.add(note)
        note.add_done_callback(self._noted)

    def _noted(self, note: "asyncio.Future[None]") -> None:
        self._notes.discard(note)
        if not note.cancelled() and note.exception() is not None:
            log.warning("the use of a key was not noted")


class Door:
    """Every request comes through here: it gets its caller, or is refused, and its answer the security headers."""

    def __init__(
        self,
        app: ASGIApp,
        keeper: Doorkeeper,
        open: Collection[str],
        own: Collection[str],
        most: int = MOST_REQUESTS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """``open`` paths ask for nothing; ``own`` paths ask by themselves, in their own way."""
        self._app = app
        self._keeper = keeper
        self._open = frozenset(open)
        self._own = frozenset(own)
        self._budget = Budget(most_bytes)
        self._most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        try:
            await self._enter(scope)
        except ApiError as error:
            await error.response()(scope, receive, guarded)
            return
        self._under_way += 1
        account = self._budget.account()
        scope.setdefault("state", {})["account"] = account
        try:
            await self._app(scope, receive, guarded)
        finally:
            self._under_way -= 1
            account.close()

    async def _enter(self, scope: Scope) -> None:
        if scope["path"] in self._open:
            return
        if self._under_way >= self._most:
            raise ApiError(503, kinds.BUSY, headers={"Retry-After": "1"})
        if scope["path"] in self._own:
            return
        address = scope["client"][0] if scope.get("client") else ""
        scope.setdefault("state", {})["caller"] = await self._keeper.caller(Headers(scope=scope), address)


def _unknown() -> ApiError:
    return ApiError(401, kinds.KEY_NEEDED, headers={"WWW-Authenticate": "Bearer"})


def _same_machine(headers: Headers) -> None:
    """Where no key is asked for, a page in a browser must not reach us by its user's back: not under a name that was
    made to lead here (DNS rebinding), and not from a page of another origin."""
    host = headers.get("host", "")
    origin = headers.get("origin")
    if not _loopback(host) or (origin is not None and origin.partition("://")[2] != host):
        raise ApiError(403, kinds.FOREIGN_PAGE)


def _loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
