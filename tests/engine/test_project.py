"""What the embedded engine takes from the project on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.automation import ConfigValue
from pulumi.automation.errors import CommandError

from tc_resources.testing.engine import LocalEngine, UnsupportedError

PROJECT = """
name: toy
runtime: {name: python}
main: app/
stackConfigDir: stacks
config:
  region: {type: string, default: eu}
  plan: {type: string}
"""

PROGRAM = """
import os
import pulumi
config = pulumi.Config()
for key in ["region", "plan", "limits", "token"]:
    pulumi.export(key, config.get_secret(key) if key == "token" else config.get(key))
pulumi.export("site", pulumi.Config("tencentcloud").get("site"))
pulumi.export("where", os.path.basename(os.getcwd()))
pulumi.export("who", f"{pulumi.get_project()} {pulumi.get_stack()} {pulumi.get_organization()}")
pulumi.export("preview", pulumi.runtime.is_dry_run())
"""

OWN = "pulumi-python:dynamic/cloud:Thing"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text(PROGRAM)
    (tmp_path / "stacks").mkdir()
    return tmp_path


def test_configuration_comes_from_the_stack_then_the_project_and_set_config_before_both(directory: Path) -> None:
    file = directory / "stacks" / "Pulumi.dev.yaml"
    file.write_text("config:\n  toy:plan: basic\n  plan2: x\n  toy:limits: {a: 1}\n  tencentcloud:site: intl\n")
    engine = LocalEngine(directory)
    engine.set_config("token", ConfigValue("s3cret", secret=True))
    engine.set_config("tencentcloud:site", ConfigValue("cn"))
    outputs = engine.up().outputs
    assert {name: output.value for name, output in outputs.items()} == {
        "region": "eu",
        "plan": "basic",
        "limits": '{"a":1}',
        "token": "s3cret",
        "site": "cn",
        "where": "app",
        "who": "toy dev organization",
        "preview": False,
    }
    assert [name for name, output in outputs.items() if output.secret] == ["token"]


def test_a_value_that_the_project_requires_is_asked_for(directory: Path) -> None:
    with pytest.raises(CommandError, match="Stack 'dev' is missing configuration value 'plan'"):
        LocalEngine(directory).preview()


def test_encrypted_values_are_refused_by_their_key(directory: Path) -> None:
    (directory / "stacks" / "Pulumi.dev.yaml").write_text("config:\n  toy:plan: {secure: v1:abc}\n")
    with pytest.raises(UnsupportedError, match=r"encrypted configuration \(toy:plan: give it by set_config instead\)"):
        LocalEngine(directory).preview()


def test_other_runtimes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: nodejs\n")
    with pytest.raises(UnsupportedError, match="the runtime 'nodejs'"):
        LocalEngine(tmp_path)


@pytest.mark.parametrize(
    ("program", "feature"),
    [
        ("pulumi.StackReference('o/p/s')", "StackReference"),
        ("pulumi.CustomResource('aws:s3/bucket:Bucket', 'b', {})", "providers other than Python dynamic ones ('aws'"),
        ("pulumi.ProviderResource('aws', 'eu', {})", "providers other than Python dynamic ones ('aws'"),
        (f"pulumi.CustomResource('{OWN}', 'b', {{}}, pulumi.ResourceOptions(import_='x'))", "import_ (resource 'b')"),
        (f"pulumi.Resource('{OWN}', 'b', False, {{}}, remote=True)", "remote components (resource 'b')"),
        (
            f"pulumi.CustomResource('{OWN}', 'b', {{}}, pulumi.ResourceOptions(ignore_changes=['a.b']))",
            "paths in ignore",
        ),
        ("pulumi.runtime.invoke('aws:index:getAmi', {})", "functions of providers (aws:index:getAmi)"),
    ],
)
def test_what_the_engine_does_not_have_is_refused_by_name(directory: Path, program: str, feature: str) -> None:
    (directory / "app" / "__main__.py").write_text(f"import pulumi\n{program}\n")
    engine = LocalEngine(directory)
    engine.set_config("plan", ConfigValue("basic"))
    with pytest.raises(CommandError) as failure:
        engine.preview()
    assert f"error: the embedded engine does not support {feature}" in str(failure.value)
    assert "Traceback" not in str(failure.value)
