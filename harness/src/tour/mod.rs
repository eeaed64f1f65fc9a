//! A tour for whoever has never seen a BCV: three scenarios with comments.
//!
//! The stories are told as every other story is, and drawn from the same timeline; only what is said beside them is written
//! here. A scene is a comment with what it is about.

use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::scenario::Scenario;

use crate::cli::paint::Paint;
use crate::cli::verdict;
use crate::judge::{self, Ours};
use crate::story::tell::{boot, tell_on};
use crate::story::timeline::Timeline;
use crate::story::timeline::render::{Known, render, wrapped};
use crate::story::watch::Watcher;
use crate::why::{explain, sentence};

/// The columns that a sentence is filled to.
const SAID: usize = 98;

/// One screen of the tour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The heading, where an act begins.
    pub title: Option<&'static str>,
    /// What is said.
    pub comment: &'static str,
    /// What is shown below it; empty where nothing is.
    pub drawn: String,
}

/// What is said about a story before its steps are shown: one comment for each, none for a step that is left out.
struct Told {
    file: &'static str,
    text: &'static str,
    title: &'static str,
    opening: &'static str,
    steps: &'static [Option<&'static str>],
}

const GOOD: Told = Told {
    file: "good-night.toml",
    text: include_str!("good-night.toml"),
    title: "1. A night in which everything goes well",
    opening: "\
An IMS database never sleeps, and copying its volumes one after the other takes hours: the copies would be of different times, and \
useless together. So the disk array mirrors each volume to a second one, called a BCV (business continuance volume), while work goes \
on. When all mirrors are equal to their volumes, the array cuts all of them loose at one instant. What stands on the BCVs then is a \
backup of that instant, however large it is.

A backup profile says which volumes (the sources) go to which BCVs (the targets). Ours is called DAILY. It has three sources, 2000 to \
2002, and two full sets of BCVs, called generations: 2010 to 2012, and 2020 to 2022.",
    steps: &[
        Some(
            "\
First comes profile setup. It checks everything that could make the backup worthless, and finds nothing wrong. Then it establishes the \
mirrors of generation 1 and waits until each pair is Synchronized, that is: equal. Only then is the profile ready. The time on the left is \
virtual, so hours of copying cost you nothing.",
        ),
        Some(
            "\
At night the backup runs. All three pairs are split at one instant: that is the backup, and it is recorded as valid. At once the next \
generation begins to mirror, so that tomorrow there is something to split again, and the set that was just split is held: nobody else gets \
those BCVs.",
        ),
    ],
};

const BAD: Told = Told {
    file: "bad-night.toml",
    text: include_str!("bad-night.toml"),
    title: "2. A night in which a device does not answer",
    opening: "\
The same profile, and the first night went as you have just seen. Now something breaks. Faults are part of a story's plan: this one waits \
until the second split, and lets one device refuse it.",
    steps: &[
        None,
        None,
        None,
        Some(
            "\
Two of three pairs are split, one is not. Two thirds of a database are no database, so the backup is recorded as invalid, the job ends with \
return code 8, and the profile needs setup before it may run again. A product that called this backup valid would be found out here: dasdlab \
restores whatever is called valid, and looks at what comes back.",
        ),
        Some(
            "\
In the morning the data are needed. The backup of the night before was on other BCVs, and nothing has touched it. It is restored, and dasdlab \
compares every volume, database write and log record with what they were: nothing is lost. The profile needs setup once more, so that its mirrors are in order before the next night.",
        ),
    ],
};

const FORGOTTEN: (&str, &str) = ("forgotten-volume.toml", include_str!("forgotten-volume.toml"));

const FORGOTTEN_TITLE: &str = "3. A volume that nobody thought of";

const FORGOTTEN_OPENING: &str = "\
Most backups are not lost at night but weeks before, at a desk. Here a new database was put on two volumes, IMS001 and IMS004, and nobody \
added IMS004 to the profile. Every backup would run without an error, and none could be restored. Profile setup looks into the catalogs, \
and says so before anything is copied:";

const FORGOTTEN_WHY: &str = "\
`dasdlab why` asks what would clear a finding. It changes a copy of the site this way and that until the finding is gone and no other \
has come, and has the result judged twice, by the rules and by a second opinion that was written apart from them. Here the smallest change is:";

const FAREWELL: &str = "\
That was it: mirror, wait, split; nothing is valid that is not whole; and most of what goes wrong can be seen before. dasdlab plays thousands \
of such scenarios, with planted mistakes, faults and wrong implementations among them, to prove that your profile setup gets each of them right.";

