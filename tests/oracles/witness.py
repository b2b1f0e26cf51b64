"""The witness log, checked by somebody who has only docs/witness.md: the tree of RFC 9162 over what `banli events` prints,
in its recursive form, and the signature by another library. Then the office's file is changed behind its back, and a
paper of before must find it out."""

import json
import sqlite3
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64decode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BANLI = sys.argv[1]
passed, failed = 0, 0


def check(what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"not so: {what}")


def run(*command):
    done = subprocess.run([BANLI, *command], capture_output=True, text=True)
    return done.returncode, done.stdout


def leaf(line):
    said = json.loads(line)
    body = line[line.index(',"event":') + len(',"event":'):-1]
    told = "".join(f"{said[name]}\n" for name in ("seq", "at", "stream", "version", "actor"))
    return sha256(b"\0" + told.encode() + sha256(body.encode()).digest()).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def main():
    with tempfile.TemporaryDirectory() as folder:
        run("demo", "--once", "--data", folder)
        _, events = run("events", "--data", folder)
        events = events.splitlines()
        leaves = [leaf(line) for line in events]
        code, told = run("witness", "head", "--data", folder)
        line, key = told.splitlines()
        word, size, head, algorithm, signature = line.split(" ")
        check("the line is as it is described", (code, word, algorithm) == (0, "banli-witness", "ed25519"))
        check("every event is in the log", int(size) == len(leaves) > 100_000)
        check("the root is that of the events", head == root(leaves).hex())
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.removeprefix("key ")))
        try:
            public.verify(urlsafe_b64decode(signature + "=="), f"{word} {size} {head}".encode())
            check("the signature is good", True)
        except InvalidSignature:
            check("the signature is good", False)

        sizes = [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 99_999, len(leaves)]
        papers = [f"{size} {root(leaves[:size]).hex()[:16]}" for size in sizes] + [line]
        given = [word for paper in papers for word in ("--paper", paper)]
        check("papers of every time fit", run("witness", "verify", "--data", folder, *given)[0] == 0)

        export = f"{folder}/events.jsonl"
        offline = ("witness", "verify", "--events", export, "--key", key.removeprefix("key "), *given)

        def write(lines):
            with open(export, "w", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))

        write(events)
        check("the exported events fit without the office", run(*offline)[0] == 0)
        write(events[:-1])
        code, told = run(*offline)
        check("a cut export is found out", code == 1 and told.count("cut off") == 2)
        write(events[:700] + events[701:])
        check("an event left out is found out", run(*offline)[0] == 1)

        with sqlite3.connect(f"{folder}/office.db") as office:
            # Whoever can write the file can take its guards away first.
            office.execute("DROP TRIGGER event_is_fixed")
            office.execute("UPDATE event SET at = at + 1 WHERE seq = 70000")
        office.close()
        code, told = run("witness", "verify", "--data", folder, *given)
        early = sum(size < 70_000 for size in sizes)
        check("a changed event is found out", code == 1 and "events 69889 to 70144" in told)
        check("by the papers printed after it", told.count("has changed") == len(papers) - early)
        check("and by none before it", told.count("is there as it was") == early)
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


main()
