"""From an installation's files to findings with Polars: lazily, what several answers share is collected once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from beside import Beside

STATUS = pl.Enum(["online", "offline", "pending-offline", "boxed", "not-ready", "no-path", "allocated"])
CLASS = pl.Enum(["database", "user-included", "system", "log", "recon", "control", "non-ims"])
OF_VOLUME = [
    "id", "lss", "volser", "t3380", "cylinders", "thin", "inhibited", "v1_active", "incapable", "reserved_by", "secondary", "vtoc",
]
NEEDED = ["status", *(name for name in OF_VOLUME if name != "vtoc")]
# Units have five digits: system and unit make one number.
SYSTEM = 1 << 20
Frames = tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]
col = pl.col


def hexadecimal(name: str) -> pl.Expr:
    return col(name).str.to_integer(base=16, dtype=pl.UInt32)


def from_csv(folder: Path) -> Frames:
    """Volumes, pairs and data sets, with words that are no names as what they stand for."""
    flags = [col(name).eq("yes").fill_null(False) for name in ("thin", "inhibited", "v1_active")]
    types = {"cylinders": pl.UInt32, "status": STATUS}
    volumes = pl.scan_csv(folder / "our-volumes.csv", infer_schema=False, schema_overrides=types, row_index_name="id").select(
        "id", pl.concat_str("array", "lss").alias("lss"), hexadecimal("unit"), "status", "volser",
        col("model").str.starts_with("3380").fill_null(False).alias("t3380"), "cylinders", *flags, col("incapable").is_not_null(),
        "reserved_by", col("remote").eq("secondary").fill_null(False).alias("secondary"), col("vtoc").str.split(" "),
        col("elsewhere").str.split(" "),
    )
    pairs = pl.scan_csv(folder / "our-pairs.csv", infer_schema=False).select(
        "profile", hexadecimal("source"), col("source_volser").alias("saved"), hexadecimal("target"),
    )
    types = {"class": CLASS}
    sets = pl.scan_csv(folder / "our-data-sets.csv", infer_schema=False, schema_overrides=types, row_index_name="number").filter(
        col("storage").fill_null("disk") == "disk",
    ).select("number", "name", "catalog", "class", col("ims").str.split(" "), col("volumes").str.split(" "))
    return volumes, pairs, sets


def write_parquet(folder: Path) -> None:
    """The same in Polars' own layout: numbers, lists, dictionaries."""
    volumes, pairs, sets = from_csv(folder)
    volumes = volumes.with_columns(col("lss").cast(pl.Categorical).to_physical())
    for name, frame in (("volumes", volumes), ("pairs", pairs), ("data-sets", sets)):
        frame.collect().write_parquet(folder / f"polars-{name}.parquet", compression="lz4", row_group_size=65_536)


def from_parquet(folder: Path) -> Frames:
    volumes, pairs, sets = (pl.scan_parquet(folder / f"polars-{name}.parquet") for name in ("volumes", "pairs", "data-sets"))
    return volumes, pairs, sets


def units_of(volumes: pl.LazyFrame, systems: dict[str, int]) -> pl.LazyFrame:
    """Every unit of every system with its volume."""
    first = volumes.filter(col("unit").is_not_null()).select(
        col("unit").alias("at"), pl.lit(0, pl.UInt32).alias("system"), "status", *OF_VOLUME,
    )
    word = col("elsewhere").str.split_exact(":", 1).struct.rename_fields(["system", "seen"]).alias("word")
    others = volumes.filter(col("elsewhere").is_not_null()).explode("elsewhere").select(word, *OF_VOLUME).unnest("word").with_columns(
        col("system").replace_strict(systems, default=None, return_dtype=pl.UInt32),
        col("seen").str.split_exact("=", 1).struct.rename_fields(["unit", "status"]),
    ).unnest("seen").select(
        (hexadecimal("unit") + col("system") * SYSTEM).alias("at"), "system", col("status").fill_null("online").cast(STATUS), *OF_VOLUME,
    )
    return pl.concat([first, others])


def conditions() -> dict[str, pl.Expr]:
    """Reasons in what is known of both sides of a pair."""
    both = {"PS07:not-capable": "incapable", "PS07:inhibited": "inhibited", "PS07:v1-active": "v1_active"}
    single = {
        "PS05:volser-mismatch": col("saved").is_null() | col("saved").ne_missing(col("s_volser")),
        **{f"PS05:{word}": col("s_status") == word for word in ("offline", "pending-offline", "boxed", "not-ready", "no-path")},
        "PS05:reserved": col("s_reserved_by") != col("own"),
        "PS05:copy-target": col("s_secondary"),
        **{f"PS06:{word}": col("t_status") == word for word in ("boxed", "no-path", "not-ready", "online", "pending-offline")},
        "PS06:reserved": col("t_reserved_by").is_not_null(),
        "PS06:in-use": col("t_status") == "allocated",
        "PS06:space-efficient": col("t_thin"),
        "PS06:remote-secondary": col("t_secondary"),
        "PS06:device-type": col("s_t3380") != col("t_t3380"),
        "PS06:too-small": col("t_cylinders") < col("s_cylinders"),
        "PS06:larger": col("t_cylinders") > col("s_cylinders"),
        "PS08:different-lss": col("s_lss") != col("t_lss"),
        "PS14:missing-target": col("target").is_null(),
    }
    return {reason: one.sum() for reason, one in single.items()} | {
        reason: col(f"s_{name}").sum() + col(f"t_{name}").sum() for reason, name in both.items()
    }