/// What to try next: a command and what it does.
pub const NEXT: [(&str, &str); 6] = [
    ("dasdlab new story night.toml", "write the story of the second act, with comments, to play with"),
    ("dasdlab replay night.toml", "tell it"),
    ("dasdlab list scenarios", "see the hand-written ones; `dasdlab replay corpus/NAME` tells one"),
    ("dasdlab explain PS12", "read why a rule is there and how to mend what it finds"),
    ("dasdlab why corpus/source-boxed", "have a finding explained, with what would clear it"),
    ("dasdlab run", "judge the validator by thousands of scenarios"),
];

/// The scenes of the tour, one after the other.
///
/// # Errors
/// Why a scenario cannot be played: a fault of this program.
pub fn scenes(paint: Paint) -> Result<Vec<Scene>, String> {
    let mut scenes = story(&GOOD, paint)?;
    scenes.extend(story(&BAD, paint)?);
    scenes.extend(setup(paint)?);
    scenes.push(Scene { title: None, comment: FAREWELL, drawn: String::new() });
    Ok(scenes)
}

fn scenario(file: &str, text: &str) -> Result<Scenario, String> {
    let document = parse(file, text.to_owned(), Encoding::Toml).map_err(|error| error.to_string())?;
    document.declare().map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    match document.content {
        Content::Scenario(scenario) => Ok(*scenario),
        Content::Site(_) => Err(format!("{file} is no scenario")),
    }
}

/// A story, step by step.
fn story(told: &Told, paint: Paint) -> Result<Vec<Scene>, String> {
    let scenario = scenario(told.file, told.text)?;
    let own = judge::profile(&scenario)?;
    let mut timeline = Timeline::new(own);
    let mut world = boot(&scenario).map_err(|untold| untold.to_string())?;
    let watchers: &mut [&mut dyn Watcher] = &mut [&mut timeline];
    let (steps, _) = tell_on(&mut world, &scenario, &Ours, watchers).map_err(|untold| untold.to_string())?;
    timeline.ends_with(&world);
    let endings: Vec<Option<String>> = steps.iter().flat_map(|step| &step.work).map(|worked| worked.ending.clone()).collect();
    let drawn = render(&timeline, Known { faults: &[], endings: &endings }, paint);
    // Each step is a paragraph of its own.
    let drawn: Vec<&str> = drawn.split("\n\n").map(str::trim_end).collect();
    if drawn.len() != told.steps.len() {
        return Err(format!("{}: {} steps are drawn, {} commented", told.file, drawn.len(), told.steps.len()));
    }
    let opening = Scene { title: Some(told.title), comment: told.opening, drawn: String::new() };
    let shown = told.steps.iter().zip(drawn);
    let shown =
        shown.filter_map(|(comment, drawn)| Some(Scene { title: None, comment: (*comment)?, drawn: format!("{drawn}\n") }));
    Ok(std::iter::once(opening).chain(shown).collect())
}

/// A setup that finds something, and what would clear it.
fn setup(paint: Paint) -> Result<Vec<Scene>, String> {
    let (file, text) = FORGOTTEN;
    let scenario = scenario(file, text)?;
    let profile = judge::profile(&scenario)?;
    let seen = judge::observe(&scenario.site).map_err(|_| format!("{file} cannot be booted"))?;
    let verdict = dasdlab_validator::check(&seen, &profile).ok_or_else(|| format!("{file} has no profile"))?;
    let mut found = String::new();
    verdict.findings.iter().for_each(|finding| verdict::heading(&mut found, finding, paint));
    found += &format!("\n{}", verdict::summary(&profile, &verdict, paint));
    let finding = verdict.findings.first().ok_or_else(|| format!("nothing is found in {file}"))?;
    let explained = explain(&scenario.site, &seen, &verdict, &profile, finding);
    let change = explained.change.filter(|change| change.adds.is_empty() && change.verified);
    let change = change.ok_or_else(|| format!("nothing clears what is found in {file}"))?;
    let said: Vec<String> = wrapped(&sentence(&change.edits), SAID, 0).iter().map(|row| format!("  {row}\n")).collect();
    let mended = format!("{}\n{}", said.concat(), verdict::summary(&profile, &change.verdict, paint));
    Ok(vec![
        Scene { title: Some(FORGOTTEN_TITLE), comment: FORGOTTEN_OPENING, drawn: found },
        Scene { title: None, comment: FORGOTTEN_WHY, drawn: mended },
    ])
}
