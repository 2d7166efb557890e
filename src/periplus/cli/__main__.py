"""`python -m periplus.cli`: the same as the `periplus` command."""

import sys

from periplus.cli import main

sys.exit(main())
