"""Settings: what is right works, and everything that is wrong is told at once with its place and remedy."""

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import Config, ConfigError, ConfigProblem, find_config, load_config
from gateway.init import write_settings

GOOD = """
[gateway]
name = "st-example"
identities = [
  { scheme = "ISA", qualifier = "01", id = "987654321" },
]
[channels.suppliers]
kind = "drop"
path = "var/drop/in"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "partners").mkdir()
    (tmp_path / "wharf.toml").write_text(GOOD)
    return tmp_path


def load(home: Path, text: str | None = None, env: Mapping[str, str] | None = None) -> Config:
    if text is not None:
        (home / "wharf.toml").write_text(text)
    return load_config(home / "wharf.toml", env or {})


def refused(home: Path, text: str | None = None, env: Mapping[str, str] | None = None) -> tuple[ConfigProblem, ...]:
    with pytest.raises(ConfigError) as told:
        load(home, text, env)
    return told.value.problems


def only(problems: tuple[ConfigProblem, ...]) -> ConfigProblem:
    assert [problem.code for problem in problems] == [problems[0].code]
    return problems[0]


def test_defaults_and_absolute_paths(home: Path) -> None:
    config = load(home)
    assert config.data == home / "var"
    assert config.drops()["suppliers"].path == home / "var/drop/in"
    assert (config.http.listen.host, config.http.listen.port) == ("127.0.0.1", 8080)
    assert config.embedded()
    assert config.gateway.event_prefix == "org.wharf.supply"
    assert config.gateway.identities[0].id == "987654321"
    assert config.partners == ()
    assert not (home / "var").exists(), "checking settings makes nothing"


def test_what_init_writes_is_accepted_as_it_is(tmp_path: Path) -> None:
    write_settings(tmp_path)
    config = load(tmp_path)
    assert {partner.name for partner in config.partners} == {"acme", "unlisted"}
    assert config.warnings == ()


def test_commands_find_the_file_in_the_current_folder_or_in_a_named_one(tmp_path: Path) -> None:
    assert find_config(None) == Path("wharf.toml")
    assert find_config(tmp_path) == tmp_path / "wharf.toml"
    assert find_config(tmp_path / "other.toml") == tmp_path / "other.toml"


def test_environment_stands_above_the_file(home: Path) -> None:
    env = {
        "WHARF__HTTP__LISTEN": "127.0.0.1:0",
        "WHARF__CHANNELS__SUPPLIERS__PATH": "/srv/edi/in",
        "WHARF__CHANNELS__SUPPLIERS__WORKERS": "7",
        "WHARF__BROKER__URL": "amqp://wharf:hush@mq.example/",
        "WHARF__GATEWAY__IDENTITIES": '[{ scheme = "GLN", id = "0614141000005" }]',
        "OTHER": "ignored",
    }
    config = load(home, env=env)
    assert config.http.listen.port == 0
    assert config.drops()["suppliers"].path == Path("/srv/edi/in")
    assert config.drops()["suppliers"].workers == 7
    assert config.broker_url().get_secret_value() == "amqp://wharf:hush@mq.example/"
    assert not config.embedded()
    assert config.gateway.identities[0].scheme == "GLN"


def test_a_wrong_variable_is_told_by_its_name(home: Path) -> None:
    problem = only(refused(home, env={"WHARF__BROKER__WINDOW": "many"}))
    assert (problem.code, problem.file, problem.key) == ("CFG-E0004", "environment", "WHARF__BROKER__WINDOW")
    problem = only(refused(home, env={"WHARF__BROKR__WINDOW": "5"}))
    assert (problem.code, problem.file, problem.help) == ("CFG-E0003", "environment", 'Did you mean "broker"?')


def test_everything_wrong_is_told_at_once_with_line_and_remedy(home: Path) -> None:
    (home / "partners" / "acme.toml").write_text('name = "Acme Inc"\nidentitees = []\n')
    problems = refused(
        home,
        """[gateway]
name = "St Example"

