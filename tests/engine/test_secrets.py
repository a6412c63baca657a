"""A whole life of resources with secrets, on both engines and with all logging on: what it leaves behind holds none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation.errors import CommandError

from tc_resources.cloud.transport.shared_file import PLACES
from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.emulator import ErrorCode, Fault, Limit
from tests.engine.trial import Trial
from tests.leaks import files, leaks

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from tc_resources.cli.main import main; main()"]

SECRETS = {
    "tc-resources:secretKey": "the-stacks-secret-key/+=",
    "tc-resources:securityToken": 'the-stacks-"security"\\token',
    "toy:mediaKey": "the-instances-secret-key/+=",
    "toy:mediaSecurityToken": 'the-instances-"security"\\token',
    "toy:token": 'the-api-"token"/é+',
    "toy:mediaToken": "the-other-api-token",
}
ROTATED, UNFIT = "the-token-after-its-rotation", "a token that cannot be one"

PROGRAM = """
import pulumi
from tc_resources import AigcQuota, PrefetchOriginLimit, Provider, get_quota

config = pulumi.Config()
token = config.require_secret("token")
media = Provider(
    "media", endpoint="{media}", secret_id="AKIDMEDIA",
    secret_key=config.require_secret("mediaKey"), security_token=config.require_secret("mediaSecurityToken"),
)
chat = AigcQuota("{name}", sub_app_id=1, quota_type="{type}", quota_limit={limit}, api_token=token)
AigcQuota(
    "media", sub_app_id=2, quota_type="Text", quota_limit={limit}, api_token=config.require_secret("mediaToken"),
    opts=pulumi.ResourceOptions(provider=media),
)
PrefetchOriginLimit("www", zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500)
pulumi.export("token", chat.api_token)
pulumi.export("live", token.apply(lambda known: get_quota(1, "Text", known) is not None))
"""


@pytest.fixture
def options() -> dict[str, Any]:
    return {"secret_key": SECRETS["tc-resources:secretKey"]}


SHARED = [place / f"tc-resources-{os.getuid()}" for place in PLACES]
"""What the processes of all runs share, whose places no environment says."""


@pytest.fixture
def media() -> Iterator[Emulator]:
    """The account of the explicit instance."""
    with Emulator(secret_id="AKIDMEDIA", secret_key=SECRETS["toy:mediaKey"]) as media:
        yield media


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every process of the test puts its temporary files."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    return scratch


@pytest.fixture
def environment(environment: dict[str, str], scratch: Path, emulator: Emulator) -> dict[str, str]:
    """All that is logged, and the package as it is in this checkout."""
    account = {"TENCENTCLOUD_ENDPOINT": emulator.url, "TENCENTCLOUD_SECRET_ID": emulator.secret_id}
    return {**environment, "PYTHONPATH": str(ROOT), "TC_RESOURCES_LOG": "debug", "TMPDIR": str(scratch), **account}


class Life:
    """A stack under test, and all that its operations have printed."""

    def __init__(self, trial: Trial, environment: dict[str, str], media: Emulator) -> None:
        self.trial, self.printed = trial, dict[str, str]()
        self._environment, self._media = environment, media

    def declare(self, name: str, limit: int, quota_type: str = "Text") -> None:
        program = PROGRAM.format(name=name, limit=limit, type=quota_type, media=self._media.url)
        (self.trial.directory / "__main__.py").write_text(program, encoding="utf-8")

    def run(self, operation: Callable[..., Any], **how: Any) -> Any:
        """An operation that succeeds; its result."""
        diff = {} if isinstance(self.trial.stack, LocalEngine) else {"diff": True}
        result = operation(**how, **diff)
        self._keep(result.stdout + result.stderr)
        return result

    def fail(self, operation: Callable[..., Any]) -> str:
        """An operation that fails; what it said."""
        with pytest.raises(CommandError) as failure:
            self.run(operation)
        self._keep(str(failure.value))
        return str(failure.value)

    def command(self, *arguments: str, stdin: str = "") -> None:
        """One of our own commands, as a user of the same account runs it."""
        key = {"TENCENTCLOUD_SECRET_KEY": SECRETS["tc-resources:secretKey"]}
        key["TENCENTCLOUD_SECURITY_TOKEN"] = SECRETS["tc-resources:securityToken"]
        done = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, *arguments], env={**self._environment, **key}, input=stdin, capture_output=True, text=True
        )
        assert done.stdout, done.stderr
        self._keep(done.stdout + done.stderr)

    def export(self) -> str:
        """The state as `pulumi stack export` writes it."""
        if isinstance(self.trial.stack, LocalEngine):
            state = json.dumps(vars(self.trial.stack.export_stack()))
        else:
            state = subprocess.run(
                ["pulumi", "stack", "export", "--stack", "dev"],  # noqa: S607 - the user's CLI, too, is the one on PATH
                cwd=self.trial.directory,
                env=self._environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        self._keep(state)
        return state

    def _keep(self, text: str) -> None:
        self.printed[f"output {len(self.printed) + 1}"] = text


@pytest.fixture
def life(trial: Trial, environment: dict[str, str], emulator: Emulator, media: Emulator) -> Life:
    for key, value in SECRETS.items():
        trial.config(key, value, secret=True)
    trial.config("tc-resources:secretId", emulator.secret_id)
    return Life(trial, environment, media)


def writes(emulator: Emulator) -> list[str]:
    return [call.action for call in emulator.calls if not call.action.startswith("Describe")]


def live(life: Life, emulator: Emulator, media: Emulator) -> None:
    """Create, do nothing, change, drift, rename, fail in two ways, rotate, look around and destroy."""
    stack = life.trial.stack
    for account in (emulator, media):
        account.put_sub_app(1)
    life.declare("chat", 100)
    life.run(stack.preview)
    life.run(stack.up)
    assert {quota.api_token for account in (emulator, media) for quota in account.quotas()} == {
        SECRETS["toy:token"],
        SECRETS["toy:mediaToken"],
    }
    assert "tc-resources DEBUG: vod:CreateAigcQuota 1#Text#" in life.printed["output 2"]
    life.run(stack.up)
    life.declare("chat", 200)
    life.run(stack.up)
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 900))
    life.run(stack.refresh)
    life.run(stack.up)
    assert [limit.bandwidth for limit in emulator.limits()] == [500]
    life.declare("renamed", 200)
    life.run(stack.up)
    fail_in_two_ways(life, emulator)
    rotate(life, emulator)
    look_around(life, emulator)
    life.run(stack.destroy)
    life.export()
    assert (emulator.quotas(), emulator.limits(), media.quotas()) == ([], [], [])


def fail_in_two_ways(life: Life, emulator: Emulator) -> None:
    """A token that is refused before the run, and one that the service complains of."""
    stack = life.trial.stack
    life.trial.config("toy:token", UNFIT, secret=True)
    assert "api_token: must have no blanks" in life.fail(stack.up)
    life.trial.config("toy:token", SECRETS["toy:token"], secret=True)
    life.declare("renamed", 200, "Image")
    assert "api_token: goes with quota_type Text alone" in life.fail(stack.up)
    life.declare("renamed", 300)
    sent = json.dumps({"ApiToken": SECRETS["toy:token"]})
    message = (
        f"The token {SECRETS['toy:token']} of {sent}, used by {SECRETS['tc-resources:securityToken']}, is unknown."
    )
    emulator.script(Fault(ErrorCode("FailedOperation", message), "ModifyAigcQuota"))
    assert 'The token *** of {"ApiToken": "***"}, used by ***, is unknown.' in life.fail(stack.up)
    life.run(stack.up)


def rotate(life: Life, emulator: Emulator) -> None:
    """Another token is one replacement, and the new quota is there before the old one goes."""
    emulator.clear_calls()
    life.trial.config("toy:token", ROTATED, secret=True)
    changes = life.run(life.trial.stack.up).summary.resource_changes
    assert {change: number for change, number in changes.items() if change != "same"} == {"replace": 1}
    assert writes(emulator) == ["CreateAigcQuota", "DeleteAigcQuota"]
    assert [quota.api_token for quota in emulator.quotas()] == [ROTATED]


def look_around(life: Life, emulator: Emulator) -> None:
    """What exists, as a program too, usage beside the state, an error that tells a secret, and whose key it is."""
    for form in ("table", "pulumi-import", "python"):
        life.command("discover", "--all", "--format", form)
    emulator.script(Fault(ErrorCode("FailedOperation", SECRETS["tc-resources:securityToken"]), "DescribeAigcQuotas"))
    life.command("status", "--all")
    for form in ("json", "html"):
        life.command("status", "--stack", "-", "--format", form, stdin=life.export())
    life.command("whoami")


def test_no_secret_is_left_behind_by_a_whole_life(
    life: Life, emulator: Emulator, media: Emulator, tmp_path: Path, pulumi_home: Path
) -> None:
    live(life, emulator, media)
    calls = {"calls": repr(emulator.calls), "the instance's calls": repr(media.calls)}
    left: dict[str, str | bytes] = {**files(tmp_path, pulumi_home, *SHARED), **life.printed, **calls}
    looked_into = [f"{SHARED[0]}/run-"]
    if not isinstance(life.trial.stack, LocalEngine):
        looked_into += ["/.pulumi/stacks/", "/.pulumi/history/", "/.pulumi/backups/", "/Pulumi.dev.yaml"]
    assert [place for place in looked_into if not any(place in path for path in left)] == []
    secrets = [*SECRETS.values(), ROTATED, UNFIT]
    assert leaks(secrets, left) == []

    (tmp_path / "scratch" / "planted").write_text(f"left behind: {json.dumps(ROTATED)}")
    assert leaks(secrets, files(tmp_path)) != []
