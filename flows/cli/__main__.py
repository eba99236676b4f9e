"""`python -m flows.cli`: the command line without its installed script."""

import sys

from flows.cli import main

sys.exit(main())
