"""The reference policy on columns: numpy, Polars, DuckDB, each on one core, each bill compared to the fen.

Reads the columns that the program beside it wrote; prints a line for each engine: name, nanoseconds a bill, verdict.
Loading and comparing are not measured. Every engine runs three times; the best counts.
"""
import os
import sys
import time

os.environ.update(POLARS_MAX_THREADS="1", OMP_NUM_THREADS="1")

import duckdb  # noqa: E402
import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

FOLDER = sys.argv[1]
LINES = 12
FULL = np.array([30_000, 60_000, 100_000])
# Permille by level (primary first), person and band.
RATES = np.array([
    [[905, 925, 955], [935, 955, 975], [800, 825, 850]],
    [[870, 900, 935], [910, 935, 965], [750, 785, 805]],
    [[850, 885, 915], [890, 925, 955], [605, 655, 705]],
])
BANDS = [(0, 2_000_000), (2_000_000, 4_000_000), (4_000_000, 30_000_000)]


def column(name, kind):
    suffix = "i32" if kind is np.int32 else "i64"
    return np.fromfile(os.path.join(FOLDER, f"{name}.{suffix}"), dtype=kind)


LINE = {name: column(name, np.int32).astype(np.int64) for name in ["price", "qty", "limit", "cat"]}
HEAD = {name: column(name, np.int32).astype(np.int64) for name in ["level", "person", "accum"]}
EXPECTED = {name: column(name, np.int64) for name in ["deductible", "fund", "serious", "cash"]}
BILLS = len(HEAD["level"])


def half_up(number, divisor):
    return (2 * number + divisor) // (2 * divisor)


def with_numpy():
    price, qty, limit, cat = (LINE[name].reshape(BILLS, LINES) for name in ["price", "qty", "limit", "cat"])
    amount = half_up(price * qty, 100)
    counted = np.where((limit > 0) & (price > limit), limit, price)
    base = np.where(cat == 2, 0, half_up(counted * qty, 100))
    first = np.where(cat == 1, half_up(base * 10, 100), 0)
    total, scope = amount.sum(axis=1), (base - first).sum(axis=1)
    level, person, accum = HEAD["level"], HEAD["person"], HEAD["accum"]
    deductible = np.minimum(scope, np.maximum(FULL[level] - accum, 0))
    start, end = accum + deductible, accum + scope
    fund = np.zeros(BILLS, dtype=np.int64)
    for band, (lower, upper) in enumerate(BANDS):
        length = np.maximum(np.minimum(end, upper) - np.maximum(start, lower), 0)
        fund += half_up(length * RATES[level, person, band], 1000)
    burden = scope - fund
    serious = half_up(np.maximum(np.minimum(burden, 7_500_000) - 2_500_000, 0) * 60, 100)
    serious += half_up(np.maximum(burden - 7_500_000, 0) * 70, 100)
    return {"deductible": deductible, "fund": fund, "serious": serious, "cash": total - fund - serious}


def frames():
    bill = np.repeat(np.arange(BILLS), LINES)
    lines = pl.DataFrame({"bill": bill, **LINE})
    heads = pl.DataFrame({"bill": np.arange(BILLS), **HEAD})
    table = [
        {"level": level, "person": person, "full": int(FULL[level]), **{f"r{band}": int(rate) for band, rate in enumerate(rates)}}
        for level, persons in enumerate(RATES) for person, rates in enumerate(persons)
    ]
    return lines, heads, pl.DataFrame(table)


LINES_FRAME, HEADS_FRAME, RATES_FRAME = frames()


