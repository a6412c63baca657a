"""The embedded engine imports nothing: there, the program that `discover` writes takes over what exists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pulumi.automation import ConfigValue

from tc_resources.testing.emulator import Emulator, Limit, Quota
from tc_resources.testing.engine import LocalEngine
from tests.account import account_of

COMMAND = [
    sys.executable,
    "-c",
    "from tc_resources.cli.main import main; main()",
    "discover",
    "--all",
    "--format",
    "python",
]


def test_the_program_takes_over_what_exists_and_then_nothing_changes(tmp_path: Path) -> None:
    with Emulator() as emulator:
        emulator.put_limit(Limit("zone-1", "*.example.com", "Overseas", 500))
        emulator.put_quota(Quota(4, "Image", 2000))
        emulator.put_quota(Quota(4, "Text", 80, api_token="an-api-token"))
        account = account_of(emulator)
        program = subprocess.run(COMMAND, env=account, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 - our own command
        (tmp_path / "__main__.py").write_bytes(program)
        (tmp_path / "Pulumi.yaml").write_text("name: found\nruntime: python\n", encoding="utf-8")
        engine = LocalEngine(tmp_path, env=account)
        engine.set_config("apiToken-8dfba01da860", ConfigValue("an-api-token", secret=True))
        before = (emulator.limits(), emulator.quotas())
        result = engine.up()
        assert result.stdout.count("is managed here now") == 3
        assert (emulator.limits(), emulator.quotas()) == before
        assert [call.params["Enabled"] for call in emulator.calls_of("ModifyPrefetchOriginLimit")] == ["on"]
        assert [call.action for call in emulator.calls if call.action.endswith("AigcQuota")] == ["ModifyAigcQuota"] * 2
        emulator.clear_calls()
        assert engine.up().summary.resource_changes == {"same": 4}
        assert emulator.calls == []
