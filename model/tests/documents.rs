//! Reading, locating, unrolling and writing of documents.
#![expect(clippy::panic, reason = "helpers of tests fail by panic")]

use dasdlab_model::read::{Content, Document, Encoding, parse};
use dasdlab_model::write::write;

/// A small clean site; tests replace a part of it.
const SITE: &str = r#"format = 1
systems = [{ name = "SYSA" }, { name = "SYSB" }]
ims = [{ ssid = "IMS1" }]
catalogs = [{ name = "UCAT.DB", kind = "user", volumes = ["D00000"] }]

volumes = [
  { array = "75ABC01", lss = "10", ua = "00", count = 4, unit = "1000", volser = "D{00000}", model = "3390-9" },
  { array = "75ABC01", lss = "10", ua = "10", count = 4, unit = "2000", status = "offline", model = "3390-9" },
]
data_sets = [
  { name = "IMSP.DB.A{00}", count = 4, class = "database", catalog = "UCAT.DB", ims = ["IMS1"], volumes = ["D{00000}"] },
]

[[arrays]]
serial = "75ABC01"
family = "ds8000"
code_level = "87.31.16.0"
features = ["flashcopy"]
lss = [{ id = "10", cu_ssid = "2000" }]

[[profiles]]
name = "FULL"
ims_ssid = "IMS1"
type = "data"
method = "flashcopy"
generations = 1
sources = [{ unit = "1000", count = 4, volser = "D{00000}" }]
targets = [{ generation = 1, source = "1000", target = "2000", count = 4 }]
"#;

fn document(text: &str) -> Document {
    parse("site.toml", text.to_owned(), Encoding::Toml).unwrap_or_else(|error| panic!("{error}"))
}

/// The errors of the site with one part replaced, a line each; empty for none.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert!(SITE.contains(from), "the site has no `{from}`");
    let text = SITE.replacen(from, to, 1);
    let found: Vec<String> = match parse("site.toml", text, Encoding::Toml) {
        Err(error) => vec![error.to_string()],
        Ok(document) => document.declare().err().unwrap_or_default().iter().map(ToString::to_string).collect(),
    };
    assert_eq!(found.join("\n"), expected);
}

#[test]
fn ranges_unroll_to_one_entry_a_thing() {
    let seen = document(SITE).declare().unwrap();
    assert_eq!((seen.volumes.len(), seen.units.len(), seen.data_sets.len()), (8, 8, 4));
    let profile = seen.profiles.first().unwrap();
    assert_eq!((profile.sources.len(), profile.targets.len()), (4, 4));
    assert_eq!(seen.data_sets.last().unwrap().volumes.first().unwrap().as_str(), "D00003");
}

#[test]
fn a_document_written_and_read_again_is_the_same_in_both_encodings() {
    let content = document(SITE).content;
    for encoding in [Encoding::Toml, Encoding::Json] {
        let text = write(&content, encoding).unwrap();
        let again = parse("again", text.clone(), encoding).unwrap_or_else(|error| panic!("{error}\n{text}")).content;
        assert_eq!(write(&again, encoding).unwrap(), text);
        match (&content, &again) {
            (Content::Site(a), Content::Site(b)) => assert_eq!(a, b),
            _ => panic!("a site was read as something else"),
        }
    }
}

#[test]
fn the_canonical_form_is_readable() {
    insta::assert_snapshot!(write(&document(SITE).content, Encoding::Toml).unwrap());
}

#[test]
fn an_unknown_field_is_located_and_the_nearest_name_suggested() {
    check(
        "volser = \"D{00000}\", model",
        "volsr = \"D{00000}\", model",
        "site.toml:7:73: unknown field `volsr`, expected one of `array`, `lss`, `ua`, `count`, `unit`, `status`, `elsewhere`, `volser`, `model`, `cylinders`, `bcv`, `device`, `thin`, `inhibited`, `v1_active`, `incapable`, `reserved_by`, `remote`, `held_for`, `vtoc`, `storage_group`, `pool` (did you mean `volser`?)",
    );
}

