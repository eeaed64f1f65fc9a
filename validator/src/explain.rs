//! What a rule is for and what clears a finding, in words. Everything is read from the rules' own documentation.

use std::fmt::Write as _;

use dasdlab_model::finding::{Finding, Severity};
use dasdlab_model::reasons::{Reason, Rule};

use crate::rules::{ACTION, REGISTRY, ReasonDoc, RuleDoc, RuleEntry, entry};

/// What the rule protects, when it fires, examples, its reasons and how to mend each.
#[must_use]
pub fn rule_text(rule: Rule) -> String {
    let Some(entry) = entry(rule) else { return String::new() };
    let doc = entry.doc;
    let mut text = format!("{} {} ({})\n", rule.code(), rule.slug(), applies_to(entry));
    for (title, body) in sections(doc) {
        let _ = write!(text, "\n{title}\n{}", filled(body, "  ", "  "));
    }
    text.push_str("\nReasons\n");
    for reason in doc.reasons {
        let _ = writeln!(text, "  {} {}", severities(reason.reason), reason.reason.slug());
        text.push_str(&filled(reason.when, "      ", "      "));
        text.push_str(&filled(&format!("To clear it: {}", remedies(reason).join("\n")), "      ", "      "));
    }
    if !doc.fine_print.is_empty() {
        text.push_str("\nFine print\n");
        for line in doc.fine_print {
            text.push_str(&filled(line, "  - ", "    "));
        }
    }
    text
}

/// The whole rule reference as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(PREFACE);
    text.push_str("\n| rule | name | applies to | reasons |\n|---|---|---|---|\n");
    for entry in documented() {
        let rule = entry.rule;
        let reasons: Vec<String> =
            entry.doc.reasons.iter().map(|doc| format!("{} `{}`", severities(doc.reason), doc.reason.slug())).collect();
        let anchor = format!("#{}-{}", rule.code().to_ascii_lowercase(), rule.slug());
        let _ = writeln!(
            text,
            "| [{}]({anchor}) | `{}` | {} | {} |",
            rule.code(),
            rule.slug(),
            applies_to(entry),
            reasons.join(", ")
        );
    }
    for entry in documented() {
        rule_section(entry, &mut text);
    }
    text.push_str(RESTORE);
    text
}

/// The rules that check, then the action.
fn documented() -> impl Iterator<Item = &'static RuleEntry> {
    REGISTRY.iter().copied().chain([ACTION])
}

const PREFACE: &str = "\
# Rule reference

Generated from the rules' own documentation; `dasdlab explain --reference` prints it again, `dasdlab explain PS08` one rule.

A remedy names subjects and facts of its finding in braces. Where some of them can be missing, further wordings follow, each headed
by what it does without.

A finding has a code (rule and severity), a reason, subjects and evidence. Severities: **E** setup has failed, **W** the backup
goes on with a restriction or a risk, **I** good to know. Return code: 0 nothing or I only, 4 highest is W, 8 at least one E,
12 the environment failed (PS00, which then stands alone). All rules are evaluated, all findings are reported.

## Words that all rules share

- A volume is identified by array serial, LSS and unit address: never by its label, never by a unit number across systems. A
  unit of a profile is a unit of the system that the profile was saved on; other profiles are resolved in theirs.
- A finding names a volume by its base unit in the profile's system (`unit:3A10`), or by identity where it has none there
  (`volume:75ABC01/10/00`). Evidence names it alike, without the kind. A missing label is an empty text.
- *What a label means.* Only volumes with a base unit in the profile's system carry a label. If some carriers are online,
  allocated or pending offline, the label means those of them that are sources of this profile, or all of them if none is. With
  none of them mounted, it means the carriers that are no target of any profile. A label may mean several volumes, or none: then the
  site does not have the volume. Every rule that follows a catalog entry goes this way.
- *The IMS system's data sets* are those that name the profile's IMS system or, with `log_scope = \"group\"`, any system of its
  data-sharing group. *Non-IMS* are the data sets of class `non-ims`, and those of other classes (control aside) that name no system of
  the group; the group decides here also with `log_scope = \"member\"`. With `member`, what only fellow members use is neither in scope
  nor non-IMS.
