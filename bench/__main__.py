"""`python -m bench [name …]`: run the measurements, print them, and end with 1 if a bar was missed. DATABASE_URL chooses the database."""

import argparse
import importlib
import sys

from bench.world import throwaway

NAMES = ("filing", "open_case", "lists", "reminders", "first_page", "seal_file", "campaign", "training", "codes", "big_case")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], default=[], help="which ones (default: all)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows: shows that it runs, proves nothing")
    arguments = parser.parse_args()
    missed = []
    for name in arguments.names or NAMES:
        with throwaway() as vendor:
            sys.stdout.write(f"\n{name} on {vendor}\n")
            module = importlib.import_module(f"bench.{name}")
            for result in module.main(quick=arguments.quick):
                sys.stdout.write(f"  {result}\n")
                if not result.kept:
                    missed.append(result)
    sys.stdout.write(f"\n{len(missed)} bar(s) missed\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
