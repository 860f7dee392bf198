"""Run the command line as ``python -m samvirke``."""

from samvirke.cli import main

if __name__ == "__main__":
    main()
