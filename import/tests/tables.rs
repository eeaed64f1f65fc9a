//! Tables of an installation: what is read, what is assumed, and what is refused, with its place.
#![expect(clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_import::{
    Asked, ColumnMap, DATA_SETS, Input, Inputs, Loaded, PAIRS, Source, Stored, TableMap, VOLUMES, export, load, load_stored,
};
use dasdlab_model::declare::declare;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{Document, Encoding, parse};
use dasdlab_model::run::InTurn;
use dasdlab_model::states::{HostStatus, Method, Storage};

const V: &str =
    "array,lss,ua,unit,volser,model,status\n75ABC01,10,00,3A00,IMS001,3390-9,online\n75ABC01,10,80,3A80,,3390-9,offline\n";
const P: &str = "source,target\n3A00,3A80\n";
const D: &str = "name,catalog,class,volumes\nIMSP.DB.CUST01,UCAT.IMSP,database,IMS001\n";

fn read(tables: [&[u8]; 3], map: &ColumnMap, rest: Option<&Document>) -> Result<Loaded, Vec<String>> {
    let [volumes, pairs, data_sets] = tables;
    let inputs = Inputs {
        volumes: Input { file: "v.csv", bytes: volumes },
        pairs: Input { file: "p.csv", bytes: pairs },
        data_sets: Input { file: "d.csv", bytes: data_sets },
        map,
        rest,
        asked: &Asked::default(),
    };
    let read = load(&inputs, &InTurn);
    // In pieces all of it is said as well, or nothing.
    let [volumes, pairs, data_sets] = tables.map(Bytes);
    let stored = Inputs {
        volumes: Stored { file: "v.csv", source: &volumes },
        pairs: Stored { file: "p.csv", source: &pairs },
        data_sets: Stored { file: "d.csv", source: &data_sets },
        map,
        rest,
        asked: &Asked::default(),
    };
    let all = |loaded: Loaded| (loaded.tables, loaded.assumed, loaded.ignored);
    assert_eq!(load_stored(&stored, &InTurn).map(all), read.clone().ok().map(all));
    read.map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

struct Bytes<'a>(&'a [u8]);

impl Source for Bytes<'_> {
    fn length(&self) -> usize {
        self.0.len()
    }

    fn read(&self, from: usize, length: usize, into: &mut Vec<u8>) -> std::io::Result<()> {
        *into = self.0.iter().skip(from).take(length).copied().collect();
        Ok(())
    }
}

#[track_caller]
fn good(volumes: &str, pairs: &str, data_sets: &str) -> Observation {
    let tables = [volumes, pairs, data_sets].map(str::as_bytes);
    read(tables, &ColumnMap::default(), None).unwrap_or_else(|errors| panic!("{errors:#?}")).tables.observation()
}

#[track_caller]
fn refused(volumes: &str, pairs: &str, data_sets: &str, expected: &[&str]) {
    let tables = [volumes, pairs, data_sets].map(str::as_bytes);
    assert_eq!(read(tables, &ColumnMap::default(), None).map(|_| ()), Err(expected.iter().map(ToString::to_string).collect()));
}

#[test]
fn the_smallest_tables_make_a_site() {
    let seen = good(V, P, D);
    assert_eq!((seen.volumes.len(), seen.units.len(), seen.data_sets.len()), (2, 2, 1));
    let profile = &seen.profiles[0];
    assert_eq!((profile.name.as_str(), profile.method, profile.generations), ("IMPORTED", Method::FlashCopy, 1));
    assert_eq!(profile.sources[0].volser.unwrap().as_str(), "IMS001");
    assert_eq!(seen.catalogs[0].volumes[0].as_str(), "IMS001");
}

#[test]
fn what_is_assumed_is_said() {
    let assumed = read([V, P, D].map(str::as_bytes), &ColumnMap::default(), None).unwrap().assumed;
    for part in [
        "no volume is a BCV (v.csv has no column bcv)",
        "every source was saved with the label that it has (p.csv has no column source_volser)",
        "the units are those of system SYS1",
        "the method is flashcopy, because no volume is a BCV",
        "an array is symmetrix if it has BCVs or device numbers, else ds8000 (75ABC01)",
        "the code level is the least that the policy permits, so that PS11 says nothing (75ABC01)",
        "the backup type is full (profile IMPORTED)",
        "a catalog without a row is a user catalog on a volume of its first data set (UCAT.IMSP on IMS001)",
        "there are no FlashCopy relations and no mirror pairs",
    ] {
        assert!(assumed.iter().any(|said| said == part), "{part}\n{assumed:#?}");
    }
}