#[test]
fn wrong_values_are_located() {
    check(
        "generations = 1",
        "generations = -1",
        "site.toml:26:15: invalid value: integer `-1`, expected a whole number from 0 to 99",
    );
    check(
        "type = \"data\"",
        "type = \"dta\"",
        "site.toml:24:8: unknown variant `dta`, expected `full` or `data` (did you mean `data`?)",
    );
    check(
        "lss = \"10\", ua = \"00\"",
        "lss = \"FF\", ua = \"00\"",
        "site.toml:7:30: `FF` is not an LSS id: 2 hexadecimal digits, 00 to FE",
    );
    check("format = 1", "format = 2", "site.toml:1:10: format 2 is newer than this release reads: expected format 1");
    check("format = 1", "", "site.toml:1:1: the format is missing: expected `format = 1` at the top");
    check(
        "count = 4, unit",
        "count = \"4\", unit",
        "site.toml:7:55: invalid type: string \"4\", expected a whole number of 0 or more",
    );
    check(
        "systems = [{ name = \"SYSA\" }, { name = \"SYSB\" }]",
        "systems = 3",
        "site.toml:2:11: invalid type: integer `3`, expected a list",
    );
    check("ims = [{ ssid = \"IMS1\" }]", "ims = [\"IMS1\"]", "site.toml:3:8: invalid type: string \"IMS1\", expected a table");
    check("name = \"FULL\"", "", "site.toml:21:1: missing field `name`");
    check(
        "volser = \"D{00000}\", model",
        "volser = \"D{000}0000\", model",
        "site.toml:7:82: `D0000000` is not a VOLSER: 1 to 6 characters A-Z 0-9 @ # $",
    );
    check("lss = [{ id", "reachable = 1\nlss = [{ id", "site.toml:19:13: invalid type: integer `1`, expected true or false");
}

#[test]
fn what_cannot_be_is_malformed() {
    check(
        "ua = \"10\"",
        "ua = \"03\"",
        "site.toml:8:41: there is a volume at 75ABC01/10/03 already: expected a free unit address",
    );
    check(
        "count = 4, unit = \"1000\"",
        "count = 257, unit = \"1000\"",
        "site.toml:7:55: 257 volumes do not fit: LSS 10 has 256 unit addresses from 00 on, and only 256 fit on the LSSs that array 75ABC01 has from there\nsite.toml:8:41: there is a volume at 75ABC01/10/10 already: expected a free unit address",
    );
    check(
        "array = \"75ABC01\", lss = \"10\", ua = \"10\"",
        "array = \"75ABC02\", lss = \"10\", ua = \"10\"",
        "site.toml:8:13: array 75ABC02 is nowhere in the site, did you mean `75ABC01`?",
    );
    check("unit = \"2000\"", "unit = \"1002\"", "site.toml:8:65: unit 1002 of SYSA is declared twice");
    check("generation = 1,", "generation = 2,", "site.toml:28:27: a target for generation 2: the profile has 1 generations");
    check(
        "ims = [\"IMS1\"]",
        "ims = [\"IMS2\"]",
        "site.toml:11:87: IMS system IMS2 is nowhere in the site, did you mean `IMS1`?",
    );
    check(
        "catalog = \"UCAT.DB\"",
        "catalog = \"UCAT.DC\"",
        "site.toml:11:70: catalog UCAT.DC is nowhere in the site, did you mean `UCAT.DB`?",
    );
}

#[test]
fn a_few_lines_cannot_unroll_without_bound() {
    check(
        "name = \"IMSP.DB.A{00}\", count = 4,",
        "name = \"IMSP.DB.A{0000000}\", count = 4194305,",
        "site.toml:11:42: more than 4194304 data sets in all: expected fewer",
    );
    check(
        "volumes = [\"D{00000}\"] },\n]",
        "volumes = [\"D{00000}\"] },\n  { name = \"A{0000000}\", count = 4000000, class = \"non-ims\", catalog = \"UCAT.DB\", volumes = [\"A\", \"B\", \"C\", \"D\"] },\n]",
        "site.toml:12:34: with these data sets the site has more than 16777216 things and entries in all: expected fewer",
    );
}

