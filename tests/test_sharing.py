"""Where the dashboard may listen, and under which names it answers."""

import socket

import pytest

from rnnlab import sharing
from rnnlab.errors import InvalidField


@pytest.fixture(autouse=True)
def unshared(monkeypatch):
    monkeypatch.delenv(sharing.SHARE, raising=False)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_loopback_addresses_need_no_sharing(address):
    sharing.check(address, sharing.LOOPBACK)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.7", "lab.example"])
def test_wider_addresses_are_refused_by_setting_value_and_remedy(address):
    shown = address or "0.0.0.0"
    with pytest.raises(InvalidField) as refused:
        sharing.check(address, sharing.LOOPBACK)
    assert f"server.address must be localhost, got '{shown}'" in str(refused.value)
    assert "`rnnlab dashboard --share`" in str(refused.value)


def test_names_of_others_are_refused_too():
    with pytest.raises(InvalidField, match=r"server\.allowedHosts must be .* got '\*'"):
        sharing.check("localhost", ["localhost", "*"])


def test_shared_dashboards_may_listen_anywhere(monkeypatch):
    monkeypatch.setenv(sharing.SHARE, "1")
    sharing.check("0.0.0.0", ["lab.example"])


def test_other_values_of_the_setting_are_refused(monkeypatch):
    monkeypatch.setenv(sharing.SHARE, "yes")
    with pytest.raises(InvalidField, match="RNNLAB_SHARE must be 1 or 0, got 'yes'"):
        sharing.is_shared()


def test_own_names_hold_the_host_name_and_every_address():
    names = sharing.own_names()
    assert {"localhost", "127.0.0.1", socket.gethostname().lower()} <= {*names}
    assert not any("%" in name for name in names)


@pytest.mark.parametrize(
    ("text", "is_host"),
    [
        ("lab.example", True),
        ("lab", True),
        ("*.lab.example", True),
        ("192.168.1.7", True),
        ("fe80::1", True),
        ("http://lab.example", False),
        ("lab.example:8501", False),
        ("lab.example/", False),
        ("*", False),
        ("", False),
    ],
)
def test_hosts_are_names_without_scheme_port_and_path(text, is_host):
    assert sharing.is_host(text) is is_host
