//! Large stories that wrong implementations fail: what shrinking is proved and measured by.

use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::{Mirrors, Site};
use dasdlab_model::states::{HostStatus, Method, MirrorState, ProfileState};
use dasdlab_model::story::{CommandKind, Do, Duration, NthCommand, PairRef, PlannedFault, RestoreKind, StoryStep, What, When};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::{Unit, VolumeRef};
use dasdlab_scenarios::large::{LargeOptions, site};

use crate::drive::Machine;
use crate::judge::Ours;
use crate::story::actors::Actors;
use crate::story::wrong::WRONG;

/// How many steps each story has.
pub const STEPS: usize = 8;

/// A wrong implementation and a story that it fails.
pub struct Case {
    /// The name of the implementation.
    pub name: &'static str,
    /// It.
    pub actors: Box<dyn Actors>,
    /// The story, which our own machines pass.
    pub scenario: Scenario,
}

/// Twelve of them, on sites of so many volumes; none where a site cannot have as many.
#[must_use]
pub fn cases(volumes: u32) -> Option<Vec<Case>> {
    let large = |method| {
        let options = LargeOptions { arrays: 2, volumes, profiles: 2, method, ..LargeOptions::default() };
        site(&options).ok()
    };
    let (bcv, flash) = (large(Method::Bcv)?, large(Method::FlashCopy)?);
    let wrong = |name: &str| Some((WRONG.iter().find(|wrong| wrong.slug == name)?.make)());
    let ignoring = |reason| -> Option<Box<dyn Actors>> { Some(Box::new(Ignoring(reason))) };
    let cases = [
        ("says-ready-too-early", wrong("says-ready-too-early"), online(&bcv)),
        ("splits-too-early", wrong("splits-too-early"), copying(&bcv)),
        ("commands-in-spite-of-errors", wrong("commands-in-spite-of-errors"), boxed(&bcv)),
        ("records-what-was-refused", wrong("records-what-was-refused"), refused(&bcv)),
        ("splits-one-by-one", wrong("splits-one-by-one"), online(&bcv)),
        ("swaps-source-and-target", wrong("swaps-source-and-target"), online(&flash)),
        ("starts-anew", wrong("starts-anew"), online(&bcv)),
        ("does-more-than-it-is-told", wrong("does-more-than-it-is-told"), online(&bcv)),
        ("is-blind-to-logs", wrong("is-blind-to-logs"), without_logs(&bcv)),
        ("forgets-boxed-sources", ignoring(Reason::Ps05Boxed), boxed(&flash)),
        ("forgets-online-targets", ignoring(Reason::Ps06Online), online(&flash)),
        ("forgets-volumes-of-logs", ignoring(Reason::Ps02Missing), without_logs(&bcv)),
    ];
    let whole = |(name, actors, scenario): (_, Option<_>, Option<_>)| Some(Case { name, actors: actors?, scenario: scenario? });
    cases.into_iter().map(whole).collect()
}

/// Our machines, whose rules do not know a reason.
struct Ignoring(Reason);

impl Actors for Ignoring {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn Machine> {
        Ours.setup(profile, wait_ms, &[self.0])
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, _: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, &[self.0])
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}

const fn step(action: Do) -> StoryStep {
    StoryStep { name: String::new(), action, expect: None }
}

/// The `nth` source and target of the first profile.
fn pair(site: &Site, nth: u32) -> Option<(Unit, Unit)> {
    let mut left = nth;
    for mapping in &site.profiles.first()?.targets {
        if left < mapping.count {
            return mapping.source.plus(left).zip(mapping.target.plus(left));
        }
        left -= mapping.count;
    }
    None
}

/// Eight steps, in the sixth of which a unit is seen in another status.
fn story(site: &Site, unit: Unit, status: HostStatus) -> Option<Scenario> {
    let (written, _) = pair(site, 5)?;
    let setup = || step(Do::Setup { profile: None, wait: None, ignoring: Vec::new() });
    let backup = |alone| step(Do::Backup { profile: None, wait: None, alone, ignoring: Vec::new() });
    let steps = vec![
        setup(),
        backup(true),
        step(Do::Advance(Duration::of_ms(30 * 60_000))),
        step(Do::Write { volume: VolumeRef::Unit(written), first: 15, tracks: 30 }),
        backup(false),
        step(Do::Vary { system: None, unit, status }),
        setup(),
        step(Do::Query { profile: None }),
    ];
    let profile = Some(site.profiles.first()?.name.clone());
    Some(Scenario { format: 1, title: "Large".to_owned(), profile, steps, site: site.clone(), ..Scenario::default() })
}

/// A target comes online.
fn online(site: &Site) -> Option<Scenario> {
    story(site, pair(site, 7)?.1, HostStatus::Online)
}

/// A source is boxed.
fn boxed(site: &Site) -> Option<Scenario> {
    story(site, pair(site, 11)?.0, HostStatus::Boxed)
}

/// A split is refused for a pair in the middle.
fn refused(site: &Site) -> Option<Scenario> {
    let pair = PairRef { generation: 1, nth: Some(12), ..PairRef::default() };
    let fault = PlannedFault {
        name: String::new(),
        what: What::Refuse { code: Refusal::Injected, pair: Some(pair) },
        when: When::Command(NthCommand { kind: CommandKind::Split, nth: 1 }),
        lasts: None,
    };
    Some(Scenario { faults: vec![fault], ..online(site)? })
}

/// The profile is ready, but its pairs are still copied.
fn copying(site: &Site) -> Option<Scenario> {
    let mut scenario = online(site)?;
    let profile = scenario.site.profiles.first_mut()?;
    profile.state = Some(ProfileState::Ready);
    let mirrors = profile.targets.iter().map(|range| Mirrors {
        standard: VolumeRef::Unit(range.source),
        bcv: VolumeRef::Unit(range.target),
        count: range.count,
        state: MirrorState::SyncInProg,
    });
    scenario.site.mirrors = mirrors.collect();
    scenario.steps.remove(0);
    scenario.steps.extend(scenario.steps.last().cloned());
    Some(scenario)
}

/// The last volume, which holds logs, is no source.
fn without_logs(site: &Site) -> Option<Scenario> {
    let mut scenario = online(site)?;
    let profile = scenario.site.profiles.first_mut()?;
    let last = profile.sources.last().and_then(|range| range.unit.plus(range.count.checked_sub(1)?))?;
    for range in &mut profile.sources {
        range.count -= u32::from(range.unit.plus(range.count - 1) == Some(last));
    }
    for range in &mut profile.targets {
        range.count -= u32::from(range.source.plus(range.count - 1) == Some(last));
    }
    profile.sources.retain(|range| range.count > 0);
    profile.targets.retain(|range| range.count > 0);
    Some(scenario)
}
