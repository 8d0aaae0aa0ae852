"""Reads ``wharf.toml`` and ``partners/*.toml`` and checks them as a whole; connects nowhere, creates nothing."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from adapters.partner import Acknowledgments, Duplicates, Partner
from canonical.problem import ProblemKind
from gateway import problems_config as kinds
from gateway.config.across import (
    PartnerFile,
    folder_problems,
    partner_problems,
    reference_problems,
)
from gateway.config.channels import TABLES, Channel, DropChannel
from gateway.config.checks import Origin, check_table, shown, suggestion
from gateway.config.doors import (
    certificate_problems,
    door_problems,
    listener_problems,
    open_door_problems,
    way_problems,
)
from gateway.config.environment import overlay
from gateway.config.errors import ConfigError, ConfigProblem
from gateway.config.fields import Table, at_home
from gateway.config.limits import LimitsTable
from gateway.config.outbound import OutboundTable
from gateway.config.overlays import overlay_problems
from gateway.config.places import Location, Places, places
from gateway.config.protection import AuditTable, EncryptionTable, encryption_problems, open_files
from gateway.config.references import read_references
from gateway.config.retention import RetentionTable, retention_problems
from gateway.config.route_checks import partner_problems as partner_problems_of_routes
from gateway.config.route_checks import read_routes
from gateway.config.secrets import Secret, SecretNotFoundError
from gateway.config.sending import (
    agreement_problems,
    channel_for_tests_problems,
    sending_problems,
    way_back_problems,
)
from gateway.config.servers import server_problems
from gateway.config.settings import (
    BrokerTable,
    Config,
    GatewayTable,
    HttpTable,
    LedgerTable,
    LoggingTable,
)
from gateway.config.soap import soap_problems
from gateway.config.soap_calls import call_problems
from gateway.config.urls import BROKER, LEDGER, broker_url_problems, ledger_url_problems

T = TypeVar("T", LedgerTable, BrokerTable)

FILE_NAME = "wharf.toml"
_LIMIT = 1024 * 1024
_SLUG = re.compile(r"[a-z0-9_]{1,64}")
_SECTIONS = (
    "gateway",
    "ledger",
    "broker",
    "http",
    "channels",
    "acknowledgments",
    "duplicates",
    "outbound",
    "limits",
    "retention",
    "logging",
    "audit",
    "encryption",
    "routes",
)
_KINDS = ("drop", "sftp", "mllp", "soap", "soap-poll", "http", "as2")
_TELLING = {"mllp": {"listen", "connect"}, "sftp": {"host", "host_key", "inbox", "outbox"}}
"""Settings by which a kind is known that is not named."""
_AVAILABLE_WORDS = " or ".join(f'"{kind}"' for kind in TABLES)


def find_config(path: Path | None) -> Path:
    """The settings file: the one named, or ``wharf.toml`` in a named folder or in the current one."""
    if path is None:
        return Path(FILE_NAME)
    return path / FILE_NAME if path.is_dir() else path


def load_config(path: Path, env: Mapping[str, str]) -> Config:
    """All settings, with those of the environment above the files. Raises ConfigError with everything wrong at once."""
    problems: list[ConfigProblem] = []
    raw, origin = _read(path, env, problems)
    home = path.absolute().parent
    tables = raw if raw is not None else {}

    for name in tables:
        if name not in _SECTIONS:
            help = suggestion(name, _SECTIONS)
            expected = f"one of {', '.join(_SECTIONS)}"
            problems.append(origin.problem(kinds.UNKNOWN_KEY, (name,), found=name, expected=expected, help=help))

    def table(name: str) -> Any:
        return tables.get(name, {})

    gateway = check_table(GatewayTable, table("gateway"), ("gateway",), origin, problems) if raw is not None else None
    ledger = check_table(LedgerTable, table("ledger"), ("ledger",), origin, problems)
    broker = check_table(BrokerTable, table("broker"), ("broker",), origin, problems)
    http = check_table(HttpTable, table("http"), ("http",), origin, problems)
    logging = check_table(LoggingTable, table("logging"), ("logging",), origin, problems)
    outbound = check_table(OutboundTable, table("outbound"), ("outbound",), origin, problems)
    limits = check_table(LimitsTable, table("limits"), ("limits",), origin, problems)
    retention = check_table(RetentionTable, table("retention"), ("retention",), origin, problems)
    acks = check_table(Acknowledgments, table("acknowledgments"), ("acknowledgments",), origin, problems)
    duplicates = check_table(Duplicates, table("duplicates"), ("duplicates",), origin, problems)
    audit = check_table(AuditTable, table("audit"), ("audit",), origin, problems)
    encryption = check_table(EncryptionTable, table("encryption"), ("encryption",), origin, problems)
    channels = _channels(table("channels"), home, env, origin, problems)
    inherited = {name: table(name) for name in ("acknowledgments", "duplicates") if isinstance(table(name), dict)}
    files, complete = _partners(home / "partners", inherited, acks is not None and duplicates is not None, problems)

    routes = read_routes(tables.get("routes", []), origin, problems)
    names = [file.partner.name for file in files] if complete else None
    references = read_references(home / "xref", names, problems)
    if complete and raw is not None:
        problems += partner_problems_of_routes(routes, [file.partner for file in files], origin)

    problems += folder_problems(channels, origin)
    problems += door_problems(channels, http, origin)
    problems += soap_problems(channels, http, origin)
    problems += call_problems(channels, origin)
    problems += way_problems(channels, table("channels"), origin)
    problems += certificate_problems(channels, origin)
    problems += server_problems(channels, origin)
    problems += partner_problems(files)
    problems += (problem for file in files for problem in overlay_problems(file.partner, file.origin))
    problems += sending_problems(channels, files)
    problems += way_back_problems(channels, files)
    channel_names = list(tables["channels"]) if isinstance(table("channels"), dict) and "channels" in tables else []
    if raw is not None:
        problems += agreement_problems(files)
        problems += channel_for_tests_problems(channels, files)
        problems += reference_problems(channels, channel_names, origin, files, complete)
    if retention is not None:
        problems += retention_problems(retention, duplicates, [file.partner for file in files], origin)
    if gateway is not None:
        gateway = at_home(gateway, home, env)
        _check_secrets(gateway, ("gateway",), origin, problems)
    if http is not None:
        problems += open_door_problems(http, origin)
        http = at_home(http, home, env)
        if http.tls is not None:
            problems += listener_problems(http.tls, ("http", "tls"), origin)
        _check_secrets(http, ("http",), origin, problems)
    ledger = _addressed(ledger, LEDGER, ledger_url_problems, (home, env, origin), problems)
    broker = _addressed(broker, BROKER, broker_url_problems, (home, env, origin), problems)

    if encryption is not None:
        encryption = encryption.placed(home, env)
        problems += encryption_problems(encryption, origin)

    warnings = tuple(problem for problem in problems if problem.kind.severity.value != "error")
    if len(warnings) < len(problems):
        raise ConfigError(sorted(problems, key=lambda each: (each.file != str(path), each.file, each.line or 0)))
    assert gateway and ledger and broker and http and logging and outbound and acks and duplicates  # noqa: S101 - no error means that all are there
    assert audit and encryption  # noqa: S101 - the same
    assert limits and retention  # noqa: S101
    return Config(
        path=path.absolute(),
        gateway=gateway,
        ledger=ledger,
        broker=broker,
        http=http,
        channels=channels,
        logging=logging,
        outbound=outbound,
        limits=limits,
        retention=retention,
        acknowledgments=acks,
        duplicates=duplicates,
        partners=tuple(file.partner for file in files),
        routes=tuple(routes.values()),
        references=references,
        audit=audit,
        encryption=encryption,
        warnings=warnings,
    )


def _read(path: Path, env: Mapping[str, str], problems: list[ConfigProblem]) -> tuple[dict[str, Any] | None, Origin]:
    """The tree of a file with the environment laid over it; None when the file cannot be read."""
    origin = Origin(str(path), Places({}), {})

    def refuse(kind: ProblemKind, found: str, line: int | None = None) -> tuple[None, Origin]:
        problems.append(ConfigProblem(kind, str(path), "", line, found))
        return None, origin

    try:
        with path.open("rb") as stream:
            content = stream.read(_LIMIT + 1)
    except OSError as error:
        return refuse(kinds.FILE_NOT_READABLE, (error.strerror or "not readable").lower())
    if len(content) > _LIMIT:
        return refuse(kinds.FILE_NOT_READABLE, "more than 1 MiB")
    try:
        text = content.decode("utf-8-sig")
        tree = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return refuse(kinds.NOT_TOML, "bytes that are not UTF-8", content[: error.start].count(b"\n") + 1)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        return refuse(kinds.NOT_TOML, re.sub(r" \(at .*", "", str(error)).lower(), line)
    except RecursionError:
        return refuse(kinds.NOT_TOML, "tables nested far too deep")
    merged, variables = overlay(tree, env)
    return merged, Origin(str(path), places(text), variables)


def _channels(
    value: Any, home: Path, env: Mapping[str, str], origin: Origin, problems: list[ConfigProblem]
) -> dict[str, Channel]:
    if not isinstance(value, dict):
        expected = "tables as [channels.suppliers]"
        problems.append(origin.problem(kinds.WRONG_VALUE, ("channels",), found=shown(value), expected=expected))
        return {}
    channels: dict[str, Channel] = {}
    for name, raw in value.items():
        at: Location = ("channels", name)
        if not _SLUG.fullmatch(name):
            expected = "a name of a-z, 0-9 and _, at most 64 long"
            problems.append(origin.problem(kinds.WRONG_VALUE, at, found=f'"{name}"', expected=expected))
        kind = raw.get("kind") if isinstance(raw, dict) else None
        if isinstance(kind, str) and kind not in TABLES:
            problems.append(_kind_problem(kind, (*at, "kind"), origin))
            continue
        channel = check_table(_model_of(raw), raw, at, origin, problems)
        if channel is not None:
            channels[name] = _placed(channel, home, env)
            _check_secrets(channels[name], at, origin, problems)
    return channels


def _model_of(raw: Any) -> type[Channel]:
    """The model of a channel's kind; where none is named, the one whose settings stand there."""
    settings = raw if isinstance(raw, dict) else {}
    kind = settings.get("kind")
    likely = next((each for each, names in _TELLING.items() if settings.keys() & names), "drop")
    return TABLES.get(kind if isinstance(kind, str) else likely, DropChannel)


