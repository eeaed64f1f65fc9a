//! The search: changes are tried one after the other, then on top of each other, and the first that clears the finding and
//! adds none is taken, without whatever in it is not needed.

use std::collections::BTreeMap;

use dasdlab_model::alive::Alive;
use dasdlab_model::declare::declare;
use dasdlab_model::finding::{Finding, Severity, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::site::Site;

use super::apply::edited;
use super::edit::{Edit, ProfileEdit};
use super::view::View;
use super::ways::{Here, ways};
use crate::judge;

/// The most changes that are made on top of each other.
const DEPTH: usize = 4;
/// How many of the sites that came nearest are changed further.
const BEAM: usize = 6;
/// The most changed sites that are judged for one finding.
const TRIALS: usize = 300;
/// The most volumes that are judged in all: of large sites fewer changes are tried.
const VOLUMES: usize = 600_000;
/// Of however large a site, so many changes are tried.
const LEAST_TRIALS: usize = 24;
/// The part of the trials that is kept for changes that give something up.
const KEPT: usize = 2;
/// Of a change of at most so many edits it is asked which ones are needed.
const PRUNED: usize = 24;

/// What a finding is known by.
pub(super) type Key = (Reason, Vec<Subject>);

pub(super) fn key(finding: &Finding) -> Key {
    (finding.reason, finding.subjects.clone())
}

/// Findings by what they are known by, with their severity.
pub(super) type Known = BTreeMap<Key, Severity>;

pub(super) fn known(findings: &[Finding]) -> Known {
    findings.iter().map(|finding| (key(finding), finding.severity)).collect()
}

/// A change that clears a finding.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is changed.
    pub edits: Vec<Edit>,
    /// The site after it.
    pub site: Site,
    /// What profile setup says then.
    pub verdict: Verdict,
    /// The findings that there were not before, or were less severe. None, wherever a change without any was found.
    pub adds: Vec<Finding>,
    /// Whether validator and oracle say the same of the changed site, booted.
    pub verified: bool,
    /// How many changed sites were judged until it was found.
    pub tried: usize,
}

/// A site on the way to a change.
struct Node {
    site: Site,
    seen: Observation,
    verdict: Verdict,
    edits: Vec<Edit>,
    cleared: bool,
    adds: Vec<Finding>,
}

struct Search<'a> {
    site: &'a Site,
    seen: &'a Observation,
    profile: &'a ProfileName,
    goal: Key,
    known: Known,
    /// Whether changes that give something up are left out.
    gentle: bool,
    left: usize,
    tried: usize,
}

/// The smallest change that clears a finding; where none is found that adds nothing, the one that adds least, if any clears it.
pub(super) fn search(site: &Site, seen: &Observation, before: &Verdict, profile: &ProfileName, goal: &Finding) -> Option<Change> {
    let mut known = known(&before.findings);
    if goal.rule() == Rule::PS00 {
        known.extend(hidden(site, seen, before, profile));
    }
    let left = TRIALS.min(VOLUMES / seen.volumes.len().max(1)).max(LEAST_TRIALS);
    let mut search = Search { site, seen, profile, goal: key(goal), known, gentle: true, left: left / KEPT, tried: 0 };
    let root = || Node {
        site: site.clone(),
        seen: seen.clone(),
        verdict: before.clone(),
        edits: Vec::new(),
        cleared: false,
        adds: Vec::new(),
    };
    let gentle = search.run(root());
    let found = match gentle {
        Some(found) if found.adds.is_empty() => found,
        gentle => {
            (search.gentle, search.left) = (false, left - left / KEPT);
            [search.run(root()), gentle].into_iter().flatten().min_by_key(|node| weight(&node.adds))?
        }
    };
    let verified = verified(&found.site, profile, &found.verdict);
    Some(Change { edits: found.edits, site: found.site, verdict: found.verdict, adds: found.adds, verified, tried: search.tried })
}

