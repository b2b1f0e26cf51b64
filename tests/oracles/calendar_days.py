"""Compares `banli days` with the package chinesecalendar on every day both know.

Usage: python calendar_days.py PATH-OF-BANLI

The package was made by other people from the same notices; where the two differ, one of us read a notice wrongly.
"""

import datetime
import json
import subprocess
import sys

import chinese_calendar

FROM, TO = datetime.date(2007, 1, 1), datetime.date(2026, 12, 31)


def main(banli: str) -> int:
    printed = subprocess.run(
        [banli, "days", str(FROM), str(TO), "--json"], check=True, capture_output=True, text=True
    ).stdout
    days = [json.loads(line) for line in printed.splitlines()]
    expected = (TO - FROM).days + 1
    wrong = [] if len(days) == expected else [f"{len(days)} days were printed, not {expected}"]
    for told in days:
        day = datetime.date.fromisoformat(told["day"])
        if told["works"] != chinese_calendar.is_workday(day):
            wrong.append(f"{day}: we say {told['kind']}, the package the contrary")
        if not told["settled"]:
            wrong.append(f"{day}: no notice for this year")
    for line in wrong[:40]:
        print(line)
    print(f"calendar: {len(days)} days compared, {len(wrong)} differ")
    print("1 passed, 0 failed" if not wrong else "0 passed, 1 failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
