"""`python -m shapewright`."""

import sys

from shapewright.entry import main

sys.exit(main())
