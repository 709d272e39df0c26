"""`python -m notewright` is the command line, also where no script was installed for it."""

import sys

from notewright.hosts.cli import main

if __name__ == "__main__":
    sys.exit(main())
