"""From an installation's files to findings with DuckDB: one statement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from beside import Beside

OF_VOLUME = "id, lss, volser, t3380, cylinders, thin, inhibited, v1_active, incapable, reserved_by, secondary, vtoc"
NEEDED = ["status", "lss", "volser", "t3380", "cylinders", "thin", "inhibited", "v1_active", "incapable", "reserved_by", "secondary"]
STATUSES = ["online", "offline", "pending-offline", "boxed", "not-ready", "no-path", "allocated"]
# Units have five digits: system and unit make one number.
SYSTEM = 1 << 20
COLUMNS = {
    "volumes": [
        "array", "lss", "ua", "unit", "status", "volser", "model", "cylinders", "bcv", "device", "thin", "inhibited", "v1_active",
        "incapable", "reserved_by", "remote", "held_for", "vtoc", "elsewhere", "storage_group", "pool",
    ],
    "pairs": ["profile", "generation", "source", "source_volser", "target"],
    "data-sets": ["name", "catalog", "class", "ims", "volumes", "storage"],
}
# Words that are no names as what they stand for, and lists as lists.
TYPED = {
    "volumes": """SELECT row_number() OVER () AS id, "array" || lss AS lss, ('0x' || unit)::UINTEGER AS unit, status::host_status AS status, volser,
        coalesce(starts_with(model, '3380'), false) AS t3380, cylinders, coalesce(thin = 'yes', false) AS thin,
        coalesce(inhibited = 'yes', false) AS inhibited, coalesce(v1_active = 'yes', false) AS v1_active,
        incapable IS NOT NULL AS incapable, reserved_by, coalesce(remote = 'secondary', false) AS secondary,
        string_split(vtoc, ' ') AS vtoc, string_split(elsewhere, ' ') AS elsewhere FROM {}""",
    "pairs": """SELECT profile, ('0x' || source)::UINTEGER AS source, source_volser AS saved, ('0x' || target)::UINTEGER AS target
        FROM {}""",
    "data-sets": """SELECT row_number() OVER () AS number, name, catalog, class, string_split(ims, ' ') AS ims,
        string_split(volumes, ' ') AS volumes FROM {} WHERE coalesce(storage, 'disk') = 'disk'""",
}
CONDITIONS = {
    "PS05:volser-mismatch": "saved IS NULL OR saved IS DISTINCT FROM s_volser",
    **{f"PS05:{word}": f"s_status = '{word}'" for word in ("offline", "pending-offline", "boxed", "not-ready", "no-path")},
    "PS05:reserved": "s_reserved_by <> own",
    "PS05:copy-target": "s_secondary",
    **{f"PS06:{word}": f"t_status = '{word}'" for word in ("boxed", "no-path", "not-ready", "online", "pending-offline")},
    "PS06:reserved": "t_reserved_by IS NOT NULL",
    "PS06:in-use": "t_status = 'allocated'",
    "PS06:space-efficient": "t_thin",
    "PS06:remote-secondary": "t_secondary",
    "PS06:device-type": "s_t3380 <> t_t3380",
    "PS06:too-small": "t_cylinders < s_cylinders",
    "PS06:larger": "t_cylinders > s_cylinders",
    "PS08:different-lss": "s_lss <> t_lss",
    "PS14:missing-target": "target IS NULL",
}
BOTH = {"PS07:not-capable": "incapable", "PS07:inhibited": "inhibited", "PS07:v1-active": "v1_active"}


def csv(folder: Path, name: str) -> str:
    types = ", ".join(f"'{column}': '{'UINTEGER' if column == 'cylinders' else 'VARCHAR'}'" for column in COLUMNS[name])
    return f"read_csv('{folder}/our-{name}.csv', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{types}}})"


def statement(sources: dict[str, str]) -> str:
    """The question, of these three tables."""
    sides = ", ".join(f"{s}.{column} AS {s}_{column}" for s in "st" for column in NEEDED)
    sums = [f'count_if({condition}) AS "{reason}"' for reason, condition in CONDITIONS.items()]
    sums += [f'count_if(s_{name}) + count_if(t_{name}) AS "{reason}"' for reason, name in BOTH.items()]
    return f"""