def _placed(channel: Channel, home: Path, env: Mapping[str, str]) -> Channel:
    """The channel with its paths made absolute; a folder without ``..`` and links, whether or not it exists."""
    channel = at_home(channel, home, env)
    return channel.model_copy(update={"path": channel.path.resolve()}) if isinstance(channel, DropChannel) else channel


def _kind_problem(kind: str, at: Location, origin: Origin) -> ConfigProblem:
    if kind in _KINDS:
        return origin.problem(kinds.CHANNEL_KIND_NOT_AVAILABLE, at, found=f'"{kind}"', expected=_AVAILABLE_WORDS)
    return origin.problem(
        kinds.WRONG_VALUE, at, found=shown(kind), expected=_AVAILABLE_WORDS, help=suggestion(kind, _KINDS)
    )  # fmt: skip


def _partners(
    folder: Path, inherited: Mapping[str, Mapping[str, Any]], usable: bool, problems: list[ConfigProblem]
) -> tuple[list[PartnerFile], bool]:
    """The partners of all files, in the order of their names, and whether every file gave one."""
    files = []
    complete = True
    for path in sorted(folder.glob("*.toml")):
        raw, origin = _read(path, {}, problems)
        partner = None
        if raw is not None:
            if usable:
                for name, defaults in inherited.items():
                    if isinstance(own := raw.get(name, {}), dict):
                        raw[name] = {**defaults, **own}
            partner = check_table(Partner, raw, (), origin, problems)
        if partner is None:
            complete = False
        else:
            files.append(PartnerFile(partner, origin))
    return files, complete


