"""Proves and refutes the properties of `banli check` with z3, a solver other people wrote.

Usage: python prove.py PATH-OF-BANLI

`banli check PACK --export` writes what the benefits were compiled to. From that alone, without our calculus, each
combination of rules is put before the solver as a question in integers: is there a bill, a state of the year and of
the accounts, and one fen more of some line, so that the person pays less, or more than the fen, or the deductible
exceeds the in-scope amount? The solver has to say no for every combination we call proven, and to show a bill for
every mutated pack.

Two steps keep the questions small. First every layer with its figures is shown to pay nothing or one fen more for one
fen more of base (exactly, with its divisions). Then the layers are composed, where a band is known by that step
alone. What the second step cannot settle is asked again with the divisions.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import z3

PACKS = ["reference", "hangzhou"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ["scope", "first_own", "own"]


def most(a, b):
    return z3.If(a >= b, a, b)


def least(a, b):
    return z3.If(a <= b, a, b)


def rounded(length, band, rounding):
    """The payment of a band on a length, both in fen: one division."""
    num, den = band["num"], band["den"]
    if rounding == "half-up":
        return (2 * num * length + den) / (2 * den)
    if rounding == "down":
        return num * length / den
    return (num * length + den - 1) / den


def lengths(layer, start, end):
    """The length of each band between two positions."""
    lower, found = 0, []
    for band in layer["bands"]:
        upper = end if band["upto"] is None else least(end, z3.IntVal(band["upto"]))
        found.append(most(upper - most(start, z3.IntVal(lower)), z3.IntVal(0)))
        lower = band["upto"]
    return found


class Year:
    """What no bill decides: what the year has used up, and the balances."""

    def __init__(self, count, solver):
        self.used = [z3.Int(f"year{place}") for place in range(count)]
        self.balance = {name: z3.Int(name) for name in ("account", "account_past")}
        for amount in [*self.used, *self.balance.values()]:
            solver.add(amount >= 0)

    def of(self, place):
        return z3.IntVal(0) if place is None else self.used[place]


class Bill:
    """Running amounts of one of the two bills that are compared."""

    def __init__(self, scope, first_own, own):
        self.scope = self.burden = self.in_scope = scope
        self.first_own = first_own
        self.person = scope + first_own + own
        self.deductible = z3.IntVal(0)
        self.account = z3.IntVal(0)

    def base(self, name):
        return {
            "scope": self.scope,
            "above-deductible": self.scope - self.deductible,
            "burden": self.burden,
            "burden-and-first-own": self.burden + self.first_own,
            "person": self.person,
        }[name]

    def window(self, layer, year):
        """What goes into the deductible, and the positions between which the bands pay."""
        base = most(self.base(layer["base"]), z3.IntVal(0))
        full = layer["deductible"]
        borne = least(base, most(full - year.of(layer["deductible_counts"]), z3.IntVal(0)))
        ahead = self.deductible if layer["base"] == "above-deductible" else z3.IntVal(0)
        shift = full if layer["bands_begin_at_deductible"] else 0
        start = most(year.of(layer["position"]) + ahead + borne - shift, z3.IntVal(0))
        return borne, start, start + base - borne, base

    def settle(self, layer, year, paid, borne, base):
        """Caps and balance, then the running amounts."""
        for cap in layer["caps"]:
            paid = least(paid, most(cap["limit"] - year.of(cap["of"]), z3.IntVal(0)))
        if layer["balance"]:
            paid = least(paid, year.balance[layer["balance"]])
        paid = z3.If(base > 0, paid, z3.IntVal(0))
        if layer["pays"] == "preselfpay_amt":
            self.scope, self.burden = self.scope - paid, self.burden - paid
            self.first_own, self.in_scope = self.first_own + paid, self.in_scope - paid
            return
        if layer["pays"] == "acct_pay":
            self.account += paid
        if layer["base"] == "scope":
            self.deductible += borne
            if layer["pays"] == "acct_pay":
                self.scope -= paid
        of_burden = least(paid, most(self.burden, z3.IntVal(0)))
        self.burden -= of_burden
        self.first_own -= least(paid - of_burden, self.first_own)
        self.person -= paid


def named(solver, value, name):
    """A short name for a long expression."""
    short = z3.Int(name)
    solver.add(short == value)
    return short


def question(plan, accumulators, kind, exact, top=None):
    """A solver that looks for two bills one fen apart between which something breaks."""
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    year = Year(accumulators, solver)
    amounts = [z3.Int(name) for name in KINDS]
    for amount in amounts:
        solver.add(amount >= 0)
        if top is not None:
            solver.add(amount <= top)
    lower = Bill(*amounts)
    higher = Bill(*[amount + (1 if name == kind else 0) for amount, name in zip(amounts, KINDS)])
    for number, layer in enumerate(plan["layers"]):
        windows = [bill.window(layer, year) for bill in (lower, higher)]
        windows = [
            [named(solver, part, f"l{number}{side}{place}") for place, part in enumerate(window)]
            for side, window in zip("ab", windows)
        ]
        lengths_of = [lengths(layer, window[1], window[2]) for window in windows]
        paid = [z3.IntVal(0), z3.IntVal(0)]
        for row, band in enumerate(layer["bands"]):
            if band["num"] == 0:
                continue
            a = named(solver, lengths_of[0][row], f"l{number}a_band{row}")
            b = named(solver, lengths_of[1][row], f"l{number}b_band{row}")
            if exact or band["num"] == band["den"]:
                x, y = rounded(a, band, layer["rounding"]), rounded(b, band, layer["rounding"])
            else:
                # The step that was shown for the layer: nothing or one fen for each fen of length.
                x, y = z3.Int(f"l{number}x{row}"), z3.Int(f"l{number}y{row}")
                solver.add(x >= 0, x <= a, y >= 0, y <= b)
                solver.add(z3.If(b >= a, z3.And(y >= x, y - x <= b - a), z3.And(y <= x, x - y <= a - b)))
            paid = [paid[0] + x, paid[1] + y]
        for bill, window, amount in zip((lower, higher), windows, paid):
            bill.settle(layer, year, amount, window[0], window[3])
    cash = higher.person - lower.person
    part = cash + higher.account - lower.account
    solver.add(
        z3.Or(cash < 0, cash > 1, part < 0, part > 1, higher.person < 0, higher.deductible > higher.in_scope)
    )
    return solver


def layer_step(layer):
    """Whether one fen more of base always pays nothing or one fen more, with the divisions as they are."""
    for band in layer["bands"]:
        if band["num"] == 0 or band["num"] == band["den"]:
            continue
        solver = z3.Solver()
        solver.set("timeout", 20_000)
        length = z3.Int("length")
        here, next_ = rounded(length, band, layer["rounding"]), rounded(length + 1, band, layer["rounding"])
        solver.add(length >= 0, z3.Or(next_ < here, next_ > here + 1, here > length, here < 0))
        if solver.check() != z3.unsat:
            return False
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    start, end = z3.Ints("start end")
    solver.add(start >= 0, end >= start)
    before, after = lengths(layer, start, end), lengths(layer, start, end + 1)
    moved = z3.Sum([z3.If(a != b, 1, 0) for a, b in zip(before, after)])
    grown = z3.Sum([b - a for a, b in zip(before, after)])
    solver.add(z3.Or(moved > 1, grown > 1, grown < 0))
    return solver.check() == z3.unsat


def shape(plan):
    """What the composition depends on: rates only as nothing, a part, the whole."""
    layers = []
    for layer in plan["layers"]:
        bands = [(band["upto"], (band["num"] > 0) + (band["num"] == band["den"])) for band in layer["bands"]]
        layers.append({**layer, "id": "", "rounding": "", "bands": bands})
    return json.dumps(layers, sort_keys=True)


def ask(plan, accumulators):
    """`proven`, `refuted` or `unknown`."""
    settled = True
    for kind in KINDS:
        if question(plan, accumulators, kind, exact=False).check() != z3.unsat:
            settled = False
            break
    if settled:
        return "proven"
    answers = set()
    for kind in KINDS:
        answer = question(plan, accumulators, kind, exact=True, top=5_000_000).check()
        if answer == z3.sat:
            return "refuted"
        answers.add(answer)
    return "unknown"


def export(banli, pack, folder=None):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        packs = ["--packs", str(folder)] if folder else []
        subprocess.run([banli, "check", pack, "--export", file.name, *packs], capture_output=True, check=False)
        return json.load(open(file.name, encoding="utf-8"))


def compare(banli, pack, folder=None):
    """What went wrong, in sentences, and the verdicts by count."""
    told = export(banli, pack, folder)
    accumulators = len(told["accumulators"])
    wrong, counts = [], {"proven": 0, "refuted": 0, "unknown": 0}
    steps = {}
    for plan in told["plans"]:
        for layer in plan["layers"]:
            key = json.dumps([layer["bands"], layer["rounding"]])
            if key not in steps:
                steps[key] = layer_step(layer)
                if not steps[key]:
                    wrong.append(f"{pack}: layer {layer['id']} is no unit step: {layer['bands']}")
    shapes = {}
    for plan in told["plans"]:
        shapes.setdefault((shape(plan), plan["proven"]), []).append(plan)
    for (_, proven), plans in shapes.items():
        answer = ask(plans[0], accumulators)
        counts[answer] += len(plans)
        layers = ", ".join(layer["id"] for layer in plans[0]["layers"])
        if proven and answer != "proven":
            wrong.append(f"{pack}: we call {layers} proven on {plans[0]['day']}, z3 says {answer}")
        if not proven and answer == "proven":
            wrong.append(f"{pack}: z3 proves {layers} on {plans[0]['day']}, we do not")
    print(f"{pack}: {len(told['plans'])} plans, {len(shapes)} shapes, {len(steps)} different bands: {counts}")
    return wrong, counts


MUTATIONS = {
    "layers swapped": [("scheme", '["pooled", "serious"]', '["serious", "pooled"]')],
    "two funds round the same fen": [
        ("serious", 'base = "burden"', 'base = "scope"'),
        ("serious", "| 25,000 | 0%   |", "| 25,000 | 30%  |"),
        ("pooled", "| tertiary  |  1,000 |", "| tertiary  |  0     |"),
        ("pooled", "| tertiary  |  20,000 | 85%      | 89%     | 60.5% |", "| tertiary | 20,000 | 60% | 60% | 60% |"),
    ],
    "two deductibles": [
        ("serious", 'base = "burden"', 'base = "scope"'),
        (
            "serious",
            "[[layer.bands]]",
            '[[layer.deductible]]\narticle = "reference/serious"\n'
            "table = '''\n| amount |\n|---|\n| 100 |\n'''\n\n[[layer.bands]]",
        ),
    ],
}


def mutated(banli, name, changes):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "packs", folder, dirs_exist_ok=True)
        for file, old, new in changes:
            path = pathlib.Path(folder) / "reference/benefits" / f"{file}.toml"
            text = path.read_text(encoding="utf-8")
            if old not in text:
                return [f"{name}: {file}.toml no longer holds {old}"]
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        wrong, counts = compare(banli, "reference", folder)
        if counts["refuted"] == 0:
            wrong.append(f"{name}: z3 shows no bill")
        return wrong


def main(banli):
    passed = failed = 0
    for pack in PACKS:
        wrong, _ = compare(banli, pack)
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for line in wrong[:20]:
            print(line)
    for name, changes in MUTATIONS.items():
        print(f"mutated: {name}")
        wrong = mutated(banli, name, changes)
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for line in wrong[:20]:
            print(line)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
