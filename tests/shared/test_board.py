"""The address on the board."""

import ipaddress
import tomllib
from pathlib import Path

import pytest

from pages.shared import board

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "192.168.1.20", "lab.example.org"])
def test_a_name_is_its_own_address(host):
    assert board.board(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_everywhere_is_no_address_to_write_down(host, monkeypatch):
    monkeypatch.setattr(board.socket, "socket", lambda *_: Road("192.168.1.20"))
    assert board.board(host) == "192.168.1.20"
    monkeypatch.setattr(board.socket, "socket", lambda *_: Road(""))
    monkeypatch.setattr(board.socket, "gethostname", lambda: "teacher")
    assert board.board(host) == "teacher"


class Road:
    """Stands in for a socket: the way out of a machine with this address, or with none."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> "Road":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def connect(self, to: tuple[str, int]) -> None:
        assert not ipaddress.ip_address(to[0]).is_global
        if not self.address:
            raise OSError

    def getsockname(self) -> tuple[str, int]:
        return self.address, 50000


def test_unless_told_otherwise_only_this_machine_is_served():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "localhost"