impl Search<'_> {
    fn run(&mut self, root: Node) -> Option<Node> {
        let mut frontier = vec![root];
        let mut best: Option<Node> = None;
        for _ in 0..DEPTH {
            let mut next: Vec<Node> = Vec::new();
            for node in &frontier {
                for node in self.grown(node) {
                    if node.cleared && node.adds.is_empty() {
                        if verified(&node.site, self.profile, &node.verdict) {
                            return Some(self.pruned(node));
                        }
                        continue;
                    }
                    next.push(node);
                }
            }
            next.sort_by_key(|node| (!node.cleared, weight(&node.adds), node.edits.len()));
            let better = |node: &Node| best.as_ref().is_none_or(|best| weight(&node.adds) < weight(&best.adds));
            if let Some(node) = next.first().filter(|node| node.cleared && better(node)) {
                best = Some(node.copy());
            }
            next.truncate(BEAM);
            if next.is_empty() || self.left == 0 {
                break;
            }
            frontier = next;
        }
        best
    }

    /// What comes of a site by each change that comes into question. Ends with the first that is what is looked for.
    fn grown(&mut self, node: &Node) -> Vec<Node> {
        let Some(view) = View::new(&node.seen, self.profile) else { return Vec::new() };
        let about = if node.cleared { node.adds.first() } else { node.verdict.findings.iter().find(|one| key(one) == self.goal) };
        let Some(about) = about else { return Vec::new() };
        let mut tried: Vec<Vec<Edit>> = Vec::new();
        let mut grown = Vec::new();
        for way in ways(Here { view: &view, site: &node.site }, about) {
            if self.left == 0 {
                break;
            }
            if tried.contains(&way) || (self.gentle && way.iter().any(|edit| gives_up(edit, &view))) {
                continue;
            }
            if let Some(site) = edited(&node.site, &view, &way)
                && let Some(judged) = self.judged(site, [node.edits.as_slice(), &way].concat())
            {
                let found = judged.cleared && judged.adds.is_empty();
                grown.push(judged);
                if found {
                    break;
                }
            }
            tried.push(way);
        }
        grown
    }

    /// What profile setup says of a changed site; none where it cannot be.
    fn judged(&mut self, mut site: Site, edits: Vec<Edit>) -> Option<Node> {
        self.left = self.left.saturating_sub(1);
        self.tried += 1;
        let seen = match declare(&site) {
            Ok(seen) => seen,
            // What only the world knew of copies may speak of some that are gone.
            Err(_) if site.alive != Alive::default() => {
                site.alive = Alive::default();
                declare(&site).ok()?
            }
            Err(_) => return None,
        };
        let verdict = dasdlab_validator::check(&seen, self.profile)?;
        let cleared = verdict.findings.iter().all(|finding| key(finding) != self.goal);
        let adds = added(&self.known, &verdict);
        Some(Node { site, seen, verdict, edits, cleared, adds })
    }

    /// The same change without edits that are not needed.
    fn pruned(&mut self, found: Node) -> Node {
        let mut found = found;
        let Some(view) = View::new(self.seen, self.profile) else { return found };
        if found.edits.len() > PRUNED {
            return found;
        }
        let mut at = 0;
        while found.edits.len() > 1 && at < found.edits.len() {
            let mut fewer = found.edits.clone();
            fewer.remove(at);
            let smaller = edited(self.site, &view, &fewer).and_then(|site| self.judged(site, fewer));
            match smaller.filter(|node| node.cleared && node.adds.is_empty()) {
                Some(node) if verified(&node.site, self.profile, &node.verdict) => found = node,
                _ => at += 1,
            }
        }
        found
    }
}

/// Whether an edit gives up something that is there: data, a volume that is backed up, a generation.
fn gives_up(edit: &Edit, view: &View<'_>) -> bool {
    match edit {
        Edit::Uncatalog(_) => true,
        Edit::Profile(_, ProfileEdit::Remove(unit)) => view.base(*unit).is_some(),
        Edit::Profile(name, ProfileEdit::Generations(count)) => {
            view.seen.profile(name).is_some_and(|profile| *count < profile.generations)
        }
        _ => false,
    }
}

impl Node {
    fn copy(&self) -> Self {
        Self {
            site: self.site.clone(),
            seen: self.seen.clone(),
            verdict: self.verdict.clone(),
            edits: self.edits.clone(),
            cleared: self.cleared,
            adds: self.adds.clone(),
        }
    }
}

/// How bad findings that are added are, all in all.
fn weight(adds: &[Finding]) -> (usize, usize) {
    (adds.iter().filter(|finding| finding.severity == Severity::E).count(), adds.len())
}

/// The findings that were not known, or not as severe.
fn added(known: &Known, verdict: &Verdict) -> Vec<Finding> {
    let is_new = |finding: &&Finding| known.get(&key(finding)).is_none_or(|severity| *severity < finding.severity);
    verdict.findings.iter().filter(is_new).cloned().collect()
}

/// What PS00 hides: the findings once everything that the environment lacks is there.
fn hidden(site: &Site, seen: &Observation, before: &Verdict, profile: &ProfileName) -> Known {
    let Some(view) = View::new(seen, profile) else { return Known::new() };
    let edits = before.findings.iter().filter_map(|finding| ways(Here { view: &view, site }, finding).pop());
    let edits: Vec<Edit> = edits.flatten().collect();
    let whole = edited(site, &view, &edits).and_then(|site| declare(&site).ok());
    let verdict = whole.and_then(|seen| dasdlab_validator::check(&seen, profile));
    verdict.map(|verdict| self::known(&verdict.findings)).unwrap_or_default()
}

/// Whether the validator on the booted site and the oracle on the declared one both say this.
pub(super) fn verified(site: &Site, profile: &ProfileName, verdict: &Verdict) -> bool {
    let Ok(declared) = declare(site) else { return false };
    let Ok(seen) = judge::observe(site) else { return false };
    dasdlab_oracle::judge(&declared, profile).as_ref() == Some(verdict)
        && dasdlab_validator::check(&seen, profile).as_ref() == Some(verdict)
}
