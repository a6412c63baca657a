"""The resources in a program, with Pulumi's mocks in the engine's place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.rpc import _special_secret_sig, _special_sig_key
from pulumi.runtime.settings import reset_options

from tc_resources import AigcQuota, PrefetchOriginLimit, Provider
from tc_resources.api.config import Config
from tc_resources.api.credentials import Credentials, find
from tc_resources.api.errors import ConfigError
from tc_resources.api.settings import load

# Pulumi's mocks ask for the thread's event loop and so make one, which newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")

Program = Callable[[], object]


class Engine(Mocks):
    """Registers what it gets; the outputs are the inputs, as floats where they are numbers, as the real one has it."""

    def __init__(self) -> None:
        self.registered: dict[str, MockResourceArgs] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.registered[args.name] = args
        return f"{args.name}-id", {**args.inputs, "written_at": 1_800_000_000.0, "baseline_limit": 3.0}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(args.token)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    reset_options()
    set_mocks(engine)
    yield engine
    reset_options()


@pytest.fixture
def run(engine: Engine) -> Callable[[Program], None]:  # noqa: ARG001 - the program registers with it
    """Run a program to its end, with all that it declares."""

    def run(program: Program) -> None:
        pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # Pulumi has no types here

    return run


@pytest.fixture
def run_as_engine(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a program as an engine does, with no sign that it is a test with mocks."""
    monkeypatch.setattr("tc_resources.resource.MockMonitor", type("NoMonitor", (), {}))
    return run


def limit(name: str, **how: Any) -> PrefetchOriginLimit:
    given = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
    return PrefetchOriginLimit(name, **{**given, **how})


def quota(name: str, **how: Any) -> AigcQuota:
    return AigcQuota(name, **{"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, **how})


def later(value: Any) -> pulumi.Output[Any]:
    """An output that is known when the resources before it are."""
    return pulumi.Output.from_input(value).apply(lambda known: known)


Run = Callable[[Program], None]


def test_whole_numbers_come_back_whole(run: Run) -> None:
    seen: list[Any] = []

    def program() -> object:
        images = quota("images", reset_limit=0)
        outputs = [images.sub_app_id, images.quota_limit, images.reset_limit, images.baseline_limit, images.written_at]
        return pulumi.Output.all(*outputs, limit("www").bandwidth).apply(seen.extend)

    run(program)
    assert seen == [1, 5, 0, 3, 1_800_000_000, 500]
    assert {type(value) for value in seen} == {int}


@pytest.mark.parametrize("given", [str, later, pulumi.Output.secret])
def test_a_token_is_a_secret_however_it_is_given(run: Run, engine: Engine, given: Callable[[str], Any]) -> None:
    secret: list[bool] = []

    def program() -> object:
        text = quota("text", api_token=given("an-api-token"))
        return pulumi.Output.all(text.api_token.is_secret(), text.quota_limit.is_secret()).apply(secret.extend)

    run(program)
    assert secret == [True, False]
    assert engine.registered["text"].inputs["api_token"]["value"] == "an-api-token"


@pytest.mark.parametrize(("given", "secret"), [({}, []), ({"api_token": "an-api-token"}, ["api_token"])])
def test_the_engine_is_told_which_output_is_a_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], secret: list[str]
) -> None:
    """A refresh's outputs come from the service, which marks nothing."""
    told: list[list[str]] = []
    register: Any = MockMonitor.RegisterResource

    def listen(monitor: MockMonitor, request: Any) -> Any:
        told.append(list(request.additionalSecretOutputs))
        return register(monitor, request)

    monkeypatch.setattr(MockMonitor, "RegisterResource", listen)
    run(lambda: quota("text", **given).id)
    assert told[-1] == secret


def test_a_resource_registers_its_inputs_its_provider_and_nothing_else(run: Run, engine: Engine) -> None:
    run(lambda: [limit("www").id, quota("text").id])
    assert engine.registered["www"].typ == "pulumi-python:dynamic/tc_resources:PrefetchOriginLimit"
    assert engine.registered["www"].inputs.keys() == {
        "zone_id",
        "domain_name",
        "area",
        "bandwidth",
        "adopt",
        "__provider",
    }
    assert engine.registered["text"].typ == "pulumi-python:dynamic/tc_resources:AigcQuota"
    assert engine.registered["text"].inputs.keys() == {
        "sub_app_id",
        "quota_type",
        "quota_limit",
        "adopt",
        "allow_below_usage",
        "__provider",
    }


