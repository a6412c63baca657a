"""`python -m tc_resources.native ADDRESS`."""

from tc_resources.native.main import main

if __name__ == "__main__":
    main()
