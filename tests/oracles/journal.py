"""The books, read by a program that others wrote: Debian's `ledger` reads our journal and must find every balance that
our trial balance has, over the whole time and over a month of it, and that all of them add up to nothing."""

import subprocess
import sys
import tempfile
from decimal import Decimal

BANLI = sys.argv[1]
# A month in the middle of the demo's year.
MONTH = ("2026-05-01", "2026-05-31", "2026-06-01")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def ours(folder, *span):
    """Account to (debits less credits within the span, balance at its end), as the trial balance has it."""
    accounts = {}
    for line in run(BANLI, "journal", "--data", folder, "--trial", *span).splitlines():
        words = line.split()
        if len(words) == 5 and words[0] not in ("trial", "account", "total"):
            opening, debit, credit, closing = (Decimal(word.replace(",", "")) for word in words[1:])
            accounts[words[0]] = (debit - credit, closing)
            assert opening + debit - credit == closing, line
    return accounts


def theirs(journal, *span):
    """Account to balance, as `ledger` adds it up."""
    lines = run("ledger", "-f", journal, "balance", "--flat", "--no-total", "--empty", *span,
                "--balance-format", "%(account)\t%(quantity(amount))\n")
    pairs = (line.split("\t") for line in lines.splitlines() if line.strip())
    return {account: Decimal(amount) for account, amount in pairs}


def compare(what, ours_, theirs_):
    differ = []
    for account in sorted(set(ours_) | set(theirs_)):
        one, other = ours_.get(account, Decimal(0)), theirs_.get(account, Decimal(0))
        if one != other:
            differ.append(f"{what}: {account}: ours {one}, ledger {other}")
    if sum(theirs_.values()) != 0:
        differ.append(f"{what}: ledger adds all accounts up to {sum(theirs_.values())}")
    for line in differ[:20]:
        print(line)
    return len(set(ours_) | set(theirs_)), len(differ)


def main():
    with tempfile.TemporaryDirectory() as folder:
        run(BANLI, "demo", "--once", "--data", folder)
        journal = f"{folder}/journal.txt"
        with open(journal, "w", encoding="utf-8") as file:
            file.write(run(BANLI, "journal", "--data", folder))
        first, last, after = MONTH
        whole = {account: closing for account, (_, closing) in ours(folder).items()}
        month = {account: moved for account, (moved, _) in
                 ours(folder, "--from", first, "--to", last).items()}
        checked, failed = compare("whole", whole, theirs(journal))
        more, worse = compare("month", month, theirs(journal, "--begin", first, "--end", after))
        assert checked > 1_000 and more > 100, f"only {checked} and {more} accounts: nothing was compared"
        print(f"{checked + more - failed - worse} passed, {failed + worse} failed")
        return 1 if failed + worse else 0


sys.exit(main())
