"""Asks other programs the same questions about the tables of a folder, and prints ratios to our own times.

    python compare.py FOLDER

The program `peers` writes FOLDER: the tables that an installation exports, from which files_polars.py and files_duckdb.py go to
findings as we do; the same as numbers (volumes.csv, sources.csv) for the questions in memory; ours.toml. Every peer must count
the same findings for each reason, or the comparison ends where it differs. Times are taken as ours are: of several the median
and the least on the clock, and the processor's, that is of all threads together; what was made is dropped within the time.
"""

from __future__ import annotations

import statistics
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

import files_duckdb
import files_polars
from beside import Beside

TIMES = 9
LEAST = 0.004
# On the clock, the least, of the processor.
Seconds = tuple[float, float, float]
FILES = ("Parquet", "CSV")
ONLINE, OFFLINE, PENDING, BOXED, NOT_READY, NO_PATH, ALLOCATED = range(7)

# Reasons in words that SQL and Polars' SQL share: s is the source's volume, t the target's, saved the label of the profile.
CONDITIONS = {
    "PS05:volser-mismatch": "saved = 0 OR saved <> s_volser",
    "PS05:offline": f"s_status = {OFFLINE}",
    "PS05:pending-offline": f"s_status = {PENDING}",
    "PS05:boxed": f"s_status = {BOXED}",
    "PS05:not-ready": f"s_status = {NOT_READY}",
    "PS05:no-path": f"s_status = {NO_PATH}",
    "PS05:reserved": "s_reserved = 1",
    "PS05:copy-target": "s_secondary = 1",
    "PS06:boxed": f"t_status = {BOXED}",
    "PS06:no-path": f"t_status = {NO_PATH}",
    "PS06:not-ready": f"t_status = {NOT_READY}",
    "PS06:reserved": "t_reserved = 1",
    "PS06:in-use": f"t_status = {ALLOCATED}",
    "PS06:space-efficient": "t_thin = 1",
    "PS06:remote-secondary": "t_secondary = 1",
    "PS06:online": f"t_status = {ONLINE}",
    "PS06:pending-offline": f"t_status = {PENDING}",
    "PS06:device-type": "s_device_type <> t_device_type",
    "PS06:too-small": "t_cylinders < s_cylinders",
    "PS06:larger": "t_cylinders > s_cylinders",
    "PS07:not-capable": ("s_incapable = 1", "t_incapable = 1"),
    "PS07:inhibited": ("s_inhibited = 1", "t_inhibited = 1"),
    "PS07:v1-active": ("s_v1_active = 1", "t_v1_active = 1"),
    "PS08:different-lss": "s_lss <> t_lss",
    "PS14:missing-target": "target IS NULL",
}
COLUMNS = [
    "lss", "volser", "device_type", "cylinders", "status", "reserved", "secondary", "thin", "incapable", "inhibited", "v1_active",
]


def parts(condition: str | tuple[str, ...]) -> tuple[str, ...]:
    """The conditions whose counts are added up for one reason."""
    return (condition,) if isinstance(condition, str) else condition


def counts_sql(table: str) -> str:
    """One pass over the joined table, a count for each reason."""
    sums = (
        " + ".join(f"COALESCE(SUM(CASE WHEN {part} THEN 1 ELSE 0 END), 0)" for part in parts(condition)) + f' AS "{reason}"'
        for reason, condition in CONDITIONS.items()
    )
    return f"SELECT {', '.join(sums)} FROM {table}"


def joined_sql(volumes: str, sources: str) -> str:
    """Each source with its volume, and its target's where it has one."""
    sides = ", ".join(f"{side}.{column} AS {side}_{column}" for side in "st" for column in COLUMNS)
    return (
        f"SELECT p.saved AS saved, p.target AS target, {sides} FROM {sources} AS p "
        f"JOIN {volumes} AS s ON s.id = p.source LEFT JOIN {volumes} AS t ON t.id = p.target"
    )


