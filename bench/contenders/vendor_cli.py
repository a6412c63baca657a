"""A loop over the vendor's CLI: a process a call, and no state, so that an up writes everything again."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.contenders.contender import DESTROY, NO_CHANGE, REFRESH, UP, UPDATE
from bench.service import Account
from bench.workload import Inputs

Call = tuple[str, ...]


class VendorCli:
    """What a shell script would do."""

    process = "tccli"
    operations = (UP, NO_CHANGE, REFRESH, UPDATE, DESTROY)

    def __init__(self, folder: Path, account: Account) -> None:
        folder.mkdir()
        key = ("--secretId", account.secret_id, "--secretKey", account.secret_key)
        self._options = (*key, "--endpoint", account.url)
        self._environ = {"HOME": str(folder)}
        self._inputs = Inputs([], [])

    def declare(self, inputs: Inputs) -> None:
        self._inputs = inputs

    def run(self, operation: str) -> None:
        for call in self._listings() if operation == REFRESH else self._writes(operation):
            self._call(call)

    def state_bytes(self) -> None:
        return None

    def _writes(self, operation: str) -> Iterator[Call]:
        enabled = "off" if operation == DESTROY else "on"
        action = {UP: "CreateAigcQuota", DESTROY: "DeleteAigcQuota"}.get(operation, "ModifyAigcQuota")
        for limit in self._inputs.limits:
            yield ("teo", "ModifyPrefetchOriginLimit", *_limit(limit), "--Enabled", enabled)
        for quota in self._inputs.quotas:
            value = () if operation == DESTROY else ("--QuotaLimit", str(quota["quota_limit"]))
            yield ("vod", action, *_quota(quota), *value)

    def _listings(self) -> Iterator[Call]:
        for zone_id in dict.fromkeys(limit["zone_id"] for limit in self._inputs.limits):
            yield ("teo", "DescribePrefetchOriginLimit", "--ZoneId", zone_id, "--Limit", "100")
        for pair in dict.fromkeys((quota["sub_app_id"], quota["quota_type"]) for quota in self._inputs.quotas):
            yield ("vod", "DescribeAigcQuotas", "--SubAppId", str(pair[0]), "--QuotaType", pair[1], "--Limit", "100")

    def _call(self, call: Call) -> None:
        command = [shutil.which("tccli") or "tccli", *call, *self._options]
        while (done := self._run(command)).returncode:
            if "RequestLimitExceeded" not in done.stderr:
                raise RuntimeError(f"{' '.join(call)} failed:\n{done.stderr}")
            time.sleep(1)

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self._environ, capture_output=True, text=True, check=False)  # noqa: S603 - written above


def _limit(limit: dict[str, Any]) -> Call:
    names = {"ZoneId": "zone_id", "DomainName": "domain_name", "Area": "area", "Bandwidth": "bandwidth"}
    return tuple(part for name, field in names.items() for part in (f"--{name}", str(limit[field])))


def _quota(quota: dict[str, Any]) -> Call:
    token = ("--ApiToken", quota["api_token"]) if "api_token" in quota else ()
    return ("--SubAppId", str(quota["sub_app_id"]), "--QuotaType", quota["quota_type"], *token)