WITH volumes AS MATERIALIZED ({sources["volumes"]}),
units AS MATERIALIZED (
    SELECT unit AS place, 0::UINTEGER AS system, status, {OF_VOLUME} FROM volumes WHERE unit IS NOT NULL
    UNION ALL
    SELECT ('0x' || split_part(split_part(word, ':', 2), '=', 1))::UINTEGER + systems.number * {SYSTEM}, systems.number,
        coalesce(nullif(split_part(word, '=', 2), ''), 'online')::host_status, {OF_VOLUME}
    FROM (SELECT unnest(elsewhere) AS word, {OF_VOLUME} FROM volumes WHERE elsewhere IS NOT NULL)
    JOIN systems ON systems.name = split_part(word, ':', 1)
),
pairs AS MATERIALIZED (
    SELECT p.number AS p, p.own, saved, source + system * {SYSTEM} AS source, target + system * {SYSTEM} AS target FROM ({sources["pairs"]}) JOIN profiles AS p USING (profile)
),
joined AS (
    SELECT p, own, saved, source, target, {sides} FROM pairs
    JOIN units AS s ON s.place = source LEFT JOIN units AS t ON t.place = target
),
-- A label means the mounted volume that carries it, or one that is not mounted and nobody's target.
carriers AS MATERIALIZED (
    SELECT volser, system, place, vtoc FROM units WHERE volser IS NOT NULL AND (status IN ('online', 'allocated', 'pending-offline')
        OR id NOT IN (SELECT id FROM units SEMI JOIN (SELECT target AS place FROM pairs) USING (place)))
),
sets AS MATERIALIZED ({sources["data-sets"]}),
in_scope AS MATERIALIZED (
    SELECT number, name, catalog, class IN ('log', 'recon') AS log, class IN ('database', 'user-included') AS data, volumes, p, system
    FROM (SELECT * EXCLUDE (ims), unnest(ims) AS ims FROM sets WHERE class NOT IN ('control', 'non-ims'))
    JOIN (SELECT number AS p, system, ims FROM profiles) USING (ims)
),
placed AS MATERIALIZED (
    SELECT number, name, log, data, p, place, vtoc FROM (SELECT * EXCLUDE (volumes), unnest(volumes) AS volser FROM in_scope)
    LEFT JOIN carriers USING (volser, system)
),
missed AS MATERIALIZED (
    SELECT DISTINCT p, place, log FROM placed ANTI JOIN (SELECT p, source AS place FROM pairs) USING (p, place) WHERE place IS NOT NULL
),
-- A user catalog that serves one side alone lies on that side.
serving AS (
    SELECT p, place, log, data FROM (
        SELECT catalog, p, system, bool_or(log) AS log, bool_or(data) AS data FROM in_scope GROUP BY ALL HAVING bool_or(log) <> bool_or(data)
    ) JOIN catalogs USING (catalog) JOIN carriers USING (volser, system)
),
sides AS MATERIALIZED (SELECT p, place, log, data FROM placed WHERE place IS NOT NULL UNION ALL SELECT * FROM serving),
held AS (
    SELECT place FROM carriers SEMI JOIN (SELECT unnest(volumes) AS volser FROM sets UNION ALL SELECT volser FROM catalogs) USING (volser)
)
SELECT (SELECT count(*) FROM missed WHERE NOT log) AS "PS01:missing",
    (SELECT count(DISTINCT (p, number)) FROM placed WHERE place IS NULL) AS "PS01:unknown-volume",
    (SELECT count(DISTINCT (p, number)) FROM placed WHERE vtoc IS NOT NULL AND NOT list_contains(vtoc, name)) AS "PS01:not-on-volume",
    (SELECT count(*) FROM missed WHERE log) AS "PS02:missing",
    (SELECT count(DISTINCT (p, place)) FROM (SELECT p, place FROM sides WHERE data) SEMI JOIN (SELECT p, place FROM sides WHERE log) USING (p, place))
        AS "PS04:shared-volume",
    (SELECT count(DISTINCT (p, place)) FROM (SELECT p, target AS place FROM pairs) SEMI JOIN held USING (place))
        AS "PS06:holds-data", *
FROM (SELECT {", ".join(sums)} FROM joined)"""


def roads(folder: Path, beside: Beside) -> dict[str, Callable[[], dict[str, int]]]:
    """Parquet and CSV."""
    base = duckdb.connect()
    # Which row is first is of no meaning.
    base.execute("SET preserve_insertion_order = false")
    base.execute(f"CREATE TYPE host_status AS ENUM {tuple(STATUSES)}")
    systems = {name: number for number, name in enumerate(beside.systems())}
    base.execute("CREATE TABLE systems (number UINTEGER, name VARCHAR)")
    base.executemany("INSERT INTO systems VALUES (?, ?)", [(number, name) for name, number in systems.items()])
    profiles = [(number, name, own, systems[own], ims) for number, (name, own, ims) in enumerate(beside.profiles)]
    base.execute("CREATE TABLE profiles (number UINTEGER, profile VARCHAR, own VARCHAR, system UINTEGER, ims VARCHAR)")
    base.executemany("INSERT INTO profiles VALUES (?, ?, ?, ?, ?)", profiles)
    base.execute("CREATE TABLE catalogs (catalog VARCHAR, volser VARCHAR)")
    base.executemany("INSERT INTO catalogs VALUES (?, ?)", beside.catalogs)
    texts = {name: typed.format(csv(folder, name)) for name, typed in TYPED.items()}
    for name, text in texts.items():
        base.execute(f"COPY ({text}) TO '{folder}/duckdb-{name}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 65536)")
    parquet = {name: f"SELECT * FROM read_parquet('{folder}/duckdb-{name}.parquet')" for name in TYPED}
    # Parquet has no enumerations.
    parquet["volumes"] = parquet["volumes"].replace("*", "* REPLACE (status::host_status AS status)")

    def ask(query: str) -> Callable[[], dict[str, int]]:
        def asked() -> dict[str, int]:
            base.execute(query)
            names = [column[0] for column in base.description]
            return dict(zip(names, base.fetchone(), strict=True))

        return asked

    return {"Parquet": ask(statement(parquet)), "CSV": ask(statement(texts))}