- *In scope*: database and user-included data sets; for a full backup also system, log and RECON data sets.
- *A unit that is unknown or an alias* is named once by PS05 or PS06 and then left alone by PS05 to PS13; PS14 goes by
  numbers and still asks.
- *Pairs* are the mappings whose source is a listed source. The target of any other mapping is a target but forms no pair. A unit
  listed as target more than once is asked once; comparisons are made for every pair.
";

const RESTORE: &str = "
## Restore

A restore is no check and has no findings but those of PS00, which end it with return code 12. It says in a word why nothing
was done, asked in this order; return code 8, and nothing has changed:

| word | when |
|---|---|
| `locked` | a setup, build, backup or restore has the profile (PS00, return code 12) |
| `environment` | another finding of PS00 (return code 12) |
| `no-backup` | the generation holds no backup |
| `invalid` | what it holds is invalid |
| `expired` | its backup has been copied over |
| `scope` | the recorded restore scope forbids the kind: `full` needs `full-and-data` or `full-only`, `data` needs `full-and-data` or \
`data-only`; a backup without a recorded scope permits none |
| `mixed` | kind `data`, and logs or RECON, or their user catalog, lie by now on a source that it would bring back |
| `not-usable` | a pair of the generation, whether it is asked for or not, is not as the backup left it, or a source has none |
| `logs-not-suspended` | the logs of the IMS system could not be suspended |

- Of several records of a generation a valid one that has not expired counts, else the latest.
- `full` brings back every source. `data` brings back the sources on which, by the catalog entries as they stand when the restore
  begins, database or user-included data sets of the IMS system lie, or a user catalog that names any, migrated and tape ones
  included. The record of a backup has no list of volumes.
- *As the backup left it*, bcv: Split from its source, or SplitNoInc; also RestInProg, Restored or SplitBfrRest, where an
  earlier restore has not ended. The BCV is held for no other profile and no foreign BCV is established to the source. FlashCopy: the
  relation from source to target is copying or copied, or already reversed; or there is none and the target carries the label of its
  source. Source and target have equal cylinders: a larger target cannot be reversed.
- That sources are online and allocated is no hindrance. Instead the logs of the IMS system are suspended while the restore runs, so that
  nothing is written to a volume that is coming back or to the backup behind it. They are resumed in every case.
- bcv: the profile is `setup-needed(restored)` before the first command to an array, and stays so. BCVs of other generations that are
  established to the sources are split first, by force where they are still copying; a split or a copy back that runs is waited
  for. Then every pair is restored: incrementally, or in full where the array has no history. When no copy runs any more the
  BCVs are split at one instant; they stay held, and the backup stays valid. A copy that has not ended at the wait limit is split by force:
  its source cannot be used until it has been restored again, but the backup takes no harm. Neither does it if a BCV cannot be split
  from what it restored, told three times: in Restored nothing that is written to the source reaches the BCV.
- FlashCopy: other relations of a source are withdrawn once they have been copied, for then their data are complete. The relation
  is reversed, or one is established from target to source, and withdrawn when it has been copied. The state of the profile stays.
- Nothing is copied back as long as one way is closed or the first order is refused; from then on each pair is tried. Pairs that are not back end
  the restore with return code 8 and are named with the cause. It can be repeated.
- Where an earlier restore has not ended, logs have run since: what it brought back is no longer what the backup holds and is brought back
  again. A copy back that runs is waited for. Then a pair in Restored is split, by which what was written since counts as changed, and
  restored; a relation that was turned round is withdrawn and established once more from target to source, which copies every
  track.
- The wait limit counts from the start of the restore.
";