def measure(work: Callable[[], dict[str, int]]) -> tuple[Seconds, dict[str, int]]:
    """The median time of several and the least, that of the processor on average, and what was counted. The first time does
    not count."""
    counted = work()
    took = []
    before = time.process_time()
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return (statistics.median(took), min(took), (time.process_time() - before) / TIMES), counted


def duck(folder: Path) -> dict[str, Callable[[], dict[str, int]]]:
    """DuckDB, on all threads as it is wont to; tables in memory."""
    base = duckdb.connect()

    def ask(query: str) -> Callable[[], dict[str, int]]:
        def asked() -> dict[str, int]:
            row = base.execute(query).fetchone()
            return {reason: int(count) for reason, count in zip(CONDITIONS, row or (), strict=True)}

        return asked

    for name in ("volumes", "sources"):
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{folder / name}.csv')")
    base.execute(f"CREATE TABLE joined AS {joined_sql('volumes', 'sources')}")
    return {
        "joined table": ask(counts_sql("joined")),
        "tables by id": ask(counts_sql(f"({joined_sql('volumes', 'sources')})")),
    }


def polars(folder: Path) -> dict[str, Callable[[], dict[str, int]]]:
    """Polars, lazily; tables in memory."""

    def ask(read: Callable[[str], pl.LazyFrame]) -> Callable[[], dict[str, int]]:
        def asked() -> dict[str, int]:
            volumes, pairs = read("volumes"), read("sources")
            side = {s: volumes.rename({column: f"{s}_{column}" for column in COLUMNS}) for s in "st"}
            joined = pairs.join(side["s"], left_on="source", right_on="id").join(side["t"], left_on="target", right_on="id", how="left")
            sums = [
                sum((pl.sql_expr(part).fill_null(False).sum().cast(pl.Int64) for part in parts(condition)), pl.lit(0, pl.Int64)).alias(reason)
                for reason, condition in CONDITIONS.items()
            ]
            row = joined.select(sums).collect().row(0)
            return {reason: int(count) for reason, count in zip(CONDITIONS, row, strict=True)}

        return asked

    kept = {name: pl.read_csv(folder / f"{name}.csv") for name in ("volumes", "sources")}
    return {
        "tables by id": ask(lambda name: kept[name].lazy()),
    }


def numpy(folder: Path) -> dict[str, Callable[[], dict[str, int]]]:
    """NumPy: columns as narrow as they go, the volumes' gathered by id."""
    volumes = pl.read_csv(folder / "volumes.csv")
    pairs = pl.read_csv(folder / "sources.csv")
    narrow = {name: volumes[name].to_numpy().astype(kind) for name, kind in {
        "lss": np.uint16, "volser": np.uint64, "device_type": np.uint16, "cylinders": np.uint32, "status": np.uint8,
        **dict.fromkeys(["reserved", "secondary", "thin", "incapable", "inhibited", "v1_active"], np.uint8),
    }.items()}
    source = pairs["source"].to_numpy().astype(np.uint32)
    saved = pairs["saved"].to_numpy().astype(np.uint64)
    has = pairs["target"].is_not_null().to_numpy()
    target = pairs["target"].fill_null(0).to_numpy().astype(np.uint32)

    def asked() -> dict[str, int]:
        ends, mapped = source[has], target[has]
        s = {name: column[source] for name, column in narrow.items()}
        t = {name: column[mapped] for name, column in narrow.items()}
        e = {name: narrow[name][ends] for name in ("device_type", "cylinders", "lss")}
        count = np.count_nonzero
        s_status = np.bincount(s["status"], minlength=7)
        t_status = np.bincount(t["status"], minlength=7)
        return {
            "PS05:volser-mismatch": count((saved == 0) | (saved != s["volser"])),
            "PS05:offline": s_status[OFFLINE],
            "PS05:pending-offline": s_status[PENDING],
            "PS05:boxed": s_status[BOXED],
            "PS05:not-ready": s_status[NOT_READY],
            "PS05:no-path": s_status[NO_PATH],
            "PS05:reserved": count(s["reserved"]),
            "PS05:copy-target": count(s["secondary"]),
            "PS06:boxed": t_status[BOXED],
            "PS06:no-path": t_status[NO_PATH],
            "PS06:not-ready": t_status[NOT_READY],
            "PS06:reserved": count(t["reserved"]),
            "PS06:in-use": t_status[ALLOCATED],
            "PS06:space-efficient": count(t["thin"]),
            "PS06:remote-secondary": count(t["secondary"]),
            "PS06:online": t_status[ONLINE],
            "PS06:pending-offline": t_status[PENDING],
            "PS06:device-type": count(e["device_type"] != t["device_type"]),
            "PS06:too-small": count(t["cylinders"] < e["cylinders"]),
            "PS06:larger": count(t["cylinders"] > e["cylinders"]),
            "PS07:not-capable": count(s["incapable"]) + count(t["incapable"]),
            "PS07:inhibited": count(s["inhibited"]) + count(t["inhibited"]),
            "PS07:v1-active": count(s["v1_active"]) + count(t["v1_active"]),
            "PS08:different-lss": count(e["lss"] != t["lss"]),
            "PS14:missing-target": count(~has),
        }

    return {"tables by id": asked}


