"""Settings of MLLP channels: who may be let in from where, and everything wrong told in its place."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway.config import Config, ConfigError, ConfigProblem, MllpChannel, load_config
from tests.rigs.mllp import Authority

HEAD = '[gateway]\nname = "st"\n[channels.ehr]\nkind = "mllp"\n'


def load(folder: Path, text: str) -> Config:
    (folder / "wharf.toml").write_text(text)
    return load_config(folder / "wharf.toml", {})


def refused(folder: Path, text: str) -> tuple[ConfigProblem, ...]:
    with pytest.raises(ConfigError) as told:
        load(folder, text)
    return told.value.problems


def only(problems: tuple[ConfigProblem, ...]) -> ConfigProblem:
    assert len(problems) == 1, ConfigError(problems)
    return problems[0]


@pytest.fixture
def tls(tmp_path: Path) -> str:
    """A table whose files are right, with paths relative to wharf.toml."""
    (tmp_path / "tls").mkdir()
    Authority(tmp_path / "tls").issue("gateway.example").key.chmod(0o600)
    return 'certificate = "tls/gateway.example.pem", key = "tls/gateway.example.key"'


def test_a_channel_needs_no_more_than_its_address(tmp_path: Path) -> None:
    config = load(tmp_path, HEAD + 'listen = "127.0.0.1:0"\n')
    channel = config.listeners()["ehr"]
    assert (str(channel.listen), channel.max_bytes, channel.stall, channel.tls) == ("127.0.0.1:0", 16 << 20, 30.0, None)
    assert config.drops() == {}
    assert config.warnings == ()


def test_beyond_loopback_somebody_must_be_asked_for(tmp_path: Path, tls: str) -> None:
    listen = 'listen = "0.0.0.0:2575"\n'
    for open_to_all in ("", "allow = []\n", f"tls = {{ {tls} }}\n"):
        problem = only(refused(tmp_path, HEAD + listen + open_to_all))
        assert (problem.code, problem.key, problem.line) == ("CFG-E0010", "channels.ehr.listen", 5)
        assert "client_ca" in (problem.help or "")
    channel = load(tmp_path, HEAD + listen + 'allow = ["10.1.2.3", "2001:db8::/32"]\n').listeners()["ehr"]
    assert channel.allow == (ip_network("10.1.2.3/32"), ip_network("2001:db8::/32"))
    channel = load(tmp_path, HEAD + listen + f'tls = {{ {tls}, client_ca = "tls/authority.pem" }}\n').listeners()["ehr"]
    assert channel.tls is not None
    assert channel.tls.client_ca == tmp_path / "tls/authority.pem"
    assert channel.tls.key == tmp_path / "tls/gateway.example.key"


@pytest.mark.parametrize(
    ("setting", "key", "words"),
    [
        ('listn = "127.0.0.1:1"', "channels.ehr.listn", 'Did you mean "listen"?'),
        ('path = "var/in"', "channels.ehr.path", "one of partner, kind, listen"),
        ("allow = [5]", "channels.ehr.allow[1]", "a list of addresses and networks"),
        ('allow = ["10.0.0.1/8"]', "channels.ehr.allow[1]", "a list of addresses and networks"),
        ('allow = ["10.0.0.1", "hospital"]', "channels.ehr.allow[2]", '"hospital"'),
        ("stall = 0", "channels.ehr.stall", "seconds"),
        ("max_bytes = 0", "channels.ehr.max_bytes", "bytes up to 1 GiB"),
        ("connections = 0", "channels.ehr.connections", "1 to 100000"),
        ('tls = { certificate = "a.pem" }', "channels.ehr.tls.key", "without a password"),
        ('tls = { certificate = "a.pem", key = "a.key", ca = "b" }', "channels.ehr.tls.ca", "unknown setting"),
        ('tls = "a.pem"', "channels.ehr.tls", "certificate ="),
        ('partner = "nobody"', "channels.ehr.partner", "the name of a partner"),
    ],
)
def test_one_wrong_setting_is_one_located_problem(tmp_path: Path, setting: str, key: str, words: str) -> None:
    problems = refused(tmp_path, HEAD + 'listen = "127.0.0.1:0"\n' + setting + "\n")
    told = [problem for problem in problems if problem.key == key]
    assert len(told) == 1, ConfigError(problems)
    assert told[0].line == 6
    assert words in str(ConfigError(told))
    assert len(problems) == 1 or "tls" in key


def test_the_address_is_asked_for(tmp_path: Path) -> None:
    problem = only(refused(tmp_path, HEAD))
    assert (problem.code, problem.key) == ("CFG-E0005", "channels.ehr.listen")
    problem = only(refused(tmp_path, HEAD.replace('kind = "mllp"', 'listen = "127.0.0.1:0"')))
    assert (problem.code, problem.key) == ("CFG-E0005", "channels.ehr.kind")


@pytest.mark.parametrize(
    "other", ['[http]\nlisten = "127.0.0.1:2575"\n', '[channels.b]\nkind = "mllp"\nlisten = "127.0.0.1:2575"\n']
)
def test_an_address_belongs_to_one(tmp_path: Path, other: str) -> None:
    problem = only(refused(tmp_path, HEAD + 'listen = "127.0.0.1:2575"\n' + other))
    assert problem.code == "CFG-E0004"
    assert "listens too" in (problem.found or "")


def test_free_ports_are_shared_by_nobody(tmp_path: Path) -> None:
    other = '[channels.b]\nkind = "mllp"\nlisten = "127.0.0.1:0"\n[http]\nlisten = "127.0.0.1:0"\n'
    assert set(load(tmp_path, HEAD + 'listen = "127.0.0.1:0"\n' + other).listeners()) == {"ehr", "b"}


def test_the_name_of_the_gateways_own_port_is_taken(tmp_path: Path) -> None:
    problem = only(refused(tmp_path, HEAD.replace("ehr", "http") + 'listen = "127.0.0.1:0"\n'))
    assert (problem.code, problem.key) == ("CFG-E0004", "channels.http")


def test_certificates_are_looked_at_before_anything_starts(tmp_path: Path, tls: str) -> None:
    text = HEAD + 'listen = "127.0.0.1:0"\n'
    assert isinstance(load(tmp_path, text + f"tls = {{ {tls} }}\n").channels["ehr"], MllpChannel)
    problem = only(refused(tmp_path, text + 'tls = { certificate = "gone.pem", key = "gone.key" }\n'))
    assert (problem.code, problem.key, problem.line) == ("CFG-E0004", "channels.ehr.tls", 6)
    assert problem.found == f"{tmp_path}/gone.pem: no such file or directory"
    other = Authority(tmp_path).issue("other.example", valid=timedelta(days=1))
    other.key.chmod(0o600)
    problem = only(
        refused(tmp_path, text + f"tls = {{ {tls.replace('gateway.example.key', '../other.example.key')} }}\n")
    )
    assert "does not belong to" in (problem.found or "")


def test_a_key_that_all_can_read_is_told(tmp_path: Path, tls: str) -> None:
    (tmp_path / "tls/gateway.example.key").chmod(0o644)
    config = load(tmp_path, HEAD + f'listen = "127.0.0.1:0"\ntls = {{ {tls} }}\n')
    assert [(warning.code, warning.key) for warning in config.warnings] == [("CFG-W0002", "channels.ehr.tls.key")]


def test_what_only_receives_is_no_place_to_send_to(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners/a.toml").write_text('name = "acme"\nsend = { channel = "ehr" }\n')
    problem = only(refused(tmp_path, HEAD + 'listen = "127.0.0.1:0"\n'))
    assert (problem.key, problem.found) == ("send.channel", '"ehr", which only receives')


X12 = 'identities = [{ scheme = "ISA", qualifier = "01", id = "123456789" }]\n'
NEVER = 'acknowledgments = { functional = "never", interchange = "never" }\n'


@pytest.mark.parametrize(
    ("partner", "told"),
    [
        (X12, "sends X12 (an identity of the scheme ISA)"),
        ("catch_all = true\n", "takes every sender"),
        (NEVER + 'x12 = { write = { release = "005010" } }\n', "is written X12"),
        (X12 + NEVER, None),
        ("catch_all = true\n" + NEVER, None),
        ('identities = [{ scheme = "MSH", id = "LAB|STEX" }]\n', None),
    ],
)
def test_x12_is_never_to_be_sent_over_mllp(tmp_path: Path, partner: str, told: str | None) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners/a.toml").write_text(f'name = "acme"\nsend = {{ channel = "lab" }}\n{partner}')
    text = CALLER + 'connect = "lab.example:2575"\n'
    if told is None:
        assert load(tmp_path, text).partners[0].send is not None
        return
    problem = only(refused(tmp_path, text))
    assert (problem.code, problem.key, problem.line) == ("CFG-E0004", "send.channel", 2)
    assert told in (problem.found or "")
    assert problem.expected == "the name of a channel that is not of kind mllp"


CALLER = '[gateway]\nname = "st"\n[channels.lab]\nkind = "mllp"\n'


def test_a_channel_may_call_listen_or_both(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners/a.toml").write_text('name = "acme"\nsend = { channel = "lab" }\n')
    config = load(tmp_path, CALLER + 'connect = "lab.example:2575"\nanswer_seconds = 5\n')
    (channel,) = config.callers().values()
    assert (str(channel.connect), channel.answer_seconds, channel.connect_tls) == ("lab.example:2575", 5, None)
    assert config.listeners() == {}
    config = load(tmp_path, CALLER + 'connect = "[::1]:2575"\nlisten = "127.0.0.1:0"\nstall = 9\nconnect_seconds = 1\n')
    assert set(config.callers()) == set(config.listeners()) == {"lab"}


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        ('connect = "lab.example:0"', "channels.lab.connect", "host:port"),
        ('connect = "lab.example"', "channels.lab.connect", "host:port"),
        ('connect = "a:1"\nallow = ["10.0.0.1"]', "channels.lab.allow", "listen = host:port beside it"),
        ('listen = "127.0.0.1:0"\nanswer_seconds = 5', "channels.lab.answer_seconds", "connect = host:port beside it"),
        ('connect = "a:1"\nanswer_seconds = 601', "channels.lab.answer_seconds", "0.1 to 600"),
        ('connect = "a:1"\nconnect_tls = { key = "a.key" }', "channels.lab.connect_tls.certificate", "belongs to"),
        ('connect = "a:1"\nconnect_tls = { ca = "gone.pem" }', "channels.lab.connect_tls", "gone.pem: no such file"),
        ('connect = "a:1"\nconnect_tls = { server_name = "a b" }', "channels.lab.connect_tls.server_name", "the name"),
    ],
)
def test_one_wrong_setting_of_a_caller_is_one_located_problem(
    tmp_path: Path, settings: str, key: str, words: str
) -> None:
    problem = only(refused(tmp_path, CALLER + settings + "\n"))
    assert (problem.key, problem.line) == (key, 4 + len(settings.splitlines()))
    assert words in str(ConfigError([problem]))


def test_the_files_of_a_caller_are_found_beside_the_settings(tmp_path: Path, tls: str) -> None:
    text = CALLER + f'connect = "127.0.0.1:1"\nconnect_tls = {{ {tls}, ca = "tls/authority.pem", server_name = "x" }}\n'
    table = load(tmp_path, text).callers()["lab"].connect_tls
    assert table is not None
    assert (table.ca, table.server_name) == (tmp_path / "tls/authority.pem", "x")
    assert table.certificate == tmp_path / "tls/gateway.example.pem"
    (tmp_path / "tls/gateway.example.key").chmod(0o644)
    (warning,) = load(tmp_path, text).warnings
    assert (warning.code, warning.key) == ("CFG-W0002", "channels.lab.connect_tls.key")