@pytest.mark.parametrize("given", [str, later])
@pytest.mark.parametrize("domain", ["www.example.com", "WWW.Example.com."])
def test_two_of_one_identity_are_an_error_that_names_both(
    run_as_engine: Run, given: Callable[[str], Any], domain: str
) -> None:
    def program() -> object:
        limit("a")
        return limit("b", area=given("Overseas"), domain_name=domain, bandwidth=300).id

    with pytest.raises(pulumi.RunError, match='"a" and "b" are one and the same PrefetchOriginLimit'):
        run_as_engine(program)


def test_two_quotas_of_one_token_are_an_error_that_does_not_show_it(run_as_engine: Run) -> None:
    def program() -> object:
        quota("a", api_token="an-api-token")
        return quota("b", api_token=later("an-api-token")).id

    with pytest.raises(pulumi.RunError, match='"a" and "b" are one and the same AigcQuota') as raised:
        run_as_engine(program)
    assert "an-api-token" not in str(raised.value)


@pytest.mark.parametrize("given", [lambda value: value, later])
@pytest.mark.parametrize(("name", "other"), [("sub_app_id", 2), ("quota_type", "Image"), ("api_token", "a-token")])
def test_quotas_that_differ_in_what_they_are_live_side_by_side(
    run_as_engine: Run, engine: Engine, given: Callable[[Any], Any], name: str, other: object
) -> None:
    run_as_engine(lambda: [quota("a").id, quota("b", **{name: given(other)}).id])
    assert engine.registered.keys() >= {"a", "b"}


def test_inputs_that_are_wrong_are_left_to_the_check(run_as_engine: Run, engine: Engine) -> None:
    run_as_engine(lambda: [limit("a", area="Mars").id, limit("b", area="Mars").id])
    assert engine.registered.keys() >= {"a", "b"}


def test_runs_do_not_see_each_others_resources(run_as_engine: Run) -> None:
    run_as_engine(lambda: limit("a").id)
    reset_options()
    second = Engine()
    set_mocks(second)
    run_as_engine(lambda: limit("b").id)
    assert "b" in second.registered


def test_two_of_one_name_below_different_components_are_an_error_too(run_as_engine: Run) -> None:
    def program() -> object:
        parents = [pulumi.ComponentResource(f"x:y:{name}", name) for name in "ab"]
        return [limit("same", opts=pulumi.ResourceOptions(parent=parent)).id for parent in parents]

    with pytest.raises(pulumi.RunError, match='"same" and "same" are one and the same PrefetchOriginLimit'):
        run_as_engine(program)


@pytest.mark.parametrize("name", ["a", "b"])
def test_unit_tests_with_mocks_do_not_see_each_others_resources(run: Run, name: str) -> None:
    run(lambda: limit("a").id)
    run(lambda: limit(name).id)


def test_a_site_that_there_is_not_ends_the_program_in_one_line(
    run_as_engine: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SITE", "mars")
    with pytest.raises(pulumi.RunError, match=r'^TENCENTCLOUD_SITE is "mars"'):
        run_as_engine(lambda: limit("a").id)


def test_one_identity_at_two_sites_is_two_limits(run_as_engine: Run, engine: Engine) -> None:
    def program() -> object:
        cn = Provider("cn", site="cn")
        return [limit("a").id, limit("b", opts=pulumi.ResourceOptions(provider=cn)).id]

    run_as_engine(program)
    assert engine.registered.keys() >= {"a", "b"}


@pytest.mark.parametrize("given", [str, later])
def test_one_identity_through_two_instances_of_one_site_is_an_error(
    run_as_engine: Run, given: Callable[[str], Any]
) -> None:
    def program() -> object:
        limit("a")
        return limit("b", opts=pulumi.ResourceOptions(provider=Provider("same", site=given("intl")))).id

    with pytest.raises(pulumi.RunError, match='"a" and "b"'):
        run_as_engine(program)


def test_a_component_hands_its_instance_down(run_as_engine: Run) -> None:
    def program() -> object:
        cn = Provider("cn", site="cn")
        part = pulumi.ComponentResource("x:y:Part", "part", {}, pulumi.ResourceOptions(providers=[cn]))
        limit("a", opts=pulumi.ResourceOptions(provider=cn))
        return limit("b", opts=pulumi.ResourceOptions(parent=part)).id

    with pytest.raises(pulumi.RunError, match='"a" and "b"'):
        run_as_engine(program)


def test_an_instances_keys_are_secrets(run: Run, engine: Engine) -> None:
    run(lambda: Provider("media", secret_id="AKID", secret_key="a-secret-key", endpoint="http://127.0.0.1:1").id)
    registered = engine.registered["media"]
    assert registered.typ == "pulumi:providers:pulumi-python"
    assert {name: value["value"] for name, value in registered.inputs.items() if isinstance(value, dict)} == {
        "tencentcloud:secretId": "AKID",
        "tencentcloud:secretKey": "a-secret-key",
    }
    assert registered.inputs["tencentcloud:endpoint"] == "http://127.0.0.1:1"


def test_what_an_instance_is_not_given_comes_from_the_stacks_config(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {"secretId": "AKID", "secretKey": "a-secret-key", "timeout": "30", "site": "cn"}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({f"tencentcloud:{name}": value for name, value in config.items()}))
    run(lambda: Provider("media", site="intl").id)
    inputs = engine.registered["media"].inputs
    assert inputs["tencentcloud:site"] == "intl"
    assert inputs["tencentcloud:timeout"] == "30"
    assert inputs["tencentcloud:secretKey"]["value"] == "a-secret-key"
    assert "tencentcloud:endpoint" not in inputs


def test_a_key_that_an_instance_is_given_is_not_mixed_with_the_stacks(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"tencentcloud:securityToken": "the-stacks-session"}))
    run(lambda: Provider("media", secret_id="AKID", secret_key="a-secret-key").id)
    assert "tencentcloud:securityToken" not in engine.registered["media"].inputs