[broker]
window = "many"
[http]
listn = "127.0.0.1:9"
[channels.suppliers]
kind = "drop"
[channels.erp]
kind = "as2"
listen = "127.0.0.1:2575"
[channels.odd]
kind = "dorp"
path = "x"
[ledger]
url = "postgresql://db.example"
[logging]
level = "inof"
""",
    )
    told = {(problem.code, Path(problem.file).name, problem.line, problem.key) for problem in problems}
    assert told == {
        ("CFG-E0004", "wharf.toml", 2, "gateway.name"),
        ("CFG-E0004", "wharf.toml", 5, "broker.window"),
        ("CFG-E0003", "wharf.toml", 7, "http.listn"),
        ("CFG-E0005", "wharf.toml", 8, "channels.suppliers.path"),
        ("CFG-E0007", "wharf.toml", 11, "channels.erp.kind"),
        ("CFG-E0004", "wharf.toml", 14, "channels.odd.kind"),
        ("CFG-E0004", "wharf.toml", 17, "ledger.url"),
        ("CFG-E0004", "wharf.toml", 19, "logging.level"),
        ("CFG-E0004", "acme.toml", 1, "name"),
        ("CFG-E0003", "acme.toml", 2, "identitees"),
    }
    text = str(ConfigError(problems))
    assert 'Did you mean "listen"?' in text
    assert 'Did you mean "identities"?' in text
    assert 'Did you mean "drop"?' in text
    assert 'Did you mean "info"?' in text
    assert "a whole number from 1 to 1000" in text
    assert "10 things are wrong" in text


def test_a_file_that_is_not_there_or_no_toml(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        load_config(tmp_path / "none.toml", {})
    assert only(told.value.problems).code == "CFG-E0001"
    problem = only(refused(home, '[gateway]\nname = "st-example\n'))
    assert (problem.code, problem.line) == ("CFG-E0002", 2)
    (home / "wharf.toml").write_bytes(b"[gateway]\nname = '\xff\xfe'\n")
    problem = only(refused(home))
    assert (problem.code, problem.line) == ("CFG-E0002", 2)


def test_a_byte_order_mark_is_no_fault(home: Path) -> None:
    (home / "wharf.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load(home).gateway.name == "st-example"


@pytest.mark.parametrize(
    "paths",
    [("var/a/in", "var/a/in"), ("var/a/in", "var/a/in/deep"), ("var/a/in", "var/a/out/b"), ("var/a/in", "var/a/other")],
)
def test_channels_must_not_share_folders(home: Path, paths: tuple[str, str]) -> None:
    channels = "".join(f'[channels.c{n}]\nkind = "drop"\npath = "{path}"\n' for n, path in enumerate(paths))
    problem = only(refused(home, f'[gateway]\nname = "x"\n{channels}'))
    assert (problem.code, problem.line, problem.key) == ("CFG-E0008", 8, "channels.c1.path")


@pytest.mark.parametrize("path", ["/", "var/drop/out", "var/drop/done/"])
def test_a_channel_does_not_watch_its_own_answers(home: Path, path: str) -> None:
    problem = only(refused(home, GOOD.replace("var/drop/in", path)))
    assert (problem.code, problem.key) == ("CFG-E0004", "channels.suppliers.path")


def test_channels_side_by_side_are_fine(home: Path) -> None:
    channels = "".join(f'[channels.{n}]\nkind = "drop"\npath = "var/{n}/in"\n' for n in ("acme", "best"))
    assert set(load(home, f'[gateway]\nname = "x"\n{channels}').channels) == {"acme", "best"}


def test_a_partner_is_unique(home: Path) -> None:
    mine = 'identities = [\n  { scheme = "ISA", id = "1" },\n  { scheme = "ISA", qualifier = "ZZ", id = "ACME" },\n]\n'
    (home / "partners" / "a.toml").write_text(f'name = "acme"\ncatch_all = true\n{mine}')
    (home / "partners" / "b.toml").write_text(
        'name = "best"\ncatch_all = true\nidentities = [\n  { scheme = "GS", id = "1" },\n'
        '  { scheme = "ISA", id = "ACME" },\n]\n'
    )
    (home / "partners" / "c.toml").write_text('name = "acme"\n')
    told = {(problem.code, Path(problem.file).name, problem.line) for problem in refused(home)}
    assert told == {("CFG-E0009", "b.toml", 2), ("CFG-E0009", "b.toml", 5), ("CFG-E0009", "c.toml", 1)}


def test_names_must_lead_somewhere(home: Path) -> None:
    (home / "partners" / "a.toml").write_text('name = "acme"\nsend = { channel = "supliers" }\n')
    problems = refused(home, GOOD + 'partner = "acne"\n')
    assert [(problem.code, problem.key, problem.help) for problem in problems] == [
        ("CFG-E0004", "channels.suppliers.partner", 'Did you mean "acme"?'),
        ("CFG-E0004", "send.channel", 'Did you mean "suppliers"?'),
    ]


def test_partners_inherit_what_they_do_not_say(home: Path) -> None:
    (home / "partners" / "a.toml").write_text('name = "acme"\n[acknowledgments]\ninterchange = "never"\n')
    config = load(home, GOOD + '[acknowledgments]\nfunctional = "rejected"\ninterchange = "always"\n')
    acknowledgments = config.partners[0].acknowledgments
    assert (acknowledgments.functional, acknowledgments.interchange) == ("rejected", "never")


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:80", "gateway.example:80"])
@pytest.mark.failure("C7")
def test_nothing_listens_beyond_this_machine_without_credentials(home: Path, listen: str) -> None:
    text = f'{GOOD}[http]\nlisten = "{listen}"\n'
    assert only(refused(home, text)).code == "CFG-E0010"
    config = load(home, text + 'token = { env = "TOKEN" }\n', env={"TOKEN": "hush"})
    token = config.http_token()
    assert token is not None
    assert token.get_secret_value() == "hush"


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:80", "[::1]:8080", "127.9.9.9:1"])
def test_loopback_is_open(home: Path, listen: str) -> None:
    assert str(load(home, f'{GOOD}[http]\nlisten = "{listen}"\n').http.listen) == listen


@pytest.mark.parametrize("listen", ["8080", "127.0.0.1", "127.0.0.1:70000", "http://127.0.0.1:80", ""])
def test_an_address_is_host_and_port(home: Path, listen: str) -> None:
    problem = only(refused(home, f'{GOOD}[http]\nlisten = "{listen}"\n'))
    assert (problem.code, problem.key) == ("CFG-E0004", "http.listen")


@pytest.mark.failure("L2")
def test_secrets_come_from_their_place_and_are_never_shown(home: Path) -> None:
    secret = home / "url"
    secret.write_text("amqps://wharf:hush-canary@mq.example/\n")
    secret.chmod(0o600)
    config = load(home, GOOD + '[broker]\nurl = { file = "url" }\n')
    assert config.broker_url().get_secret_value() == "amqps://wharf:hush-canary@mq.example/"
    assert config.warnings == ()
    config = load(home, GOOD + '[broker]\nurl = { env = "MQ" }\n', env={"MQ": "amqp://u:hush-canary@h/"})
    assert config.broker_url().get_secret_value() == "amqp://u:hush-canary@h/"
    assert "hush-canary" not in repr(config)


@pytest.mark.failure("L2")
def test_a_password_in_the_file_works_with_a_warning_that_hides_it(home: Path) -> None:
    config = load(home, GOOD + '[broker]\nurl = "amqp://wharf:hush-canary@mq.example/"\n')
    assert config.broker_url().get_secret_value() == "amqp://wharf:hush-canary@mq.example/"
    assert [warning.code for warning in config.warnings] == ["CFG-W0001"]
    assert "hush-canary" not in repr(config)


@pytest.mark.failure("L2")
def test_a_secret_file_that_all_can_read_is_told(home: Path) -> None:
    secret = home / "url"
    secret.write_text("amqp://mq.example/")
    secret.chmod(0o644)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o644
    assert [each.code for each in load(home, GOOD + '[broker]\nurl = { file = "url" }\n').warnings] == ["CFG-W0002"]


@pytest.mark.parametrize("place", ['{ env = "NOT_SET" }', '{ file = "not-there" }', '{ env = "EMPTY" }'])
def test_a_secret_that_is_not_there(home: Path, place: str) -> None:
    problem = only(refused(home, f"{GOOD}[broker]\nurl = {place}\n", env={"EMPTY": ""}))
    assert (problem.code, problem.key) == ("CFG-E0006", "broker.url")


@pytest.mark.parametrize(
    "url",
    ["http://u:hush-canary@h/", "hush-canary", "amqp://", "amqp://u:hush-canary@h:notaport/", "amqp://[hush-canary"],
)
def test_a_wrong_broker_address_is_refused_without_showing_its_secret(home: Path, url: str) -> None:
    problems = refused(home, f'{GOOD}[broker]\nurl = "{url}"\n')
    assert (only(problems).code, problems[0].key) == ("CFG-E0004", "broker.url")
    assert "hush-canary" not in str(ConfigError(problems))


def test_the_ledger_lies_in_the_folder_or_in_a_database(home: Path) -> None:
    assert load(home).ledger_url().get_secret_value() == "sqlite"
    url = "postgresql://wharf:hush-canary@db1.example:5432,db2.example/wharf?target_session_attrs=read-write"
    config = load(home, GOOD + '[ledger]\nurl = { env = "DB" }\n', env={"DB": url})
    assert config.ledger_url().get_secret_value() == url
    assert config.warnings == ()
    config = load(home, GOOD + f'[ledger]\nurl = "{url}"\n')
    assert [(each.code, each.key) for each in config.warnings] == [("CFG-W0001", "ledger.url")]
    assert "hush-canary" not in repr(config)


@pytest.mark.parametrize(
    "url",
    ["mysql://u:hush-canary@h/wharf", "hush-canary", "postgresql://u:hush-canary@h", "postgresql://[hush-canary/w"],
)
def test_a_wrong_address_of_a_ledger_is_refused_without_showing_its_secret(home: Path, url: str) -> None:
    problems = refused(home, f'{GOOD}[ledger]\nurl = "{url}"\n')
    assert (only(problems).code, problems[0].key) == ("CFG-E0004", "ledger.url")
    assert "hush-canary" not in str(ConfigError(problems))


def test_a_ledger_on_postgresql_needs_its_driver(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.config.urls.find_spec", dict[str, object]().get)
    problem = only(refused(home, GOOD + '[ledger]\nurl = "postgresql://db.example/wharf"\n'))
    assert (problem.code, "wharf-gateway[postgres]" in (problem.help or "")) == ("CFG-E0012", True)
    assert load(home, GOOD).ledger_url().get_secret_value() == "sqlite"


def test_a_token_never_stands_in_the_file(home: Path) -> None:
    problems = refused(home, GOOD + '[http]\ntoken = "hush-canary"\n')
    assert only(problems).key == "http.token"
    assert "hush-canary" not in str(ConfigError(problems))


def test_settings_cannot_be_changed(home: Path) -> None:
    config = load(home)
    with pytest.raises(ValueError, match="frozen"):
        config.broker.window = 5  # type: ignore[misc]


def test_the_environment_of_the_process_is_not_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "WHARF__GATEWAY__NAME", "another")
    assert load(home).gateway.name == "st-example"


@pytest.mark.parametrize("path", ["", " ", "in\\u0000", "in\\nout"])
def test_a_path_is_printable_text(home: Path, path: str) -> None:
    text = GOOD.replace("var/drop/in", path) + f'[http]\ntoken = {{ file = "{path}" }}\n'
    assert [problem.key for problem in refused(home, text)] == ["channels.suppliers.path", "http.token"]


TREES = st.recursive(
    st.none().flatmap(lambda _: st.booleans() | st.integers() | st.text(max_size=12) | st.floats(allow_nan=False)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    place=st.sampled_from(
        ["gateway", "gateway.name", "gateway.data", "gateway.identities", "ledger", "ledger.url", "broker.url", "http",
         "http.listen", "http.token", "channels", "channels.x", "channels.suppliers.path", "channels.suppliers.kind",
         "channels.suppliers.poll", "channels.suppliers.partner", "acknowledgments", "duplicates.days", "logging.level"]
    ),
    value=TREES,
)  # fmt: skip
def test_whatever_stands_there_is_accepted_or_told(
    tmp_path_factory: pytest.TempPathFactory, place: str, value: object
) -> None:
    tree: dict[str, Any] = {
        "gateway": {"name": "x"},
        "channels": {"suppliers": {"kind": "drop", "path": "var/drop/in"}},
    }
    here = tree
    *sections, last = place.split(".")
    for section in sections:
        here = here.setdefault(section, {})
    here[last] = value
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text("".join(f"{json.dumps(key)} = {inline(each)}\n" for key, each in tree.items()), encoding="utf-8")
    try:
        assert load_config(file, {}).gateway.name
    except ConfigError as error:
        assert {problem.line for problem in error.problems} <= {1, 2, 3, None}
        assert all(problem.code.startswith("CFG-E") for problem in error.problems if problem.kind.severity == "error")


def inline(value: object) -> str:
    """The value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    return json.dumps(value)


def test_one_wrong_setting_hides_no_other(tmp_path: Path) -> None:
    """What is right beside a wrong setting is checked against the rest all the same, and told in the same go."""
    (tmp_path / "wharf.toml").write_text(
        '[gateway]\nname = "st"\nnonsense = 1\n'
        '[broker]\nurl = "http://broker"\nnonsense = 1\n'
        '[channels.a]\nkind = "drop"\npath = "in"\nnonsense = 1\n'
        '[channels.b]\nkind = "drop"\npath = "in"\npartner = "nobody"\n'
    )
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "wharf.toml", {})
    codes = sorted(problem.code for problem in refused.value.problems)
    assert codes.count("CFG-E0003") == 3
    assert {"CFG-E0004", "CFG-E0008"} <= set(codes)
    assert any("nobody" in (problem.found or "") for problem in refused.value.problems)
