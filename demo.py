"""`make demo`: the dev stack's whole life against the emulated services, and the service's own view after each step."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation as auto
from rich.console import Console
from rich.table import Table

from tc_resources.testing import Emulator, LocalEngine

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
WORK = CACHE / "demo"
INSTALLED = CACHE / "pulumi"
INSTALLER = "https://get.pulumi.com/install.sh"
PERSONAL = ("TENCENTCLOUD_", "TCCLI_", "TC_RESOURCES_", "SSL_CERT_")
REACH = 15.0
"""Seconds to reach the installer's server."""

Stack = auto.Stack | LocalEngine
View = dict[str, int]
"""What is capped, and at how much."""

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Run the steps; the first that leaves the service otherwise than it should be ends the demo."""
    forget_accounts()
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "state").mkdir(parents=True)
    shutil.copy(HERE / "Pulumi.yaml", WORK)
    shutil.copytree(HERE / "stacks", WORK / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    with Emulator() as emulator:
        stack = open_stack(emulator)
        stack.set_config("chatToken", auto.ConfigValue("a-token-of-the-demo", secret=True))
        run(stack, emulator)
    console.print("[bold green]Done:[/] after every step the service was as it should be.")


def forget_accounts() -> None:
    """Take whoever runs this out of the environment: their profile, role or allowed accounts would count as well."""
    for name in [name for name in os.environ if name.startswith(PERSONAL)]:
        del os.environ[name]


def run(stack: Stack, emulator: Emulator) -> None:
    """Preview, up, up again, a change behind Pulumi's back, its repair, destroy."""
    declared = declared_by(WORK / "stacks" / "Pulumi.dev.yaml")
    heading("preview: says what it would make, and writes nothing")
    stack.preview(on_output=show)
    settle(emulator, {}, writes=0)
    heading("up: makes it")
    stack.up(on_output=show)
    settle(emulator, declared)
    heading("up again: nothing has changed, so nothing is written")
    stack.up(on_output=show)
    settle(emulator, declared, writes=0)
    limit = replace(emulator.limits()[0], bandwidth=900)
    heading(f"somebody sets the limit of {limit.domain_name} to {limit.bandwidth} Mbps behind Pulumi's back")
    emulator.put_limit(limit)
    settle(emulator, {**declared, f"{limit.domain_name} {limit.area} (Mbps)": limit.bandwidth})
    heading("up --refresh: finds and heals it")
    stack.up(refresh=True, on_output=show)
    settle(emulator, declared)
    heading("destroy: nothing is capped any more")
    stack.destroy(on_output=show)
    settle(emulator, {})


def open_stack(emulator: Emulator) -> Stack:
    """The dev stack on the real engine where there is one, else on the embedded one."""
    env = {
        "TENCENTCLOUD_ENDPOINT": emulator.url,
        "TENCENTCLOUD_SECRET_ID": emulator.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator.secret_key,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = find_cli()
    if command is None:
        console.print("No pulumi CLI here and none to be had: using the embedded engine, which is for tests and demos.")
        return LocalEngine(WORK, "dev", env)
    console.print(f"Using the pulumi CLI {command.version}.")
    backend = {
        "PULUMI_BACKEND_URL": f"file://{WORK / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "demo",
        "PULUMI_HOME": str(CACHE / "pulumi-home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    options = auto.LocalWorkspaceOptions(env_vars={**env, **backend}, pulumi_command=command)
    return auto.create_or_select_stack("dev", work_dir=str(WORK), opts=options)


def find_cli() -> auto.PulumiCommand | None:
    """The CLI on PATH, or the one that an earlier demo installed, or a new one, or none."""
    if shutil.which("pulumi"):
        return auto.PulumiCommand()
    if (INSTALLED / "bin" / "pulumi").exists():
        return auto.PulumiCommand(root=str(INSTALLED))
    console.print(f"No pulumi CLI on PATH: installing it into {INSTALLED.relative_to(HERE)}/ (about 200 MB) …")
    try:
        reach_installer()
        return auto.PulumiCommand.install(root=str(INSTALLED))
    except (OSError, subprocess.SubprocessError) as error:
        console.print(f"That did not work: {error}", markup=False)
        return None


def reach_installer() -> None:
    """Raises TimeoutError or ConnectionError; a process of its own, since looking up a name knows no time limit."""
    program = f"import urllib.request; urllib.request.urlopen({INSTALLER!r}, timeout={REACH}).close()"
    try:
        subprocess.run([sys.executable, "-c", program], timeout=REACH, check=True, capture_output=True)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{INSTALLER} did not answer within {REACH:.0f} s.") from None
    except subprocess.CalledProcessError:
        raise ConnectionError(f"{INSTALLER} cannot be reached.") from None


def declared_by(file: Path) -> View:
    """What the service must have once the stack of this config file is up."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]
    return {**dict(_limits(config["tencent-limits:sites"])), **dict(_quotas(config["tencent-limits:applications"]))}


def _limits(sites: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    for domain in (domain for site in sites for domain in site["domains"]):
        for area, bandwidth in domain["bandwidth"].items():
            yield f"{domain['name']} {area} (Mbps)", bandwidth


def _quotas(applications: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    for application in applications:
        for quota_type, limit in application["quotas"].items():
            yield f"{application['subAppId']} {quota_type}", limit
        for token in application["tokens"]:
            yield f"{application['subAppId']} Text, one token", token["limit"]


def settle(emulator: Emulator, expected: View, writes: int | None = None) -> None:
    """Show the service's view, and fail where it or the number of writes is not what it should be."""
    view = view_of(emulator)
    table = Table("the service has", "cap", min_width=60)
    for name, cap in view.items():
        table.add_row(name, str(cap))
    console.print(table if view else "[dim]the service has nothing[/]")
    if view != expected:
        sys.exit(f"The service should have {expected}.")
    written = [call.action for call in emulator.calls if not call.action.startswith("Describe")]
    if writes is not None and len(written) != writes:
        sys.exit(f"The step should have written {writes} times, not {written}.")
    emulator.clear_calls()


def view_of(emulator: Emulator) -> View:
    """All that is capped, as the service itself has it."""
    limits = {f"{limit.domain_name} {limit.area} (Mbps)": limit.bandwidth for limit in emulator.limits()}
    quotas = {
        f"{quota.sub_app_id} {quota.quota_type}{', one token' if quota.api_token else ''}": quota.quota_limit
        for quota in emulator.quotas()
    }
    return limits | quotas


def heading(text: str) -> None:
    """Begin a step."""
    console.print(f"\n[bold]── {text}[/]")


def show(line: str) -> None:
    """A line of the engine's output, but for its blank lines and its progress dots."""
    if line.strip() and not line.startswith("@"):
        console.print(line.rstrip(), style="dim", markup=False)


if __name__ == "__main__":
    main()
