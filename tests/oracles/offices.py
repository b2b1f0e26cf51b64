"""Offices as processes on loopback, each with a file and a port of its own, for the scripts beside this one."""

import json
import pathlib
import select
import socket
import subprocess
import sys
import time
import urllib.request

BANLI = sys.argv[1]
CLIENT = pathlib.Path(__file__).parents[2] / "docs/interface/client.py"
REGIONS = {"hangzhou": "330100", "haiqu": "990100"}
# The office must answer a machine that is busy with other things; nothing here waits for its end.
PATIENCE = 120


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def events(folder):
    return [json.loads(line)["event"] for line in run(BANLI, "events", "--data", folder).splitlines()]


class Offices:
    """Two offices that know each other; `ports` and `base` hold while they serve."""

    def __init__(self, root):
        self.folders = {pack: f"{root}/{pack}" for pack in REGIONS}
        self.secret = run(BANLI, "region", "secret").strip()
        self.ports, self.serving = {}, []
        for pack, folder in self.folders.items():
            run(BANLI, "region", "found", "--data", folder, "--pack", pack)

    def patient(self, pack):
        """Identity number and name of the first patient there."""
        person = next(one for one in events(self.folders[pack]) if one["kind"] == "person.registered")
        return person["citizen"], person["name"]

    def key(self, pack, code):
        """A file with a fresh key of this provider."""
        file = f"{self.folders[pack]}/{code}.key"
        with open(file, "w", encoding="utf-8") as out:
            out.write(run(BANLI, "key", "--data", self.folders[pack], "issue", code))
        return file

    def base(self, pack):
        return f"http://127.0.0.1:{self.ports[pack]}"

    def begin(self, *options):
        for _ in range(5):
            self.ports = {pack: free_port() for pack in REGIONS}
            for pack, other in (("hangzhou", "haiqu"), ("haiqu", "hangzhou")):
                run(BANLI, "region", "join", "--data", self.folders[pack], "--region", REGIONS[other], "--name", other,
                    "--address", f"127.0.0.1:{self.ports[other]}", "--secret", self.secret)
            self.serving = [serve(self.folders[pack], self.ports[pack], options) for pack in REGIONS]
            if all(self.serving):
                return
            self.stop()
        raise AssertionError("no ports to be had")

    def stop(self):
        for office in filter(None, self.serving):
            office.terminate()
            office.wait(timeout=PATIENCE)
        self.serving = []

    def wait_for_silence(self):
        """Until no message waits for its acknowledgement."""
        end = time.monotonic() + PATIENCE
        while waiting := sum(map(unacknowledged, self.ports.values())):
            assert time.monotonic() < end, f"{waiting} messages wait"
            time.sleep(0.1)

    def sum(self):
        return run(BANLI, "region", "sum", *self.folders.values())


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def serve(folder, port, options):
    """An office that answers, or nothing where somebody else took the port meanwhile."""
    office = subprocess.Popen([BANLI, "region", "serve", "--data", folder, "--port", str(port), *options], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    ready, _, _ = select.select([office.stdout], [], [], PATIENCE)
    if ready and office.stdout.readline().startswith("http"):
        return office
    office.kill()
    office.wait()
    return None


def unacknowledged(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("banli_region_messages_waiting"))