def with_polars():
    col, lit = pl.col, pl.lit
    up = lambda number, divisor: (number * 2 + divisor) // (2 * divisor)  # noqa: E731
    most = lambda one, other: pl.max_horizontal(one, other)  # noqa: E731
    least = lambda one, other: pl.min_horizontal(one, other)  # noqa: E731
    counted = pl.when((col("limit") > 0) & (col("price") > col("limit"))).then(col("limit")).otherwise(col("price"))
    sums = (
        LINES_FRAME.lazy()
        .with_columns(amount=up(col("price") * col("qty"), 100), base=pl.when(col("cat") == 2).then(0).otherwise(up(counted * col("qty"), 100)))
        .with_columns(first=pl.when(col("cat") == 1).then(up(col("base") * 10, 100)).otherwise(0))
        .group_by("bill").agg(col("amount").sum().alias("total"), (col("base") - col("first")).sum().alias("scope"))
    )
    length = lambda lower, upper: most(least(col("end"), lit(upper)) - most(col("start"), lit(lower)), lit(0))  # noqa: E731
    fund = sum(up(length(lower, upper) * col(f"r{band}"), 1000) for band, (lower, upper) in enumerate(BANDS))
    serious = up(most(least(col("burden"), lit(7_500_000)) - 2_500_000, lit(0)) * 60, 100) + up(most(col("burden") - 7_500_000, lit(0)) * 70, 100)
    return (
        HEADS_FRAME.lazy().join(sums, on="bill").join(RATES_FRAME.lazy(), on=["level", "person"])
        .with_columns(deductible=least(col("scope"), most(col("full") - col("accum"), lit(0))))
        .with_columns(start=col("accum") + col("deductible"), end=col("accum") + col("scope"))
        .with_columns(fund=fund)
        .with_columns(burden=col("scope") - col("fund"))
        .with_columns(serious=serious)
        .with_columns(cash=col("total") - col("fund") - col("serious"))
        .select("bill", "deductible", "fund", "serious", "cash").sort("bill").collect()
    )


DUCK = duckdb.connect()
DUCK.execute("SET threads = 1")
for name, frame in [("lines", LINES_FRAME), ("heads", HEADS_FRAME), ("rates", RATES_FRAME)]:
    DUCK.register("loading", frame.to_arrow())
    DUCK.execute(f"CREATE TABLE {name} AS SELECT * FROM loading")
    DUCK.unregister("loading")

SQL = """
WITH amounts AS (
    SELECT bill, cat, (2 * price * qty + 100) // 200 AS amount,
        CASE WHEN cat = 2 THEN 0
             ELSE (2 * (CASE WHEN "limit" > 0 AND price > "limit" THEN "limit" ELSE price END) * qty + 100) // 200 END AS base
    FROM lines
), sums AS (
    SELECT bill, sum(amount)::BIGINT AS total,
        sum(base - CASE WHEN cat = 1 THEN (20 * base + 100) // 200 ELSE 0 END)::BIGINT AS scope
    FROM amounts GROUP BY bill
), borne AS (
    SELECT s.bill, total, scope, accum, r0, r1, r2, least(scope, greatest("full" - accum, 0)) AS deductible
    FROM sums s JOIN heads h ON s.bill = h.bill JOIN rates r ON h.level = r.level AND h.person = r.person
), positions AS (SELECT *, accum + deductible AS a, accum + scope AS b FROM borne
), funds AS (
    SELECT bill, total, scope, deductible,
        (2 * greatest(least(b, 2000000) - a, 0) * r0 + 1000) // 2000
        + (2 * greatest(least(b, 4000000) - greatest(a, 2000000), 0) * r1 + 1000) // 2000
        + (2 * greatest(least(b, 30000000) - greatest(a, 4000000), 0) * r2 + 1000) // 2000 AS fund
    FROM positions
), second AS (
    SELECT *, (120 * greatest(least(scope - fund, 7500000) - 2500000, 0) + 100) // 200
        + (140 * greatest(scope - fund - 7500000, 0) + 100) // 200 AS serious
    FROM funds
)
SELECT bill, deductible, fund, serious, total - fund - serious AS cash FROM second ORDER BY bill
"""


def with_duckdb():
    return DUCK.execute(SQL).fetchnumpy()


def measure(name, work):
    best = None
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        taken = time.perf_counter() - start
        best = taken if best is None else min(best, taken)
    cells = lambda column: result[column].to_numpy() if isinstance(result, pl.DataFrame) else result[column]  # noqa: E731
    equal = all(np.array_equal(cells(column), expected) for column, expected in EXPECTED.items())
    print(f"{name}\t{best / BILLS * 1e9:.0f}\t{'equal' if equal else 'different'}", flush=True)


measure(f"numpy {np.__version__}", with_numpy)
measure(f"Polars {pl.__version__}", with_polars)
measure(f"DuckDB {duckdb.__version__}", with_duckdb)
