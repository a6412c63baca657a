"""Secrets stay secrets, wherever they go."""

from __future__ import annotations

from tests.engine.trial import Trial


def test_secret_inputs_and_outputs_are_sealed_in_the_state(trial: Trial) -> None:
    trial.config("toy:account", "hunter2", secret=True)
    trial.up(
        """
        options = ResourceOptions(additional_secret_outputs=["serial"])
        a = Thing("a", size=1, token=Output.secret("sup3rs3cret"), opts=options)
        export("token", a.token)
        export("serial", a.serial)
        """
    )
    assert trial.entry("a")["inputs"]["token"] == "<secret>"
    assert trial.entry("a")["outputs"]["serial"] == "<secret>"
    assert {name: output.secret for name, output in trial.stack.outputs().items()} == {"token": True, "serial": True}
    assert trial.outputs == {"token": "sup3rs3cret", "serial": 70}
    assert trial.calls[-1]["props"]["token"] == "sup3rs3cret"
    assert trial.calls[-1]["account"] == "hunter2"
    trial.refresh()
    assert trial.entry("a")["inputs"]["token"] == "<secret>"
    assert trial.entry("a")["outputs"]["token"] == "<secret>"
