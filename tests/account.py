"""The environment variables by which a process reaches the emulator."""

from __future__ import annotations

from tc_resources.testing.emulator import Emulator


def account_of(emulator: Emulator) -> dict[str, str]:
    """Its address, and the key of its own account."""
    return {
        "TENCENTCLOUD_ENDPOINT": emulator.url,
        "TENCENTCLOUD_SECRET_ID": emulator.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator.secret_key,
    }