#[test]
fn one_fault_hides_no_other_and_invents_none() {
    let copies = "flashcopy = [{ source = \"1000\", target = \"2000\", state = \"copied\" }, { source = \"1001\", target = \"2001\", state = \"copied\" }, { source = \"1001\", target = \"2001\", state = \"copied\" }]\n\n[[arrays]]";
    let text = SITE.replacen("[[arrays]]", copies, 1).replacen("ua = \"10\"", "ua = \"03\"", 1);
    let errors = document(&text).declare().unwrap_err();
    let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "site.toml:8:41: there is a volume at 75ABC01/10/03 already: expected a free unit address",
            "site.toml:14:154: 75ABC01/10/04 is the target of two relations: a target has one source",
        ]
    );
}

#[test]
fn what_profile_setup_must_report_is_not_malformed() {
    check("code_level = \"87.31.16.0\"", "code_level = \"5876.x\"", "");
    check("source = \"1000\"", "source = \"7000\"", "");
    check("ims_ssid = \"IMS1\"", "ims_ssid = \"IMS9\"", "");
}

/// The example in the guide is a site, and as large as it says.
#[test]
fn the_guides_example_unrolls_to_65280_volumes() {
    let guide = include_str!("../../docs/site.md");
    let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let seen = document(example).declare().unwrap();
    assert_eq!((seen.volumes.len(), seen.profiles.first().unwrap().targets.len()), (65_280, 32_640));
}

#[test]
fn faults_are_located_in_json_too() {
    let text = write(&document(SITE).content, Encoding::Json).unwrap();
    let text = text.replace("\"catalog\": \"UCAT.DB\"", "\"catalog\": \"UCAT.DC\"").replace("\"ua\": \"10\"", "\"ua\": \"03\"");
    let errors = parse("site.json", text, Encoding::Json).unwrap().declare().unwrap_err();
    let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "site.json:40:13: there is a volume at 75ABC01/10/03 already: expected a free unit address",
            "site.json:66:18: catalog UCAT.DC is nowhere in the site, did you mean `UCAT.DB`?",
        ]
    );
}

#[test]
fn an_expectation_names_what_the_table_of_reasons_knows() {
    let scenario = |finding: &str| {
        let site = SITE
            .replace("format = 1\n", "")
            .replace("[[arrays]]", "[[site.arrays]]")
            .replace("[[profiles]]", "[[site.profiles]]");
        let text = format!("format = 1\n[expect]\nreturn_code = 8\nfindings = [\n  {finding},\n]\n[site]\n{site}");
        let declared = parse("scenario.toml", text, Encoding::Toml).unwrap_or_else(|error| panic!("{error}")).declare();
        declared.err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(scenario(r#"{ code = "PS05E", reason = "boxed", subjects = ["unit:1000"] }"#), "");
    assert_eq!(
        scenario(r#"{ code = "PS05X", reason = "boxed", subjects = ["unit:1000"] }"#),
        "scenario.toml:5:12: `PS05X` is not a code: a rule and a severity such as PS05E"
    );
    assert_eq!(
        scenario(r#"{ code = "PS05W", reason = "boxed", subjects = ["unit:1000"] }"#),
        "scenario.toml:5:12: PS05:boxed is never of severity W"
    );
    assert_eq!(
        scenario(r#"{ code = "PS08E", reason = "different-lss", subjects = ["unit:1000"] }"#),
        "scenario.toml:5:58: wrong subjects: PS08:different-lss is about source, target, generation"
    );
    assert_eq!(
        scenario(r#"{ code = "PS05E", reason = "boxed", subjects = ["unit:1000"], evidence = { label = "X" } }"#),
        "scenario.toml:5:76: `label` is no evidence of PS05:boxed: expected volser"
    );
}
