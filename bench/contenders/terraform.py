"""Terraform with the vendor's provider, in a build that TF_PROVIDER_DIR holds: nothing is downloaded."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from bench.contenders.contender import DESTROY, NO_CHANGE, REFRESH, UP, UPDATE, environment, execute
from bench.service import Account
from bench.workload import Inputs

SOURCE = "tencentcloudstack/tencentcloud"
PROVIDER = "terraform-provider-tencentcloud"
RESOURCES = LIMIT, QUOTA = "tencentcloud_teo_prefetch_origin_limit", "tencentcloud_vod_aigc_quota"
APPLY = ("apply", "-auto-approve")
COMMANDS = {
    UP: APPLY,
    NO_CHANGE: APPLY,
    REFRESH: (*APPLY, "-refresh-only"),
    UPDATE: APPLY,
    DESTROY: ("destroy", "-auto-approve"),
}
"""As its users run them: an apply refreshes and plans first."""


def available() -> bool:
    """Whether there is a provider to run, and something to run it."""
    return "TF_PROVIDER_DIR" in os.environ and shutil.which("terraform") is not None


def reaching(account: Account) -> dict[str, str]:
    """The provider's variables: it makes host names of the domain, which the proxy leads to the service."""
    return {
        **environment(account),
        "TENCENTCLOUD_PROTOCOL": "HTTP",
        "TENCENTCLOUD_DOMAIN": "tencentcloud.test",
        "TENCENTCLOUD_REGION": "ap-singapore",
        "HTTP_PROXY": account.proxy,
    }


class Terraform:
    """A state file in `folder`."""

    process = PROVIDER
    operations = tuple(COMMANDS)

    def __init__(self, folder: Path, account: Account) -> None:
        folder.mkdir()
        config = folder / "terraform.rc"
        config.write_text(
            f'provider_installation {{\n  dev_overrides {{ "{SOURCE}" = "{os.environ["TF_PROVIDER_DIR"]}" }}\n}}\n',
            encoding="utf-8",
        )
        self._folder = folder
        self._environ = {
            **reaching(account),
            "TF_CLI_CONFIG_FILE": str(config),
            "CHECKPOINT_DISABLE": "true",
        }

    def declare(self, inputs: Inputs) -> None:
        resources = {
            LIMIT: _numbered("limit", inputs.limits),
            QUOTA: _numbered("quota", inputs.quotas),
        }
        program = {
            "terraform": {"required_providers": {"tencentcloud": {"source": SOURCE}}},
            "resource": {kind: rows for kind, rows in resources.items() if rows},
        }
        (self._folder / "main.tf.json").write_text(json.dumps(program), encoding="utf-8")

    def run(self, operation: str) -> None:
        execute(["terraform", *COMMANDS[operation], "-input=false", "-no-color"], self._folder, self._environ)

    def state_bytes(self) -> float:
        state = json.loads((self._folder / "terraform.tfstate").read_text(encoding="utf-8"))
        rows = [json.dumps(row, separators=(",", ":")) for row in state["resources"]]
        return sum(map(len, rows)) / len(rows)


def _numbered(name: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {f"{name}-{number}": row for number, row in enumerate(rows)}
