"""The contenders by their names."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.contenders import bridged, terraform
from bench.contenders.contender import Contender, environment
from bench.contenders.embedded import Embedded
from bench.contenders.native import Native
from bench.contenders.pulumi_cli import PulumiCli
from bench.contenders.terraform import Terraform
from bench.contenders.vendor_cli import VendorCli
from bench.service import Account

FLOOR, DYNAMIC, NATIVE, NAIVE = "floor", "dynamic", "native", "naive"
TERRAFORM, BRIDGED, TCCLI = "terraform", "bridged", "tccli"


def available(name: str, *, embedded: bool) -> bool:
    """Whether this machine has what the contender needs."""
    if name == TERRAFORM:
        return terraform.available()
    if name == BRIDGED:
        return bridged.available()
    return embedded or shutil.which("tccli" if name == TCCLI else "pulumi") is not None


def opened(name: str, folder: Path, account: Account, *, embedded: bool) -> Contender:
    """A contender that works in `folder`, which it makes."""
    if name == TERRAFORM:
        return Terraform(folder, account)
    if name == TCCLI:
        return VendorCli(folder, account)
    if name == BRIDGED:
        return bridged.Bridged(folder, account)
    if name == NATIVE:
        return Native(folder, account)
    environ = environment(account)
    return Embedded(folder, name, environ) if embedded else PulumiCli(folder, name, environ)
