"""``python -m pvtools`` is the ``pvtools`` command."""

from pvtools.cli import main

if __name__ == "__main__":
    main()