STACK = {
    "secretId": "AKID",
    "secretKey": "the-stacks-key",
    "profile": "the-stacks",
    "assumeRoleArn": "the-stacks",
    "assumeRoleWebIdentityTokenFile": "/the/stacks",
    "camRoleName": "the-stacks",
    "assumeRoleExternalId": "an-id",
    "sharedCredentialsDir": "/profiles",
    "allowedAccountIds": '["100000000001"]',
    "caBundle": "/ca.pem",
    "timeout": "30",
}
OWN_IDENTITY = {
    "secretId": "AKID",
    "secretKey": "the-stacks-key",
    "profile": "the-stacks",
    "assumeRoleWebIdentityTokenFile": "/the/stacks",
    "camRoleName": "the-stacks",
}


@pytest.fixture
def instance(run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The settings of an instance in a stack that has all of them, without the namespace."""
    stack = {f"tencentcloud:{name}": value for name, value in STACK.items()}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(stack))

    def instance(**given: Any) -> dict[str, Any]:
        run(lambda: Provider("media", **given).id)
        inputs = engine.registered["media"].inputs
        return {
            name.removeprefix("tencentcloud:"): value["value"] if isinstance(value, dict) else value
            for name, value in inputs.items()
        }

    return instance


def test_an_instance_has_all_of_the_stacks_settings(instance: Callable[..., dict[str, Any]]) -> None:
    assert instance() == STACK


@pytest.mark.parametrize(
    "given", [{"profile": "media"}, {"secret_id": "AKIDMEDIA", "secret_key": "medias-key"}, {"profile": later("media")}]
)
def test_an_instance_with_a_key_or_profile_of_its_own_has_nobody_elses_key_or_role(
    instance: Callable[..., dict[str, Any]], given: dict[str, Any]
) -> None:
    """The role is empty, since the environment may have one too; the name says that the identity is its own."""
    settings = instance(**given)
    own = {"profile": "media"} if "profile" in given else {"secretId": "AKIDMEDIA", "secretKey": "medias-key"}
    rest = {name: value for name, value in STACK.items() if name not in OWN_IDENTITY}
    assert settings == {**rest, "assumeRoleArn": "", "instance": "media", **own}


def test_a_role_of_an_instance_is_taken_with_the_key_of_the_stack(instance: Callable[..., dict[str, Any]]) -> None:
    assert instance(assume_role_arn="media") == {**STACK, "assumeRoleArn": "media"}


def test_a_role_of_an_instance_is_taken_with_the_profile_of_the_instance(
    instance: Callable[..., dict[str, Any]],
) -> None:
    settings = instance(assume_role_arn="media", profile="media")
    assert (settings["assumeRoleArn"], settings["profile"]) == ("media", "media")
    assert "secretId" not in settings


@pytest.mark.parametrize("given", [["5", "6"], [later("5"), "6"], later(["5", "6"])])
def test_the_allowed_accounts_of_an_instance_take_the_place_of_the_stacks(
    instance: Callable[..., dict[str, Any]], given: Any
) -> None:
    assert json.loads(instance(allowed_account_ids=given)["allowedAccountIds"]) == ["5", "6"]


def test_the_key_of_an_instance_is_used_whatever_the_environment_says(instance: Callable[..., dict[str, Any]]) -> None:
    """The environment is for the stack's default account, and reaches the instance's process too."""
    environ = {
        "TENCENTCLOUD_SECRET_ID": "AKIDENV",
        "TENCENTCLOUD_SECRET_KEY": "env-key",
        "TENCENTCLOUD_SECURITY_TOKEN": "env-token",
        "TENCENTCLOUD_ASSUME_ROLE_ARN": "env",
        "TENCENTCLOUD_CAM_ROLE_NAME": "env",
    }
    settings = {f"tencentcloud:{name}": value for name, value in instance(secret_id="A", secret_key="k").items()}
    assert find(Config(settings.get, environ)) == Credentials("A", "k", None, 'Provider "media"')
    settings = {f"tencentcloud:{name}": value for name, value in instance(profile="missing").items()}
    with pytest.raises(ConfigError, match='There is no key of the profile "missing"'):
        find(Config(settings.get, {**environ, "HOME": "/nonexistent"}))


@pytest.mark.parametrize(
    "given",
    [{"profile": later("")}, {"profile": ""}, {"secret_id": later(""), "secret_key": later("")}],
    ids=["profile later", "profile now", "key later"],
)
def test_an_identity_of_an_instance_that_turns_out_empty_is_an_error_and_never_the_environments(
    instance: Callable[..., dict[str, Any]], given: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / ".tencentcloud").mkdir()
    (tmp_path / ".tencentcloud" / "credentials").write_text("[default]\nsecret_id=A\nsecret_key=k", encoding="utf-8")
    settings = {f"tencentcloud:{name}": value for name, value in instance(**given).items()}
    environ = {"TENCENTCLOUD_SECRET_ID": "AKIDENV", "TENCENTCLOUD_SECRET_KEY": "env-key", "HOME": str(tmp_path)}
    with pytest.raises(ConfigError, match=r'^No Tencent Cloud credentials\. Looked at: Provider "media" \(') as raised:
        find(Config(settings.get, environ))
    assert "TENCENTCLOUD_" not in str(raised.value)
    assert str(raised.value).endswith(
        'Give Provider "media" a profile, or secret_id and secret_key, that are not empty.'
    )


def test_half_a_key_of_an_instance_is_an_error_that_names_the_instance(
    instance: Callable[..., dict[str, Any]],
) -> None:
    settings = {f"tencentcloud:{name}": value for name, value in instance(secret_id="A").items()}
    with pytest.raises(ConfigError, match=r'^Half a key in Provider "media": tencentcloud:secretKey not set'):
        find(Config(settings.get, {}))


def test_a_setting_of_an_instance_is_told_from_the_stacks_by_the_instances_name(
    instance: Callable[..., dict[str, Any]],
) -> None:
    own = instance(secret_id="A", secret_key="k", allowed_account_ids=["5"])
    settings = {f"tencentcloud:{name}": value for name, value in own.items()}
    known = load(settings.get, {"TENCENTCLOUD_SITE": "cn"})
    assert known.named("allowedAccountIds") == 'tencentcloud:allowedAccountIds of Provider "media"'
    assert known.named("site") == "TENCENTCLOUD_SITE"


def test_the_external_id_of_the_stack_is_a_secret_in_an_instance(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"tencentcloud:assumeRoleExternalId": "an-external-id"}))
    run(lambda: Provider("media", assume_role_arn="media").id)
    sealed = engine.registered["media"].inputs["tencentcloud:assumeRoleExternalId"]
    assert sealed == {_special_sig_key: _special_secret_sig, "value": "an-external-id"}


def test_plain_http_to_another_machine_ends_the_program_in_one_line(run: Run) -> None:
    def program() -> object:
        far = Provider("far", endpoint="http://10.0.0.1")
        return far.target

    with pytest.raises(pulumi.RunError, match="tencentcloud:allowPlainHttp"):
        run(program)


def test_get_reads_by_the_id_and_claims_nothing(run_as_engine: Run, engine: Engine) -> None:
    def program() -> object:
        limit("a")
        return PrefetchOriginLimit.get("same", "zone-1#www.example.com#Overseas").id

    run_as_engine(program)
    assert engine.registered["same"].resource_id == "zone-1#www.example.com#Overseas"


def test_a_program_may_declare_more_than_a_thousand(run: Run, engine: Engine) -> None:
    run(lambda: [limit(f"w{number}", domain_name=f"w{number}.example.com").id for number in range(1200)])
    assert len(engine.registered) >= 1200
