"""What the fixtures promise, seen from the tests of somebody else's stack."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from tests.kit.conftest import Project

pytest_plugins = ["pytester"]

PROGRAM = """
from tc_resources import PrefetchOriginLimit
PrefetchOriginLimit("www", zone_id="zone-1", domain_name="www.example.com", area="Overseas", bandwidth=500)
"""
MINE = {
    "TENCENTCLOUD_SECRET_ID": "AKIDmine",
    "TENCENTCLOUD_SECRET_KEY": "my-own-key",
    "TENCENTCLOUD_SECURITY_TOKEN": "my-own-token",
    "TENCENTCLOUD_SITE": "cn",
}


@pytest.fixture
def _mine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a developer with an account."""
    for name, value in MINE.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_mine")
def test_the_environment_leads_to_an_empty_emulator_and_afterwards_where_it_led(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""
        import os
        pytest_plugins = ["tc_resources.testing.fixtures"]

        def cloud():
            return {{name: value for name, value in os.environ.items() if name.startswith("TENCENTCLOUD_")}}

        def test_one(emulator):
            assert cloud() == {{
                "TENCENTCLOUD_ENDPOINT": emulator.url,
                "TENCENTCLOUD_SECRET_ID": emulator.secret_id,
                "TENCENTCLOUD_SECRET_KEY": emulator.secret_key,
            }}
            emulator.put_zone("zone-1")

        def test_another(emulator):
            assert (emulator.calls, emulator.limits(), emulator.quotas()) == ([], [], [])

        def test_without():
            assert cloud() == {MINE}
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=3)


@pytest.mark.usefixtures("_mine")
def test_a_stack_calls_the_emulator_whatever_account_its_config_names(
    pytester: pytest.Pytester, project: Project
) -> None:
    project(PROGRAM)
    (pytester.path / "Pulumi.prod.yaml").write_text(
        "config:\n"
        "  tc-resources:endpoint: http://localhost:9\n"
        "  tc-resources:secretId: AKIDproduction\n"
        '  tc-resources:allowedAccountIds: ["100000000999"]\n'
        "  tc-resources:assumeRoleArn: qcs::cam::uin/100000000999:roleName/deploy\n"
        "  tc-resources:secretKey: {secure: v1:8J4ZMvNyiSS0Wq1C:wmEGuM3m}\n"
        "  tc-resources:securityToken: {secure: v1:8J4ZMvNyiSS0Wq1C:wmEGuM3m}\n"
        "  tc-resources:profile: production\n"
        "  tc-resources:camRoleName: deploy\n"
        "  tc-resources:assumeRoleWebIdentityTokenFile: /run/token\n",
        encoding="utf-8",
    )
    pytester.makepyfile("""
        pytest_plugins = ["tc_resources.testing.fixtures"]

        def test_prod(emulator, open_stack):
            open_stack("prod").up()
            assert [call.code for call in emulator.writes] == [None]
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_folder_is_counted_from_the_root_of_the_tests_wherever_they_are_run(
    pytester: pytest.Pytester, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(PROGRAM)
    pytester.makeini("[pytest]")
    pytester.mkdir("tests")
    (pytester.path / "tests" / "test_dev.py").write_text(
        'pytest_plugins = ["tc_resources.testing.fixtures"]\n'
        "def test_dev(open_stack):\n"
        '    assert open_stack().preview().change_summary["create"] == 2\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(pytester.path / "tests")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_behind_a_proxy_nothing_of_a_stack_goes_there(
    pytester: pytest.Pytester, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    project(PROGRAM)
    pytester.makepyfile("""
        pytest_plugins = ["tc_resources.testing.fixtures"]

        def test_dev(emulator, open_stack):
            open_stack().up()
            assert [call.code for call in emulator.writes] == [None]
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_fixtures_are_not_loaded_by_themselves() -> None:
    assert [point for point in entry_points(group="pytest11") if point.value.startswith("tc_resources")] == []


def test_a_missing_package_is_told_with_what_to_install() -> None:
    program = "import sys; sys.modules['starlette'] = None; import tc_resources.testing.fixtures"
    end = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert end.stderr.endswith("tc_resources.testing needs more packages: pip install 'tc-resources[testing]'\n")
