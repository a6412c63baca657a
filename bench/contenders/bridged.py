"""The vendor's Terraform provider by Pulumi's bridge, in a build that TF_BRIDGE_DIR holds: nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bench.contenders import terraform
from bench.contenders.pulumi_cli import PulumiCli
from bench.service import Account

LOOPBACK = "127.0.0.1,localhost"


def available() -> bool:
    """Whether there is a bridge, and a provider for it."""
    return {"TF_PROVIDER_DIR", "TF_BRIDGE_DIR"} <= os.environ.keys() and shutil.which("pulumi") is not None


class Bridged(PulumiCli):
    """Its code is written for the two resources alone: that for all of the provider's takes minutes."""

    process = "terraform-provider"

    def __init__(self, folder: Path, account: Account) -> None:
        bridge = os.environ["TF_BRIDGE_DIR"]
        path = os.pathsep.join([bridge, os.environ["PATH"]])
        # Pulumi's own connections, to itself, are not the proxy's.
        super().__init__(folder, "bridged", {**terraform.reaching(account), "NO_PROXY": LOOPBACK, "PATH": path})
        provider = Path(os.environ["TF_PROVIDER_DIR"]) / terraform.PROVIDER
        # By its path, since the CLI looks for the latest one where only a name is given.
        plugin = str(Path(bridge) / f"pulumi-resource-{self.process}")
        self.write_sdk(plugin, "--", str(provider), "--include", ",".join(terraform.RESOURCES))
