"""`python -m titlewright` is the command line."""

from titlewright.cli import main

if __name__ == "__main__":
    main()
