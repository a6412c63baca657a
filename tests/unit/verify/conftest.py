from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has to outlive the machine."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