def _check_secrets(table: Table, at: Location, origin: Origin, problems: list[ConfigProblem]) -> None:
    """The secrets of a table, which must not stand in the settings themselves."""
    for name, value in table:
        place = (*at, name)
        if isinstance(value, Table):
            _check_secrets(value, place, origin, problems)
        elif isinstance(value, Secret):
            if value.inline is not None and place not in origin.variables:
                expected = type(table).model_fields[name].description
                problems.append(origin.problem(kinds.WRONG_VALUE, place, found="the secret itself", expected=expected))
            _check_secret(value, place, origin, problems)


def _check_secret(secret: Secret, at: Location, origin: Origin, problems: list[ConfigProblem]) -> str | None:
    """What the secret holds, or None with the problem told."""
    problems += (origin.problem(kind, at, found=str(secret)) for kind in open_files(secret.file))
    try:
        return secret.reveal().get_secret_value()
    except SecretNotFoundError:
        problems.append(origin.problem(kinds.SECRET_NOT_FOUND, at, found=f"{secret}, which is empty or not there"))
        return None


def _addressed(
    table: T | None,
    at: Location,
    check: Callable[[str, Secret, Origin], list[ConfigProblem]],
    where: tuple[Path, Mapping[str, str], Origin],
    problems: list[ConfigProblem],
) -> T | None:
    """The table with its secret at home, after a look at the address in it."""
    if table is None:
        return None
    home, env, origin = where
    table = at_home(table, home, env)
    if (url := _check_secret(table.url, at, origin, problems)) is not None:
        problems += check(url, table.url, origin)
    return table
