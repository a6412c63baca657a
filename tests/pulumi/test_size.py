"""What a resource takes in the state, beside one that calls nobody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.pulumi.pulumi_cli import Stack, limit, quota

NOOP = Path(__file__).parents[2] / "bench" / "programs" / "floor" / "noop.py"
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000}


def test_a_resource_takes_at_most_a_quarter_more_than_one_that_calls_nobody(stack: Stack) -> None:
    shutil.copy(NOOP, stack.folder)
    stack.declare("from noop import Noop", f"Noop('no-limit', {LIMIT})", f"Noop('no-quota', {QUOTA})", limit(), quota())
    stack.run("up")
    rows = {row["urn"].rpartition("::")[2]: row for row in stack.export()["deployment"]["resources"]}
    size = {name: len(json.dumps(row, separators=(",", ":"))) for name, row in rows.items()}
    assert size["www"] <= 1.25 * size["no-limit"]
    assert size["images"] <= 1.25 * size["no-quota"]
    assert len(rows["www"]["inputs"]["__provider"]) < 200