#[test]
fn marks_line_ends_blanks_quotes_and_the_order_of_columns_do_not_matter() {
    let plain = good(V, P, D);
    let windows = |text: &str| format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
    assert_eq!(good(&windows(V), &windows(P), &windows(D)), plain);
    let padded = |text: &str| text.replace(',', " , ");
    assert_eq!(good(&padded(V), &padded(P), &padded(D)), plain);
    let quoted = |text: &str| text.lines().map(|line| format!("\"{}\"\n\n", line.replace(',', "\",\""))).collect::<String>();
    assert_eq!(good(&quoted(V), &quoted(P), &quoted(D)), plain);
    assert_eq!(
        good(&V.to_lowercase().replace("75abc01", "75ABC01").replace("ims001", "IMS001"), "TARGET,SOURCE\n3a80,3a00", D),
        plain
    );
}

#[test]
fn rows_may_stand_in_any_order() {
    let reversed = |text: &str| {
        let (header, rows) = text.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    assert_eq!(good(&reversed(V), P, D), good(V, P, D));
}

#[test]
fn catalogs_have_rows_and_migrated_data_sets_a_label_of_their_own() {
    let sets = "name,catalog,class,ims,volumes\nA.B,UCAT.A,database,IMS1 IMS2,MIGRAT\nUCAT.A,,user-catalog,,IMS001\nMCAT,,master-catalog,,IMS001\nC.D,MCAT,non-ims,,IMS001 IMS002\n";
    let seen = good(V, P, sets);
    assert_eq!(seen.catalogs.len(), 2);
    assert_eq!(
        (seen.data_sets[0].storage, seen.data_sets[0].volumes.len(), seen.data_sets[0].ims.len()),
        (Storage::Migrated, 0, 2)
    );
    assert_eq!(seen.data_sets[1].volumes.len(), 2);
}

#[test]
fn other_names_words_and_values_are_mapped() {
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let map = ColumnMap {
        format: 1,
        separator: Some(';'),
        volumes: TableMap {
            columns: pairs(&[("array", "BOX"), ("volser", "VOL SER")]),
            words: [("status".to_owned(), pairs(&[("A", "allocated")]))].into(),
            always: pairs(&[("model", "3390-9")]),
        },
        ..ColumnMap::default()
    };
    let volumes = "BOX;LSS;UA;UNIT;VOL SER;STATUS;REMARK\n75ABC01;10;00;3A00;IMS001;A;x\n75ABC01;10;80;3A80;;offline;\n";
    let tables = [volumes.to_owned(), P.replace(',', ";"), D.replace(',', ";")];
    let loaded = read([&tables[0], &tables[1], &tables[2]].map(|text| text.as_bytes()), &map, None).unwrap();
    assert_eq!(loaded.ignored, ["v.csv: REMARK"]);
    let first = loaded.tables.volumes.row(0).unwrap();
    assert_eq!((first.marks.status(), first.cylinders()), (HostStatus::Allocated, 10_017));
}

#[test]
fn every_malformed_cell_is_found_at_its_place() {
    let volumes = "array,lss,ua,unit,volser,model,status\n75ABC01,FF,00,3A00,ims001,3390-9,online\n75ABC01,10,80,3A8,,3390-8,up\n75ABC01,10,81,3A81,A\"B,3390-9,\n75ABC01,10\n";
    let sets = "name,catalog,class,volumes\nIMSP..X,UCAT.IMSP,database,IMS001\nIMSP.Y,,db,IMS001\n";
    refused(
        volumes,
        "source,target,generation\n,3A80,1\n3A00,3A80,100\n",
        sets,
        &[
            "v.csv:2:9: `FF` is not an LSS id: 2 hexadecimal digits, 00 to FE",
            "v.csv:3:15: `3A8` is not a unit: 4 hexadecimal digits, with a subchannel-set digit in front where it is not 0",
            "v.csv:4:21: a quote where none belongs: expected a field in quotes, with two for one inside",
            "v.csv:5:1: 2 fields: expected 7, as the header has",
            "p.csv:2:1: the source is missing: expected a unit",
            "p.csv:3:11: `100` is not a generation: expected 1 to 99",
            "d.csv:2:1: `IMSP..X` is not a data set name: qualifiers of 1 to 8 characters joined by dots, at most 44 in all",
            "d.csv:3:9: `db` is not a data set class: database, log, recon, system, control, user-included or non-ims, user-catalog or master-catalog",
        ],
    );
}

#[test]
fn what_rows_say_together_is_found_at_their_places() {
    let volumes = format!("{V}75ABC01,10,00,3A01,IMS002,3390-9,online\n75ABC01,10,81,3A80,IMS003,3390-9,online\n");
    refused(
        &volumes,
        &format!("{P}3A00,3A81\n"),
        &format!("{D}IMSP.DB.CUST01,UCAT.IMSP,log,IMS001 IMS001\n"),
        &[
            "v.csv:4:12: there is a volume at 75ABC01/10/00 already: expected a free unit address",
            "v.csv:5:15: unit 3A80 of SYS1 is declared twice",
            "p.csv:3:1: source 3A00 has two targets in generation 1: expected one",
            "d.csv:3:1: data set IMSP.DB.CUST01 is declared twice",
        ],
    );
}

#[test]
fn the_places_of_faults_count_catalogs_and_long_fields() {
    let sets = "name,catalog,class,volumes\nUCAT.IMSP,,user-catalog,\"IMS001\n\"\nA.B,UCAT.IMSP,database,IMS001\n\nA.B,UCAT.IMSP,log,IMS001\n";
    refused(V, P, sets, &["d.csv:6:1: data set A.B is declared twice"]);
}

#[test]
fn headers_that_do_not_fit_say_what_is_there() {
    refused(
        "",
        "sorce,target\n",
        "name,catalog,name\n",
        &[
            "v.csv:1:1: the file is empty: expected a row with the names of the columns",
            "p.csv:1:1: there is no column `source`, is it `sorce`?; the file has sorce, target",
            "d.csv:1:14: there are two columns `name`",
        ],
    );
    refused(
        "array,lss,ua\n",
        P,
        D,
        &["v.csv:1:1: there is no column `model` and none `cylinders`: expected one of them or both"],
    );
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let volumes = [V.as_bytes(), b"75ABC01,10,01,3A01,\xC4,3390-9,online\n"].concat();
    let error = read([&volumes, P.as_bytes(), D.as_bytes()], &ColumnMap::default(), None).map(|_| ()).unwrap_err();
    assert_eq!(error, ["v.csv:4:20: byte 0xc4 is not UTF-8: expected a text file"]);
}

#[test]
fn cells_of_the_hostile_are_refused_at_their_places() {
    let long = "X".repeat(1 << 20);
    for (cell, message) in [
        ("IMS\0", "v.csv:4:20: `IMS\0` is not"),
        ("\"IM\nS\"", "v.csv:4:21: `IM\nS` is not"),
        ("\"IM\"\"S\"", "v.csv:4:21: `IM\"S` is not"),
        ("\u{FEFF}IMS001", "v.csv:4:20: `\u{FEFF}IMS001` is not"),
        (long.as_str(), "v.csv:4:20: `XXXX"),
    ] {
        let volumes = format!("{V}75ABC01,10,01,3A01,{cell},3390-9,online\n");
        let errors = read([&volumes, P, D].map(str::as_bytes), &ColumnMap::default(), None).map(|_| ()).unwrap_err();
        let [error] = errors.as_slice() else { panic!("{cell:.20}: {} errors", errors.len()) };
        let shown: String = error.chars().take(200).collect();
        assert!(error.starts_with(message), "{shown}");
        assert!(error.len() < 4_096, "{shown}: {} bytes", error.len());
    }
}

#[test]
fn ranges_beside_the_tables_that_are_endless_are_refused() {
    let rest = r#"
format = 1
systems = [{ name = "SYSA" }]
arrays = [{ serial = "75ABC01", family = "ds8000", code_level = "89.21.19.0", lss = [{ id = "10", cu_ssid = "2000" }] }]
aliases = [{ array = "75ABC01", lss = "10", ua = "F0", unit = "10F0", count = 4294967295 }]
flashcopy = [{ source = "3A00", target = "3A80", state = "copied", count = 4294967295 }]
"#;
    let rest = parse("rest.toml", rest.to_owned(), Encoding::Toml).unwrap();
    let errors = read([V, P, D].map(str::as_bytes), &ColumnMap::default(), Some(&rest)).map(|_| ()).unwrap_err();
    assert!(!errors.is_empty() && errors.iter().any(|error| error.starts_with("rest.toml:")), "{errors:#?}");
}

#[test]
fn what_the_site_says_of_a_profile_and_what_the_tables_say_join() {
    let rest = r#"
format = 1
systems = [{ name = "SYSA" }]
ims = [{ ssid = "IMS1" }]
profiles = [{ name = "DAILY", ims_ssid = "IMS1", type = "full", method = "flashcopy", generations = 2, targets = [{ generation = 2, source = "3A00", target = "3A81" }] }]
"#;
    let rest = parse("rest.toml", rest.to_owned(), Encoding::Toml).unwrap();
    let seen = read([V, P, D].map(str::as_bytes), &ColumnMap::default(), Some(&rest)).unwrap().tables.observation();
    assert_eq!((seen.profiles[0].sources.len(), seen.profiles[0].targets.len()), (1, 2));
    let twice = "source,target,generation\n3A00,3A80,1\n3A00,3A82,2\n";
    let errors = read([V, twice, D].map(str::as_bytes), &ColumnMap::default(), Some(&rest)).map(|_| ()).unwrap_err();
    assert_eq!(errors, ["p.csv:3:1: source 3A00 has two targets in generation 2: expected one"]);
}

#[test]
fn faults_are_bounded() {
    let volumes = format!("{}{}", V, "x,y\n".repeat(5_000));
    assert_eq!(read([&volumes, P, D].map(str::as_bytes), &ColumnMap::default(), None).map(|_| ()).unwrap_err().len(), 1_000);
}

#[test]
fn a_site_that_is_written_as_tables_is_read_again() {
    let text = r#"
format = 1
systems = [{ name = "SYSA" }, { name = "SYSB" }]
arrays = [{ serial = "000197800001", family = "symmetrix", code_level = "5978.711.711", lss = [{ id = "10", cu_ssid = "2000" }] }]
volumes = [
  { array = "000197800001", lss = "10", ua = "00", count = 4, unit = "1000", volser = "V{00000}", model = "3390-9", device = "0A00", storage_group = "A \"B\", C", elsewhere = [{ system = "SYSB", unit = "2000", status = "offline" }] },
  { array = "000197800001", lss = "10", ua = "10", count = 4, unit = "1010", status = "offline", model = "3390-9", bcv = true, held_for = "DAILY", pool = "P1" },
  { array = "000197800001", lss = "10", ua = "20", model = "3380-K", vtoc = ["IMSP.DB.A"], reserved_by = "SYSB", remote = "secondary", incapable = "xrc-source" },
  { array = "000197800001", lss = "10", ua = "21", cylinders = 70000, vtoc = [] },
]
aliases = [{ array = "000197800001", lss = "10", ua = "F0", unit = "10F0" }]
flashcopy = [{ source = "1000", target = "1001", state = "copied" }]
mirrors = [{ standard = "1000", bcv = "1010", count = 2, state = "Split" }]
ims = [{ ssid = "IMS1" }]
catalogs = [{ name = "UCAT.A", kind = "user", volumes = ["V00001"], reachable = false }]
data_sets = [
  { name = "IMSP.DB.A", class = "database", catalog = "UCAT.A", ims = ["IMS1"], volumes = ["V00001", "V00002"] },
  { name = "IMSP.DB.B", class = "non-ims", catalog = "UCAT.A", storage = "migrated" },
]
profiles = [
  { name = "DAILY", ims_ssid = "IMS1", type = "full", method = "bcv", generations = 1, sources = [{ unit = "1000", count = 3, volser = "V{00000}" }], targets = [{ generation = 1, source = "1000", target = "1010", count = 2 }, { generation = 1, source = "1009", target = "1012" }] },
  { name = "OTHER", system = "SYSB", ims_ssid = "IMS1", type = "data", method = "bcv", generations = 2, sources = [{ unit = "2000" }] },
]
"#;
    let document = parse("site.toml", text.to_owned(), Encoding::Toml).unwrap();
    let seen = declare(document.site()).unwrap();
    let export = export(&seen);
    let rest = dasdlab_model::write::write(&dasdlab_model::read::Content::Site(Box::new(export.rest)), Encoding::Toml).unwrap();
    let rest = parse("rest.toml", rest, Encoding::Toml).unwrap();
    let tables = [&export.volumes, &export.pairs, &export.data_sets].map(|text| text.as_bytes());
    let loaded = read(tables, &ColumnMap::default(), Some(&rest)).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(loaded.tables.observation(), seen);
}

#[test]
fn the_guide_has_every_column() {
    let guide = include_str!("../../docs/import.md");
    for table in [VOLUMES, PAIRS, DATA_SETS] {
        for column in table.columns {
            let assumed = if column.needed { "must be there" } else { column.assumed };
            let row = format!("| `{}` | {} | {assumed} |", column.name, column.holds);
            assert!(guide.contains(&row), "{row}");
        }
    }
}

#[test]
fn rows_that_count_up_say_what_they_say_in_quotes() {
    let numbered = |line: &dyn Fn(u32) -> String, header: &str| {
        let lines: Vec<String> = (0..300).map(line).collect();
        let quoted = |line: &String| format!("\"{}\"\n", line.replace(',', "\",\""));
        [format!("{header}\n{}\n", lines.join("\n")), format!("{header}\n{}", lines.iter().map(quoted).collect::<String>())]
    };
    // Units in two systems, a stretch without labels, a word in small letters, and sources that come again or out of order.
    let volume = |at: u32| {
        let (unit, elsewhere) = match at {
            0..200 => (format!("{at:04X}"), String::new()),
            200..=290 => (String::new(), format!("SYSB:{at:04X}")),
            _ => (String::new(), format!("SYSB:{at:04X}=offline")),
        };
        let label = if (40..60).contains(&at) { String::new() } else { format!("L{at:05}") };
        format!("75ABC01,{:02X},{:02X},{unit},{label},3390-9,{elsewhere}", 0x10 + at / 256, at % 256)
    };
    let pair = |at: u32| {
        let (generation, nth) = if at < 100 {
            (1, 60 + at)
        } else if at < 200 {
            (2, at - 40)
        } else {
            (3, at - 200)
        };
        format!("DAILY,{generation},{nth:04X},,{:04X}", nth + 1)
    };
    let set = |at: u32| format!("IMS.DB{at:05}.X,UCAT.A,database,L{:05},", if at < 150 { at % 40 } else { 0 });
    let volumes = numbered(&volume, "array,lss,ua,unit,volser,model,elsewhere");
    let pairs = numbered(&pair, "profile,generation,source,source_volser,target");
    let sets = numbered(&set, "name,catalog,class,volumes,storage");
    let [bare, quoted] = [0, 1].map(|at| {
        let tables = [&volumes[at], &pairs[at], &sets[at]].map(|text| text.as_bytes());
        read(tables, &ColumnMap::default(), None).map(|loaded| loaded.tables)
    });
    let tables = bare.clone().unwrap();
    assert_eq!((tables.volumes.len(), tables.data_sets.len(), tables.few.units.len()), (300, 300, 100));
    assert_eq!((tables.few.profiles[0].sources.len(), tables.few.profiles[0].targets.len()), (160, 300));
    assert_eq!(bare, quoted);
    // A clash within rows that count up is told where it stands.
    let clashing = volumes[0].replace(",00C8,", ",00C7,").replace("SYSB:0120", "SYSB:011F");
    let refused = read([clashing.as_bytes(), pairs[0].as_bytes(), sets[0].as_bytes()], &ColumnMap::default(), None);
    assert!(refused.is_err_and(|errors| errors.iter().any(|error| error.starts_with("v.csv:290:"))));
}

mod written {
    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<Vec<&'static str>>;

    /// Rows of which most are the first, and the others what is odd.
    fn rows(choices: &'static [&'static [&'static str]]) -> impl Strategy<Value = Rows> {
        let row = prop_oneof![2 => Just(choices[0]), 3 => prop::sample::select(choices)];
        prop::collection::vec(row.prop_map(<[_]>::to_vec), 0..60)
    }

    /// Array, LSS, status, model, cylinders, BCV, device, thin, reserved, pool and family.
    const VOLUMES: &[&[&str]] = &[
        &["75ABC01", "10", "online", "", "10017", "", "", "", "", "", ""],
        &["75ABC01", "10", "offline", "", "10017", "", "", "", "", "", ""],
        &["75ABC01", "10", "BOXED", "3390-9", "", "yes", "", "", "", "", ""],
        &["75ABC01", "10", " allocated ", "3390-9", "10017", "Y", "0012", "", "", "", "symmetrix"],
        &["75ABC01", "11", "not-ready", "", "1113", "no", "1A2B3", "", "", "", "symmetrix"],
        &["75ABC01", "1f", "", "3380-K", "", "", "", "yes", "SYSB", "POOL 1", ""],
        &["75ABC02", "10", "online", "", " 10017", "", "", "", "", "", "ds8000"],
        &["75ABC02", "10", "no-path", "", "10017", "", "", "no", "", "", ""],
    ];

    /// Catalog, class, users, labels and storage.
    const SETS: &[&[&str]] = &[
        &["UCAT.A", "database", "IMS1", "IMS000", "disk"],
        &["UCAT.A", "Database", "IMS1", "IMS001 IMS002", ""],
        &["UCAT.A", "log", "IMS1 IMS2", "IMS000", "disk"],
        &["UCAT.B", "non-ims", "", "IMS000", ""],
        &["UCAT.A", "database", "IMS1", "", "tape"],
        &["UCAT.A", "log", "IMS2", "", "migrated"],
    ];

    /// The same table bare and in quotes; what numbers a row stands where `#` does.
    fn both(header: &str, rows: &[Vec<&str>], numbered: impl Fn(usize) -> Vec<String>, end: &str) -> [String; 2] {
        let all = rows.iter().enumerate().map(|(number, row)| {
            let mut cells: Vec<String> = row.iter().map(ToString::to_string).collect();
            cells.extend(numbered(number));
            cells
        });
        let (mut bare, mut quoted) = (format!("{header}{end}"), format!("{header}{end}"));
        for cells in all {
            bare += &(cells.join(",") + end);
            quoted += &(cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + end);
        }
        [bare, quoted]
    }

    proptest! {
        /// Rows in quotes are read cell by cell, others at once where they are as usual.
        #[test]
        fn bare_rows_say_what_rows_in_quotes_say(
            mut volumes in rows(VOLUMES),
            mut sets in rows(SETS),
            bad in prop::option::weighted(0.2, (any::<prop::sample::Index>(), 0..VOLUMES[0].len())),
            windows: bool,
        ) {
            let end = if windows { "\r\n" } else { "\n" };
            if let (Some((row, column)), false) = (&bad, volumes.is_empty()) {
                row.get_mut(&mut volumes)[*column] = "?";
            }
            let header = "array,lss,status,model,cylinders,bcv,device,thin,reserved_by,pool,family,ua,unit,volser";
            let volumes = both(header, &volumes, |at| vec![format!("{at:02X}"), format!("{at:04X}"), format!("IMS{at:03}")], end);
            let pairs = both("generation,profile", &[vec!["1", "DAILY"], vec!["", "DAILY"], vec!["12", "WEEKLY"]], |at| {
                vec![format!("{at:04X}"), format!("IMS{at:03}"), format!("{:05x}", at + 9)]
            }, end).map(|text| text.replacen("generation,profile", "generation,profile,source,source_volser,target", 1));
            // Each catalog has a label to stand on.
            sets.insert(0, SETS[0].to_vec());
            let sets = both("catalog,class,ims,volumes,storage,name", &sets, |at| vec![format!("IMS.DB.A{at}")], end);
            let read = |at: usize| {
                let tables = [&volumes[at], &pairs[at], &sets[at]].map(|text| text.as_bytes());
                read(tables, &ColumnMap::default(), None)
                    .map(|loaded| loaded.tables)
                    .map_err(|errors| errors.into_iter().map(|error| error.split_once(": ").map(|(_, said)| said.to_owned())).collect::<Vec<_>>())
            };
            let bare = read(0);
            prop_assert!(bare.is_ok() || bad.is_some(), "{:?}", bare);
            prop_assert_eq!(bare, read(1));
        }
    }
}
