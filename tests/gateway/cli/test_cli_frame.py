"""The command as a person types it: help, exit codes, and clear lines in place of tracebacks."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.contracts import AdapterError
from canonical.schema import schemas
from gateway.cli.failures import tell
from gateway.cli.lazy import load_command
from gateway.cli.main import run
from gateway.cli.table import COMMANDS, Entry
from gateway.http.openapi import openapi
from gateway.ledger.contract import LedgerError
from gateway.problems_config import PROBLEMS


def wharf(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("WHARF__")}
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        capture_output=True, text=True, timeout=60, check=False, cwd=cwd, env=clean | (env or {}),
    )  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Path:
    assert wharf("init", str(tmp_path / "site")).returncode == 0
    return tmp_path / "site"


def test_help_lists_every_command_with_an_example() -> None:
    done = wharf("--help")
    assert done.returncode == 0
    for name, entry in COMMANDS.items():
        assert f"  {name} " in done.stdout
        assert entry.help in done.stdout
    assert "Example: wharf demo --once" in done.stdout
    assert wharf().stdout == done.stdout


def test_the_list_of_commands_loads_none_of_them() -> None:
    code = (
        "import sys; from gateway.cli.main import run; run(['--help']);"
        "heavy = {'pydantic', 'starlette', 'aio_pika', 'sqlalchemy', 'structlog', 'lxml', 'paramiko', 'rich'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["init", "config check", "doctor", "explain", "schema export"])
def test_help_of_a_command_ends_with_an_example(command: str) -> None:
    done = wharf(*command.split(), "--help")
    assert done.returncode == 0
    assert f"Example: wharf {command} " in done.stdout


def test_version() -> None:
    done = wharf("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "wharf")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("confg",), "Did you mean 'config'"),
        (("--nonsense",), "No such option"),
        (("explain", "--nonsense"), "No such option"),
        (("init",), "Missing argument"),
        (("config",), "Missing command"),
        (("explain", "X12-E9307"), "Did you mean X12-E0307"),
        (("explain", "307"), "Did you mean X12-E0307"),
        (("check",), "Missing argument"),
    ],
)
def test_wrong_usage_is_64(arguments: tuple[str, ...], word: str) -> None:
    done = wharf(*arguments)
    assert done.returncode == 64
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_is_not_there_harms_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exception, match="'gone' is not part of this installation"):
        load_command("gone", {"gone": Entry("gateway.cli.no_such_module:command", "", "", "")})


def test_init_and_check(site: Path) -> None:
    done = wharf("config", "check", cwd=site)
    assert (done.returncode, done.stderr) == (0, "")
    assert "all well" in done.stdout
    again = wharf("init", str(site))
    assert again.returncode == 2
    assert "nothing was written" in again.stderr
    assert wharf("init", str(site), "--force").returncode == 0


def test_init_tells_commands_that_work_in_a_folder_with_a_space(tmp_path: Path) -> None:
    done = wharf("init", "my site", cwd=tmp_path)
    command = next(line for line in done.stdout.splitlines() if "config check" in line).split("#")[0]
    checked = subprocess.run(
        ["sh", "-c", command.replace("wharf", f"{sys.executable} -m gateway", 1)], cwd=tmp_path, capture_output=True
    )
    assert checked.returncode == 0


def test_wrong_settings_are_told_in_words_and_as_json(site: Path) -> None:
    with (site / "wharf.toml").open("a") as file:
        file.write("colour = true\n")
    done = wharf("config", "check", "-c", str(site / "wharf.toml"))
    assert done.returncode == 1
    assert "error[CFG-E0003]: unknown setting" in done.stderr
    done = wharf("config", "check", "--json", cwd=site)
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["problems"]
    lines = (site / "wharf.toml").read_text().splitlines()
    assert (problem["code"], problem["key"], lines[problem["line"] - 1]) == (
        "CFG-E0003", "logging.colour", "colour = true",
    )  # fmt: skip


def test_doctor_finds_a_fit_site(site: Path) -> None:
    done = wharf(
        "doctor",
        cwd=site,
        env={"WHARF__HTTP__LISTEN": "127.0.0.1:0", "WHARF__CHANNELS__EHR__LISTEN": "127.0.0.1:0", "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout
    assert "Fit to run." in done.stdout
    assert "\x1b" not in done.stdout
    assert {path.name for path in (site / "var" / "drop").iterdir()} == {"in", "done", "rejected", "out"}
    assert not list((site / "var").glob("*.*")), "looking leaves nothing behind"


def test_doctor_finds_what_must_be_mended(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (site / "var" / "drop" / "out").rmdir()
        (site / "var" / "drop" / "out").write_text("a file")
        env = {
            "WHARF__HTTP__LISTEN": f"127.0.0.1:{taken.getsockname()[1]}",
            "WHARF__BROKER__URL": "amqp://wharf:hush-canary@127.0.0.1:9/",
        }
        done = wharf("doctor", "--json", cwd=site, env=env)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    bad = {finding["subject"] for finding in told["findings"] if finding["verdict"] == "bad"}
    assert (told["ok"], bad) == (False, {"port http", "broker", "channel suppliers"})
    assert "hush-canary" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_doctor_tells_of_wrong_settings(tmp_path: Path) -> None:
    done = wharf("doctor", cwd=tmp_path)
    assert done.returncode == 1
    assert "✕ settings" in done.stdout


def test_explain_takes_a_code_in_any_form() -> None:
    forms = [wharf("explain", form) for form in ("CFG-E0004", "cfg-0004", "CFG-0004")]
    assert {done.returncode for done in forms} == {0}
    assert len({done.stdout for done in forms}) == 1
    assert forms[0].stdout.startswith("error[CFG-E0004]: wrong value")
    assert "What to do" in forms[0].stdout


def test_explain_lists_every_code() -> None:
    done = wharf("explain")
    assert done.returncode == 0
    assert wharf("explain", "--list").stdout == done.stdout
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    assert {kind.code for kind in PROBLEMS} <= listed
    assert any(code.startswith("X12-E") for code in listed)


def test_codes_of_settings_are_each_used_once() -> None:
    assert len({kind.code for kind in PROBLEMS}) == len(PROBLEMS)
    for kind in PROBLEMS:
        assert kind.title == kind.title[0].lower() + kind.title[1:] or kind.title.split()[0].isupper()
        assert not kind.title.endswith(".")


def test_schema_export_writes_them_all(tmp_path: Path) -> None:
    done = wharf("schema", "export", str(tmp_path / "out"))
    assert done.returncode == 0
    written = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "out").iterdir()}
    assert written == {**schemas(), "openapi": openapi()}


def test_a_closed_pipe_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "gateway", "explain", "--list"], stdout=writer, stderr=subprocess.PIPE, timeout=60
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    "error",
    [LedgerError("the ledger is away"), AdapterError("the folder is away"), FileNotFoundError(2, "No such", "f")],
)
def test_errors_of_the_world_become_one_line(error: Exception) -> None:
    stream = io.StringIO()
    assert tell(error, stream) == 2
    assert stream.getvalue().startswith("wharf: ")
    assert len(stream.getvalue().splitlines()) == 1


def test_a_fault_of_ours_shows_places_and_no_content() -> None:
    stream = io.StringIO()
    try:
        raise ValueError("CANARY DOE^JANE")
    except ValueError as error:
        assert tell(error, stream) == 70
    assert "ValueError" in stream.getvalue()
    assert "test_cli_frame.py" in stream.getvalue()
    assert "CANARY" not in stream.getvalue()


def test_the_entry_point_returns_the_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "check", "-c", str(tmp_path / "none.toml")]) == 1
    assert run(["schema", "export", "/proc/nowhere/at/all"]) == 2
    assert capsys.readouterr().err.count("wharf: ") == 1
