"""Refresh, and resources that are only looked up."""

from __future__ import annotations

from tests.engine.trial import Trial


def test_refresh_takes_over_drift_and_forgets_what_is_gone(trial: Trial) -> None:
    body = 'a = Thing("a", size=1)\nb = Thing("b", size=1)\nThing("c", size=b.serial)'
    trial.up(body)
    trial.change_outside("a-plain", {"size": 5})
    trial.change_outside("b-plain", None)
    assert trial.refresh() == {"delete": 1, "same": 2, "update": 1}
    assert trial.entry("a")["inputs"]["size"] == 5
    assert "propertyDependencies" not in trial.entry("c")
    assert trial.preview() == {"create": 1, "same": 1, "update": 2}


def test_up_and_preview_can_refresh_first(trial: Trial) -> None:
    trial.up('Thing("a", size=1)')
    trial.change_outside("a-plain", {"size": 5})
    assert trial.preview(refresh=True) == {"same": 1, "update": 1}
    assert trial.entry("a")["inputs"]["size"] == 1
    assert trial.up(refresh=True) == {"same": 1, "update": 1}
    assert trial.things["a-plain"]["size"] == 1


def test_a_resource_that_is_looked_up_is_never_deleted(trial: Trial) -> None:
    trial.up('Thing("a", size=1)')
    trial.up(
        """
        Thing("a", size=1)
        seen = Thing("seen", size=None, opts=ResourceOptions(id="a-plain"))
        export("size", seen.size)
        """
    )
    assert trial.outputs == {"size": 1}
    assert trial.entry("seen")["external"] is True
    assert trial.destroy() == {"delete": 2, "discard": 1}
    assert trial.called("delete") == ["delete a"]
