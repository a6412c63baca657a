"""The contenders by their names."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.contenders import terraform
from bench.contenders.contender import Contender, environment
from bench.contenders.embedded import Embedded
from bench.contenders.pulumi_cli import PulumiCli
from bench.contenders.terraform import Terraform
from bench.contenders.vendor_cli import VendorCli
from bench.service import Account

FLOOR, OURS, NAIVE, TERRAFORM, TCCLI = "floor", "ours", "naive", "terraform", "tccli"
INSTANCES = {"1 instance": 1, "2 instances": 2, "3 instances": 3}
"""Ours, spread over so many explicit provider instances."""


def available(name: str, *, embedded: bool) -> bool:
    """Whether this machine has what the contender needs."""
    if name == TERRAFORM:
        return terraform.available()
    return embedded or shutil.which("tccli" if name == TCCLI else "pulumi") is not None


def opened(name: str, folder: Path, account: Account, *, embedded: bool) -> Contender:
    """A contender that works in `folder`, which it makes."""
    if name == TERRAFORM:
        return Terraform(folder, account)
    if name == TCCLI:
        return VendorCli(folder, account)
    environ = {**environment(account), "BENCH_INSTANCES": str(INSTANCES.get(name, 0))}
    program = "spread" if name in INSTANCES else name
    return Embedded(folder, program, environ) if embedded else PulumiCli(folder, program, environ)
