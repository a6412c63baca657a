"""The plugin, for `pulumi package add` of this folder, beside which the package lies."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tc_resources.native.main import main

main()
