//! The search: layer after layer, every state once.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Bounds;
use super::actor::{Explored, Work};
use super::canon::{Fingerprint, fingerprints, with_faults_left};
use super::check::{Broken, check};
use super::lab::{Lab, Unbuilt};
use super::moves::{Move, Start, make, possible};
use super::report::{Count, Report, Violation};
use super::state::State;
use super::story::tell;

/// States that are followed at once; more would only need more memory.
const CHUNK: usize = 512;

/// How a state was first reached. Its number is its place in the order of discovery.
#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u32,
    by: Option<Move>,
    exact: Fingerprint,
}

/// What follows from a state by a move.
struct Next<M> {
    by: Move,
    exact: Fingerprint,
    least: Fingerprint,
    broken: Vec<Broken>,
    state: State<M>,
}

/// What is known so far.
struct Known {
    nodes: Vec<Node>,
    numbers: BTreeMap<Fingerprint, u32>,
    merged: BTreeSet<Fingerprint>,
    counts: [Count; Move::KINDS.len()],
    by_faults: Vec<u64>,
    transitions: u64,
    limit_reached: bool,
    /// The first move that broke each invariant, with the state that it was made in.
    broken: BTreeMap<Broken, (u64, u32, Move)>,
}

/// Explores the system of these bounds, its jobs being done by the machines that `start` makes.
///
/// # Errors
/// The system cannot be built: a fault of the explorer.
pub fn explore<M: Explored>(
    bounds: Bounds,
    start: &(dyn Fn(Work, &dasdlab_model::name::ProfileName) -> M + Sync),
) -> Result<Report, Unbuilt> {
    let (lab, world) = Lab::build(bounds)?;
    let first: State<M> = State::first(&lab, world);
    let mut known = Known::new(&lab, &first);
    let mut layer = vec![(0, first.clone())];
    let mut depth = 0;
    while !layer.is_empty() {
        let mut next_layer = Vec::new();
        for chunk in layer.chunks(CHUNK) {
            let followed: Vec<Vec<Next<M>>> = chunk.par_iter().map(|(_, state)| follow(&lab, start, state)).collect();
            for ((number, state), all) in chunk.iter().zip(followed) {
                for next in all {
                    if let Some(found) = known.take(&lab, *number, state, &next) {
                        next_layer.push((found, next.state));
                    }
                }
            }
        }
        depth += u32::from(!next_layer.is_empty());
        layer = next_layer;
    }
    Ok(known.report(&lab, start, &first, depth))
}

/// Everything that follows from a state. A move that changes nothing is none.
fn follow<M: Explored>(lab: &Lab, start: Start<'_, M>, state: &State<M>) -> Vec<Next<M>> {
    let (here, _) = fingerprints(lab, state);
    let all = possible(lab, state).into_iter().filter_map(|by| {
        let (after, deed) = make(lab, start, state, by)?;
        let (exact, least) = fingerprints(lab, &after);
        let broken = check(lab, state, by, &deed, &after);
        if exact == here && broken.is_empty() {
            return None;
        }
        let left = after.faults_left;
        Some(Next { by, exact: with_faults_left(exact, left), least: with_faults_left(least, left), broken, state: after })
    });
    all.collect()
}

impl Known {
    fn new<M: Explored>(lab: &Lab, first: &State<M>) -> Self {
        let (exact, least) = fingerprints(lab, first);
        let (exact, least) = (with_faults_left(exact, first.faults_left), with_faults_left(least, first.faults_left));
        let mut by_faults = vec![0; usize::from(lab.bounds.faults) + 1];
        if let Some(none) = by_faults.first_mut() {
            *none = 1;
        }
        Self {
            nodes: vec![Node { parent: 0, by: None, exact }],
            numbers: BTreeMap::from([(least, 0)]),
            merged: BTreeSet::new(),
            counts: Move::KINDS.map(|kind| Count { kind, transitions: 0, states: 0 }),
            by_faults,
            transitions: 0,
            limit_reached: false,
            broken: BTreeMap::new(),
        }
    }

    /// Takes note of a transition; the number of the state that it leads to, if that is new.
    fn take<M: Explored>(&mut self, lab: &Lab, parent: u32, before: &State<M>, next: &Next<M>) -> Option<u32> {
        self.transitions += 1;
        let mut unused = Count { kind: "", transitions: 0, states: 0 };
        let count = self.counts.get_mut(next.by.kind(before)).unwrap_or(&mut unused);
        count.transitions += 1;
        for broken in &next.broken {
            self.broken.entry(*broken).or_insert((0, parent, next.by)).0 += 1;
        }
        if let Some(known) = self.numbers.get(&next.least) {
            let is_another = self.nodes.get(*known as usize).is_some_and(|node| node.exact != next.exact);
            if is_another {
                self.merged.insert(next.exact);
            }
            return None;
        }
        let number = u32::try_from(self.nodes.len()).ok().filter(|number| *number < lab.bounds.limit);
        let Some(number) = number else {
            self.limit_reached = true;
            return None;
        };
        count.states += 1;
        if let Some(states) = self.by_faults.get_mut(usize::from(lab.bounds.faults - next.state.faults_left)) {
            *states += 1;
        }
        self.numbers.insert(next.least, number);
        self.nodes.push(Node { parent, by: Some(next.by), exact: next.exact });
        // What comes after a violation is told by nobody.
        next.broken.is_empty().then_some(number)
    }

    /// The moves from the first state to this one.
    fn way(&self, mut number: u32) -> Vec<Move> {
        let mut moves = Vec::new();
        while let Some(Node { parent, by: Some(by), .. }) = self.nodes.get(number as usize) {
            moves.push(*by);
            number = *parent;
        }
        moves.reverse();
        moves
    }

    fn report<M: Explored>(self, lab: &Lab, start: Start<'_, M>, first: &State<M>, depth: u32) -> Report {
        let violations = self.broken.iter().map(|(&broken, &(transitions, parent, by))| {
            let mut moves = self.way(parent);
            moves.push(by);
            Violation { broken, rule: broken.rule(), transitions, story: tell(lab, start, first, &moves) }
        });
        Report {
            violations: violations.collect(),
            states: self.nodes.len() as u64,
            transitions: self.transitions,
            depth,
            merged: self.merged.len() as u64,
            by_faults: self.by_faults,
            moves: self.counts.into_iter().filter(|count| count.transitions > 0).collect(),
            asked: Broken::ALL.iter().map(|broken| broken.rule()).collect(),
            left_out: left_out(&lab.bounds, self.limit_reached),
            limit_reached: self.limit_reached,
        }
    }
}

/// What nobody looked at.
fn left_out(bounds: &Bounds, limit_reached: bool) -> Vec<String> {
    let mut out = Vec::new();
    if limit_reached {
        out.push(format!("everything behind {} states: the limit was reached", bounds.limit));
    }
    if !bounds.restores {
        out.push("restores".to_owned());
    }
    out.extend(
        [
            "edits and imports of the profile",
            "wait limits: a job waits until its copies have ended",
            "refusals of unlock and of resuming logs",
            "how far a copy has come: it has not begun or has ended",
        ]
        .map(str::to_owned),
    );
    if bounds.symmetry && bounds.pairs > 1 {
        out.push("states that are another one but for the order of pairs, as long as no job is at work".to_owned());
    }
    out
}
