"""`python -m generator` is `rhoai-catalog`."""

from generator.cli import main

if __name__ == "__main__":
    main()
