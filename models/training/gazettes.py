"""Write the Spanish side of the gazettes, cut as the training rows are, for the teacher to translate.

    python -m models.training.gazettes WORK_FOLDER/gazettes/es.txt --data SHARED_DATA

The student has seen the real pairs so often that it knows them by heart; what the teacher makes of the same Spanish is
a second view of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from models.training.corpus import gazette_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with options.output.open("w", encoding="utf-8") as out:
        out.writelines(f"{row.source}\n" for row in gazette_rows(options.data))


if __name__ == "__main__":
    main()
