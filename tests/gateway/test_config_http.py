"""The settings of HTTP and of channels of kind `http`."""

from pathlib import Path

import pytest

from gateway.api_channels import ApiChannels, owner_of
from gateway.config import Config, ConfigError, load_config
from gateway.config.channels import HttpChannel


def load(tmp_path: Path, text: str) -> Config:
    """Settings with these tables."""
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "erp.toml").write_text('name = "erp"\nsend = { channel = "erp2", format = "json" }\n')
    (tmp_path / "wharf.toml").write_text(f'[gateway]\nname = "x"\n[channels.erp2]\nkind = "http"\n{text}')
    return load_config(tmp_path / "wharf.toml", {})


def test_a_channel_takes_and_gives(tmp_path: Path) -> None:
    channel = load(tmp_path, 'partner = "erp"\nmax_bytes = 1000\n').channels["erp2"]
    assert isinstance(channel, HttpChannel)
    assert (channel.partner, channel.max_bytes, channel.sends, channel.waited_on) == ("erp", 1000, True, True)


def test_the_api_is_there_without_being_named_and_each_partner_has_its_own(tmp_path: Path) -> None:
    config = load(tmp_path, '[channels.api]\nkind = "http"\nmax_bytes = 5\n')
    channels = ApiChannels(config.channels, lambda: config.partners)
    assert sorted(channels) == ["api", "api.erp", "erp2"]
    assert (channels["api.erp"].partner, channels["api.erp"].max_bytes) == ("erp", 5)
    assert "api.other" not in channels
    assert [owner_of(name) for name in ("api.erp", "api", "erp2", "other.erp")] == ["erp", None, None, None]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("max_bytes = 0", "channels.erp2.max_bytes"),
        ('path = "x"', "channels.erp2.path"),
        ('partner = "nobody"', "channels.erp2.partner"),
        ('[channels.api]\nkind = "drop"\npath = "in"', "channels.api"),
        ('[http]\nauth = "none"', "http.auth"),
        ('[http]\ntls = { certificate = "a.pem", key = "a.key" }', "http.tls"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ConfigError) as told:
        load(tmp_path, text + "\n")
    assert len(told.value.problems) == 1
    assert f"{place}\n" in str(told.value)
