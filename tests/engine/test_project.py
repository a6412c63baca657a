"""What the embedded engine takes from the project on disk."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pulumi
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
pulumi.export("site", pulumi.Config("tc-resources").get("site"))
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
    file.write_text("config:\n  toy:plan: basic\n  plan2: x\n  toy:limits: {a: 1}\n  tc-resources:site: intl\n")
    engine = LocalEngine(directory)
    engine.set_config("token", ConfigValue("s3cret", secret=True))
    engine.set_config("tc-resources:site", ConfigValue("cn"))
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


def test_environments_that_the_stack_opens_are_refused(directory: Path) -> None:
    (directory / "stacks" / "Pulumi.dev.yaml").write_text("environment: [prod]\nconfig:\n  toy:plan: basic\n")
    with pytest.raises(UnsupportedError, match=r"ESC environments \(Pulumi.dev.yaml\)"):
        LocalEngine(directory).preview()


def test_other_runtimes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: nodejs\n")
    with pytest.raises(UnsupportedError, match=r"runtimes other than Python \('nodejs'\)"):
        LocalEngine(tmp_path)


def own(options: str) -> str:
    return f"pulumi.CustomResource('{OWN}', 'b', {{}}, pulumi.ResourceOptions({options}))"


REFUSED = {
    "providers other than Python dynamic ones": [
        "pulumi.CustomResource('aws:s3/bucket:Bucket', 'b', {})",
        "pulumi.ProviderResource('aws', 'eu', {})",
    ],
    "packages": [
        "from pulumi.runtime.proto.resource_pb2 import RegisterPackageRequest\n"
        "pulumi.runtime.settings.get_monitor().RegisterPackage(RegisterPackageRequest(name='aws'))"
    ],
    "functions of providers": ["pulumi.runtime.invoke('aws:index:getAmi', {})"],
    "methods of resources": ["pulumi.runtime.call('a:b:C/d', {}, pulumi.ComponentResource('a:b:C', 'a'))"],
    "StackReference": ["pulumi.StackReference('o/p/s')"],
    "remote components": [f"pulumi.Resource('{OWN}', 'b', False, {{}}, remote=True)"],
    "import_": [own("import_='x'")],
    "transforms": [
        own("transforms=[print]"),
        "pulumi.runtime.register_resource_transform(print)",
        "pulumi.runtime.register_invoke_transform(print)",
    ],
    "hooks": [
        own("hooks=pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook('h', print)])"),
        own("hooks=pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook('h', print)])"),
    ],
    "replace_with": [own("replace_with=[pulumi.ComponentResource('a:b:C', 'a')]")],
    "replacement_trigger": [own("replacement_trigger='x'")],
    "env_var_mappings": [
        "pulumi.ProviderResource('pulumi-python', 'b', {}, pulumi.ResourceOptions(env_var_mappings={'A': 'B'}))"
    ],
    "state_migrations": [own("state_migrations=[print]")],
    "paths in ignore_changes": [own("ignore_changes=['a.b']")],
    "paths in replace_on_changes": [own("replace_on_changes=['a[0]']")],
}


OPTIONS = inspect.signature(pulumi.ResourceOptions).parameters
NEWER = {
    "env_var_mappings": "env_var_mappings" in OPTIONS,
    "state_migrations": "state_migrations" in OPTIONS,
    "ErrorHook": hasattr(pulumi, "ErrorHook"),
}


def test_the_docstring_lists_what_is_refused() -> None:
    listed = re.findall(r"^- (.*)$", inspect.getdoc(LocalEngine) or "", re.MULTILINE)
    assert listed == ["runtimes other than Python", "encrypted configuration", "ESC environments", *REFUSED]


@pytest.mark.parametrize(
    ("feature", "program"), [(feature, program) for feature, programs in REFUSED.items() for program in programs]
)
def test_what_the_engine_does_not_have_is_refused_by_name(directory: Path, feature: str, program: str) -> None:
    if any(name in program and not known for name, known in NEWER.items()):
        pytest.skip("this SDK does not have it either")
    (directory / "app" / "__main__.py").write_text(f"import pulumi\n{program}\n")
    engine = LocalEngine(directory)
    engine.set_config("plan", ConfigValue("basic"))
    with pytest.raises(CommandError) as failure:
        engine.preview()
    assert f"error: the embedded engine does not support {feature}" in str(failure.value)
    assert "Traceback" not in str(failure.value)