fn rule_section(entry: &RuleEntry, text: &mut String) {
    let (rule, doc) = (entry.rule, entry.doc);
    let _ = writeln!(text, "\n## {} {}\n\nApplies to: {}.", rule.code(), rule.slug(), applies_to(entry));
    for (title, body) in sections(doc) {
        let _ = write!(text, "\n**{title}.** {body}\n");
    }
    text.push_str("\n| reason | subjects | evidence | when | to clear it |\n|---|---|---|---|---|\n");
    for row @ ReasonDoc { reason, when, .. } in doc.reasons {
        let info = reason.info();
        let _ = writeln!(
            text,
            "| {} `{}` | {} | {} | {when} | {} |",
            severities(*reason),
            info.slug,
            info.subjects.join(", "),
            evidence(*reason),
            remedies(row).join("<br>")
        );
    }
    if !doc.fine_print.is_empty() {
        text.push_str("\nFine print:\n\n");
        for line in doc.fine_print {
            let _ = writeln!(text, "- {line}");
        }
    }
}

/// The command or edit that clears this finding, with its own names filled in.
#[must_use]
pub fn remedy(finding: &Finding) -> String {
    let doc = entry(finding.rule()).and_then(|entry| entry.doc.reasons.iter().find(|doc| doc.reason == finding.reason));
    let wordings = doc.map(|doc| doc.remedy).unwrap_or_default();
    let known = |wording: &&&str| names(wording).all(|name| !value(name, finding).is_empty());
    wordings.iter().find(known).or(wordings.last()).map(|wording| fill(wording, finding)).unwrap_or_default()
}

/// The wordings of a reason's remedy, each after the first headed by what it does without.
#[must_use]
pub fn remedies(doc: &ReasonDoc) -> Vec<String> {
    let Some((&first, others)) = doc.remedy.split_first() else { return Vec::new() };
    let others = others.iter().map(|wording| {
        let without: Vec<&str> = names(first).filter(|name| !names(wording).any(|other| other == *name)).collect();
        format!("Without {}: {wording}", without.join(" and "))
    });
    std::iter::once(first.to_owned()).chain(others).collect()
}

/// The names that a wording has in braces.
fn names(wording: &str) -> impl Iterator<Item = &str> {
    wording.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0))
}

/// Replaces each `{name}` by the subject of that role or the fact of that key.
fn fill(wording: &str, finding: &Finding) -> String {
    let mut text = String::with_capacity(wording.len() + 32);
    let mut rest = wording;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            break;
        };
        let value = value(name, finding);
        text.push_str(if value.is_empty() { "(none)" } else { &value });
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What stands behind a name; empty where there is nothing.
fn value(name: &str, finding: &Finding) -> String {
    let roles = finding.reason.info().subjects.iter().zip(&finding.subjects);
    let subject = roles.into_iter().find(|(role, _)| **role == name).map(|(_, subject)| {
        let text = subject.to_string();
        text.split_once(':').map_or(text.clone(), |(_, name)| name.to_owned())
    });
    subject.or_else(|| finding.evidence.get(name).map(ToString::to_string)).unwrap_or_default()
}

fn evidence(reason: Reason) -> String {
    let keys: Vec<&str> = reason.info().evidence.iter().map(|&(key, _)| key).collect();
    keys.join(", ")
}

fn sections(doc: &RuleDoc) -> [(&'static str, &'static str); 4] {
    [("Protects", doc.protects), ("Fires when", doc.fires), ("Passes", doc.passing), ("Fails", doc.failing)]
}

fn applies_to(entry: &RuleEntry) -> String {
    entry.method.map_or_else(|| "all profiles".to_owned(), |method| format!("method {method}"))
}

fn severities(reason: Reason) -> String {
    let letters: Vec<String> = reason.info().severities.iter().map(Severity::to_string).collect();
    letters.join("/")
}

/// The columns of a terminal that text is filled to.
const WIDTH: usize = 100;

/// Breaks each line of a text into lines that fit; the very first begins with `first`, all others with `next`.
fn filled(text: &str, first: &str, next: &str) -> String {
    let heads = std::iter::once(first).chain(std::iter::repeat(next));
    text.lines().zip(heads).map(|(line, head)| filled_line(line, head, next)).collect()
}

fn filled_line(text: &str, first: &str, next: &str) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut begun = false;
    for word in text.split_whitespace() {
        if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            next.clone_into(&mut line);
            begun = false;
        }
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}
