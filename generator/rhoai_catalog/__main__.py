"""`python -m rhoai_catalog` is `rhoai-catalog`."""

from rhoai_catalog.cli import main

if __name__ == "__main__":
    main()