def count(read: Callable[[], Frames], beside: Beside, engine: str) -> dict[str, int]:
    """How often each reason is found."""
    systems = {name: number for number, name in enumerate(beside.systems())}
    rows = [(name, number, systems[system], system, ims) for number, (name, system, ims) in enumerate(beside.profiles)]
    types = {"profile": pl.String, "p": pl.UInt32, "system": pl.UInt32, "own": pl.String, "ims": pl.String}
    profiles = pl.LazyFrame(rows, schema=types, orient="row")
    catalogs = pl.LazyFrame(beside.catalogs, schema=["catalog", "volser"], orient="row")

    volumes, pairs, sets = read()
    base = col("system") * SYSTEM
    pairs = pairs.join(profiles, on="profile").select("p", "own", "saved", col("source") + base, col("target") + base)
    units, pairs, sets = (one.lazy() for one in pl.collect_all([units_of(volumes, systems), pairs, sets], engine=engine))

    side = {s: units.select("at", *(col(name).alias(f"{s}_{name}") for name in NEEDED)) for s in "st"}
    joined = pairs.join(side["s"], left_on="source", right_on="at").join(side["t"], left_on="target", right_on="at", how="left")
    sums = joined.select(**conditions())

    # A label means the mounted volume that carries it, or one that is not mounted and nobody's target.
    mounted = col("status").is_in(["online", "allocated", "pending-offline"])
    down = units.filter(~mounted, col("volser").is_not_null())
    targets = pairs.select(at="target").drop_nulls().join(units.select("at", "id"), on="at").select("id")
    carriers = pl.concat([units.filter(mounted, col("volser").is_not_null()), down.join(targets, on="id", how="anti")])
    in_scope = sets.filter(~col("class").is_in(["control", "non-ims"])).explode("ims").join(profiles, on="ims")
    counted, carriers, in_scope = (one.lazy() for one in pl.collect_all(
        [sums, carriers.select("volser", "system", "at", "vtoc"),
         in_scope.select("number", "name", "catalog", "class", "p", "system", volser="volumes")], engine=engine))

    is_log, is_data = col("class").is_in(["log", "recon"]), col("class").is_in(["database", "user-included"])
    placed = in_scope.explode("volser").join(carriers, on=["volser", "system"], how="left").collect(engine=engine).lazy()
    missed = placed.filter(col("at").is_not_null()).join(pairs, left_on=["p", "at"], right_on=["p", "source"], how="anti")
    lying = placed.filter(col("vtoc").is_not_null(), ~col("vtoc").list.contains(col("name")))
    # A user catalog that serves one side alone lies on that side.
    serving = in_scope.group_by("catalog", "p", "system").agg(log=is_log.any(), data=is_data.any()).filter(col("log") != col("data"))
    serving = serving.join(catalogs, on="catalog").join(carriers, on=["volser", "system"])
    sides = [
        pl.concat([placed.filter(which, col("at").is_not_null()).select("p", "at"), serving.filter(name).select("p", "at")])
        for name, which in (("log", is_log), ("data", is_data))
    ]
    held = pl.concat([sets.select("volumes").explode("volumes"), catalogs.select(volumes="volser")])
    held = carriers.join(held, left_on="volser", right_on="volumes", how="semi")
    asked = {
        "PS01:missing": missed.filter(~is_log).select("p", "at").unique(),
        "PS01:unknown-volume": placed.filter(col("at").is_null()).select("p", "number").unique(),
        "PS01:not-on-volume": lying.select("p", "number").unique(),
        "PS02:missing": missed.filter(is_log).select("p", "at").unique(),
        "PS04:shared-volume": sides[0].unique().join(sides[1], on=["p", "at"], how="semi"),
        "PS06:holds-data": pairs.select("p", at="target").join(held, on="at", how="semi").unique(),
    }
    lengths = pl.collect_all([frame.select(pl.len()) for frame in asked.values()], engine=engine)
    return counted.collect().row(0, named=True) | {reason: one.item() for reason, one in zip(asked, lengths, strict=True)}


def roads(folder: Path, beside: Beside) -> dict[str, Callable[[], dict[str, int]]]:
    """Parquet and CSV."""
    write_parquet(folder)
    return {
        "Parquet": lambda: count(lambda: from_parquet(folder), beside, "in-memory"),
        "CSV": lambda: count(lambda: from_csv(folder), beside, "in-memory"),
    }