# What each of the peers' roads is held against: like with like. The packed site is our own format as Parquet is theirs.
OURS = {
    "joined table": ["check of the columns, every rule, findings"],
    "tables by id": ["rows joined with volumes by id, and check"],
    "Parquet": ["packed site to findings", "CSV to findings"],
    "CSV": ["CSV to findings"],
}


def row(name: str, what: str, seconds: Seconds) -> str:
    clock, least, processor = (f"{one * 1e3:10.3f}" for one in seconds)
    return f"  {name:8} {what:44} {clock} ms {least} ms at least {processor} ms of the processor"


def main() -> int:
    folder = Path(sys.argv[1])
    ours = tomllib.loads((folder / "ours.toml").read_text())
    beside = Beside(ours["beside"]["first"], [tuple(one) for one in ours["beside"]["profiles"]],
                    [tuple(one) for one in ours["beside"]["catalogs"]])
    findings = ours["findings"]
    print(f"{folder.name} pairs, {sum(findings.values())} findings for {len(findings)} reasons")
    for name, seconds in ours["seconds"].items():
        print(row("ours", name, seconds))
    peers = {
        "DuckDB": duck(folder) | files_duckdb.roads(folder, beside),
        "Polars": polars(folder) | files_polars.roads(folder, beside),
        "NumPy": numpy(folder),
    }
    measured: dict[str, dict[str, Seconds]] = {road: {} for road in OURS}
    for peer, roads in peers.items():
        for road, work in roads.items():
            seconds, counted = measure(work)
            asked = findings if road in FILES else {reason: findings[reason] for reason in CONDITIONS}
            unlike = {reason: (n, counted.get(reason)) for reason, n in asked.items() if n != counted.get(reason)}
            if unlike:
                print(f"{peer}, {road}: counts otherwise (ours, theirs): {unlike}", file=sys.stderr)
                return 1
            measured[road][peer] = seconds
            print(row(peer, f"{road}, {len(asked)} reasons", seconds))
    for road, against in OURS.items():
        for name in against:
            parts = []
            for which, what in enumerate(("median", "least", "processor")):
                peer, best = min(((peer, seconds[which]) for peer, seconds in measured[road].items()), key=lambda one: one[1])
                mine = ours["seconds"][name][which]
                # Less than some milliseconds of the processor cannot be told.
                if which < 2 or mine > LEAST:
                    parts.append(f"{what} {peer} {best * 1e3:.4g} ms, ours {mine * 1e3:.4g} ms, {best / mine:.1f} times")
            print(f"{road}, best peer beside {name}: {'; '.join(parts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
