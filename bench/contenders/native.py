"""The native face: a program with the code that Pulumi writes from the plugin's schema."""

from __future__ import annotations

from pathlib import Path

from bench.contenders.contender import environment, execute
from bench.contenders.pulumi_cli import PulumiCli
from bench.service import Account


class Native(PulumiCli):
    """The plugin is installed, and the program's code written, before anything is measured."""

    process = "tc_resources.native"

    def __init__(self, folder: Path, account: Account) -> None:
        super().__init__(folder, "native", environment(account))
        execute(["tc-resources", "plugin", "install"], folder, self.environ)
        self.write_sdk("tc-resources")
