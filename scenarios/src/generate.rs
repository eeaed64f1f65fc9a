//! From a token to a scenario: a clean world, defects in it, and what must be found.

use std::sync::LazyLock;

use dasdlab_model::declare::declare;
use dasdlab_model::finding::Side;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::{ExpectedFinding, Scenario};
use dasdlab_model::site::FORMAT;
use dasdlab_model::states::Method;

use crate::clean::{self, Needs, Shape};
use crate::defects::{self, Company, Defect};
use crate::draft::Draft;
use crate::factors::constraints::OfDefect;
use crate::factors::{self, Factors, Status};
use crate::rng::Rng;
use crate::steer::{self, Wanted};
use crate::token::{Mode, Token};

/// A generated scenario, and what was planted in it.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The scenario, its expectation filled where it is directed.
    pub scenario: Scenario,
    /// The defects in the order in which they were planted; one that is left out is listed, with its findings.
    pub planted: Vec<Planted>,
    /// Findings, good to know at most, that the world has without any defect.
    pub known: Vec<ExpectedFinding>,
    /// The factors of its site; none where nothing is planted by plan, or nothing is left to measure.
    pub factors: Option<Factors>,
    /// What its site declares, where that had to be known to measure it.
    pub declared: Option<Observation>,
    /// Which of the worlds that were drawn it is made of.
    world: u32,
    /// That world before anything was planted.
    clean: Option<Box<Clean>>,
}

/// A world in which nothing is planted yet, and its shape.
#[derive(Debug, Clone)]
struct Clean {
    shape: Shape,
    draft: Draft,
}

impl Generated {
    /// A scenario in which nothing is planted by plan.
    fn unplanned(scenario: Scenario) -> Self {
        Self { scenario, planted: Vec::new(), known: Vec::new(), factors: None, declared: None, world: 0, clean: None }
    }
}

/// A defect that was planted.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Its name.
    pub name: &'static str,
    /// The reasons of its findings, each with its side, ascending.
    pub keys: Vec<(Reason, Option<Side>)>,
    /// Every finding that it causes.
    pub findings: Vec<ExpectedFinding>,
}

/// The most defects of one scenario.
const MOST_DEFECTS: u64 = 4;
/// Worlds that are drawn at most until one has a place for the defect that was asked for.
const MOST_WORLDS: u32 = 16;
/// Worlds that are drawn at most until one is in the setting that was asked for.
const MOST_AIMED: u32 = 5;
/// Defects that are tried at most until one finds a place.
const MOST_TRIES: u32 = 8;

/// No scenario could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// None of the worlds that were drawn has a place for what the token asks for.
    #[error("none of {MOST_WORLDS} worlds has a place for what {0} asks for")]
    NoPlace(String),
    /// The token leaves out a defect that the scenario does not have.
    #[error("{token} leaves out defect {ordinal}: the scenario has {planted}, counted from 0")]
    Without {
        /// The token.
        token: String,
        /// The defect that it leaves out.
        ordinal: usize,
        /// How many there are.
        planted: usize,
    },
}

/// The scenario that a token names.
///
/// # Errors
/// The token leaves out a defect that is not there; or no world has a place for the defect that is asked for, but no
/// defect of this release is like that.
pub fn generate(token: &Token) -> Result<Generated, GenerateError> {
    match token.mode() {
        Mode::Directed => directed(token, |worlds| worlds.plan(token)),
        Mode::Undirected => Ok(Generated::unplanned(Scenario {
            id: token.to_string(),
            token: Some(token.to_string()),
            ..crate::undirected::undirected(token.seed(), token.index())
        })),
        Mode::Story => {
            let name = token.to_string();
            let scenario = crate::stories::story(token.seed(), token.index(), token.aim(), token.method(), &name)
                .ok_or(GenerateError::NoPlace(name))?;
            Ok(Generated::unplanned(scenario))
        }
    }
}

/// The same scenario without one of its defects: what the token that leaves it out generates, without looking for its
/// world again.
///
/// # Errors
/// The scenario does not have so many defects.
pub fn counterpart(whole: &Generated, token: &Token, ordinal: usize) -> Result<Generated, GenerateError> {
    let without = token.clone().without(ordinal);
    let planted = whole.planted.len();
    if ordinal >= planted {
        return Err(GenerateError::Without { token: without.to_string(), ordinal, planted });
    }
    let worlds = Worlds::of(token);
    let plan = worlds.plan(token);
    let clean = whole.clean.as_deref().cloned();
    let built = match clean {
        Some(clean) => worlds.plant(whole.world, clean, Some(ordinal), &without, &plan),
        None => worlds.build(whole.world, Some(ordinal), &without, &plan),
    };
    built.ok_or_else(|| GenerateError::NoPlace(without.to_string()))
}

/// The worlds that are drawn for a token.
struct Worlds(Rng);

impl Worlds {
    fn of(token: &Token) -> Self {
        Self(Rng::new(token.seed()).child("directed").child(&token.index().to_string()))
    }

    fn plan(&self, token: &Token) -> Plan {
        Plan::new(token, &mut self.0.child("plan"))
    }

    fn world(&self, world: u32) -> Rng {
        self.0.child(&format!("world {world}"))
    }

    fn build(&self, world: u32, left_out: Option<usize>, token: &Token, plan: &Plan) -> Option<Generated> {
        let rng = self.world(world);
        let needs = plan.first.map_or(Needs::ANY, |defect| defect.needs);
        let shape = Shape::draw(&needs, &plan.wanted, &mut rng.child("shape"));
        let draft = clean::build(&shape, &rng)?;
        self.plant(world, Clean { shape, draft }, left_out, token, plan)
    }

    /// Plants the plan in a clean world that was built before.
    fn plant(&self, world: u32, clean: Clean, left_out: Option<usize>, token: &Token, plan: &Plan) -> Option<Generated> {
        let built = build(left_out, token, plan, &clean, &self.world(world))?;
        Some(Generated { world, clean: Some(Box::new(clean)), ..built })
    }
}

fn directed(token: &Token, plan: impl FnOnce(&Worlds) -> Plan) -> Result<Generated, GenerateError> {
    let worlds = Worlds::of(token);
    let plan = plan(&worlds);
    let mut fallback = None;
    let mut found = None;
    for world in 0..MOST_WORLDS {
        // What is left out must not decide which world is taken.
        let Some(built) = worlds.build(world, None, token, &plan) else { continue };
        if built.factors.as_ref().is_none_or(|factors| plan.wanted.met_by(&factors.setting)) || plan.wanted.is_any() {
            found = Some(built);
            break;
        }
        fallback.get_or_insert(built);
        if world + 1 >= MOST_AIMED {
            break;
        }
    }
    let whole = found.or(fallback).ok_or_else(|| GenerateError::NoPlace(token.to_string()))?;
    let planted = whole.planted.len();
    match token.left_out() {
        None => Ok(whole),
        Some(ordinal) if ordinal >= planted => Err(GenerateError::Without { token: token.to_string(), ordinal, planted }),
        left_out => worlds.build(whole.world, left_out, token, &plan).ok_or_else(|| GenerateError::NoPlace(token.to_string())),
    }
}

/// Which defects a scenario gets, and in what setting.
struct Plan {
    /// The one that it is made for.
    first: Option<&'static Defect>,
    /// How many more.
    more: u64,
    wanted: Wanted,
}

impl Plan {
    fn new(token: &Token, rng: &mut Rng) -> Self {
        let wanted = token.wanted();
        let allowed = |defect: &&'static Defect| wanted.method.is_none_or(|method| defect.needs.allows(method));
        match token.only() {
            Some(only) if only.is_none() => return Self { first: None, more: 0, wanted },
            Some(only) => {
                let matching: Vec<_> = only.matching().into_iter().filter(allowed).collect();
                let first = matching.get((token.index() % matching.len().max(1) as u64) as usize).copied();
                return Self { first, more: 0, wanted };
            }
            None => {}
        }
        let more = rng.below(MOST_DEFECTS);
        let (first, turn) = match (token.index() / CYCLE, token.index() % CYCLE) {
            (cycle, nth) if nth + 1 == CYCLE => (None, cycle),
            (cycle, nth) => {
                let all = rotation(wanted.method);
                let turn = cycle * (CYCLE - 1) + nth;
                let count = all.len().max(1) as u64;
                (all.get((turn % count) as usize).copied(), turn / count)
            }
        };
        let more = if first.is_some() { more } else { 0 };
        Self { first, more, wanted: wanted.or(row(first, wanted.method, turn)) }
    }
}

/// Of so many scenarios the last is a clean world.
const CYCLE: u64 = 8;

/// Every defect in turn: first one of each reason, near misses of a rule counting as one, then another one of each.
fn rotation(method: Option<Method>) -> Vec<&'static Defect> {
    let mut all: Vec<(usize, &'static Defect)> = Vec::new();
    for rule in defects::ALL {
        for group in rule.chunk_by(|a, b| a.shows == b.shows) {
            let allowed = group.iter().filter(|defect| method.is_none_or(|method| defect.needs.allows(method)));
            all.extend(allowed.enumerate());
        }
    }
    all.sort_by_key(|&(nth, _)| nth);
    all.into_iter().map(|(_, defect)| defect).collect()
}

/// The setting in which a defect, or none, is planted this time.
fn row(defect: Option<&Defect>, method: Option<Method>, turn: u64) -> Wanted {
    let code = match defect {
        None => Some(0),
        Some(defect) => factors::defect_code(defect.name),
    };
    let rows: Vec<_> = code.map(steer::rows).unwrap_or_default().iter().collect();
    let rows: Vec<_> = rows.into_iter().filter(|row| method.is_none_or(|method| row.method == method)).collect();
    rows.get((turn % rows.len().max(1) as u64) as usize).map(|&&row| row.into()).unwrap_or_default()
}

/// Defects as they are planted one after the other.
struct Planting<'a> {
    shape: &'a Shape,
    rng: &'a Rng,
    left_out: Option<usize>,
    draft: Draft,
    planted: Vec<Planted>,
    /// What may be planted beside those that are there.
    company: Company,
}

impl Planting<'_> {
    /// Plants a defect; whether it found a place.
    fn plant(&mut self, defect: &'static Defect, rng: &mut Rng) -> bool {
        let mut edited = self.draft.clone();
        let Some(findings) = (defect.plant)(&mut edited, rng) else { return false };
        if self.left_out == Some(self.planted.len()) {
            self.draft.adopt_claims(edited);
        } else {
            self.draft = edited;
        }
        self.planted.push(Planted { name: defect.name, keys: keys(&findings), findings });
        true
    }

    fn stream(&self) -> Rng {
        self.rng.child(&format!("defect {}", self.planted.len()))
    }

    /// Plants one of these, where none of them is there and the world has a place.
    fn accompany(&mut self, names: &[&str]) {
        if names.is_empty() || self.planted.iter().any(|planted| names.contains(&planted.name)) {
            return;
        }
        let mut rng = self.stream();
        let mut fitting: Vec<_> =
            names.iter().filter_map(|name| defects::find(name)).filter(|defect| defect.needs.met_by(self.shape)).collect();
        rng.shuffle(&mut fitting);
        for defect in fitting {
            if self.plant(defect, &mut rng) {
                return;
            }
        }
    }

    /// Plants any other that fits and takes nothing from what is wanted.
    fn another(&mut self, wanted: &Wanted) {
        let mut rng = self.stream();
        let apart = |code: Option<usize>| {
            code.and_then(OfDefect::of).is_some_and(|constraints| !constraints.allows(&wanted.values(code)))
        };
        let fitting = |&&(defect, code): &&(&Defect, _)| fits(defect, self.shape, self.company, &self.planted) && !apart(code);
        let all: Vec<&'static Defect> = coded().iter().filter(fitting).map(|(defect, _)| *defect).collect();
        for _ in 0..MOST_TRIES {
            let Some(&defect) = rng.choose(&all) else { return };
            if self.plant(defect, &mut rng) {
                self.company = defect.company;
                return;
            }
        }
    }
}

/// All defects, each with the value of the factor defect that it is.
fn coded() -> &'static [(&'static Defect, Option<usize>)] {
    static CODED: LazyLock<Vec<(&'static Defect, Option<usize>)>> =
        LazyLock::new(|| defects::all().map(|defect| (defect, factors::defect_code(defect.name))).collect());
    &CODED
}

/// Plants the plan in a clean world; none where the defect that the scenario is made for finds no place.
fn build(left_out: Option<usize>, token: &Token, plan: &Plan, clean: &Clean, rng: &Rng) -> Option<Generated> {
    let (shape, draft) = (&clean.shape, clean.draft.clone());
    let mut planting = Planting { shape, rng, left_out, draft, planted: Vec::new(), company: Company::Any };
    if let Some(first) = plan.first {
        let mut rng = planting.stream();
        if !planting.plant(first, &mut rng) {
            return None;
        }
        planting.company = first.company;
        if first.company != Company::None || first.is_environment() {
            planting.accompany(plan.wanted.level.map_or(&[], steer::of_level));
            planting.accompany(plan.wanted.status.filter(|_| !is_clean_status(plan, shape)).map_or(&[], steer::of_status));
        }
        for _ in 0..plan.more {
            if planting.company == Company::None {
                break;
            }
            planting.another(&plan.wanted);
        }
    }
    let Planting { draft, planted, .. } = planting;
    Some(finish(left_out, token, draft, planted))
}

/// Whether a world of this shape has the status that is wanted without any defect.
fn is_clean_status(plan: &Plan, shape: &Shape) -> bool {
    plan.wanted.status == Some(Status::NotReady) && shape.method == Method::Bcv
}

fn fits(defect: &Defect, shape: &Shape, company: Company, planted: &[Planted]) -> bool {
    let company = match (planted.is_empty(), company, defect.company) {
        (true, ..) => true,
        (false, ours, theirs) => ours == theirs && theirs != Company::None,
    };
    company && defect.needs.met_by(shape)
}

fn keys(findings: &[ExpectedFinding]) -> Vec<(Reason, Option<Side>)> {
    let mut keys: Vec<_> = findings.iter().filter_map(defects::key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn finish(left_out: Option<usize>, token: &Token, mut draft: Draft, planted: Vec<Planted>) -> Generated {
    let known = std::mem::take(&mut draft.known);
    let there: Vec<&Planted> =
        planted.iter().enumerate().filter(|&(ordinal, _)| left_out != Some(ordinal)).map(|(_, planted)| planted).collect();
    let mut findings: Vec<ExpectedFinding> = there.iter().flat_map(|planted| planted.findings.iter().cloned()).collect();
    let environment = findings.iter().any(|finding| finding.code.starts_with("PS00"));
    if environment {
        // It stands alone, whatever else is wrong.
        findings.retain(|finding| finding.code.starts_with("PS00"));
    } else {
        findings.extend(known.iter().cloned());
    }
    let names: Vec<String> = there.iter().map(|planted| planted.name.to_owned()).collect();
    let title = if names.is_empty() { "a clean world".to_owned() } else { names.join(", ") };
    let scenario = Scenario {
        format: FORMAT,
        id: token.to_string(),
        title,
        why: String::new(),
        token: Some(token.to_string()),
        defects: names,
        profile: Some(draft.profile.name.clone()),
        expect: Some(draft.expectation(findings)),
        site: draft.into_site(String::new()),
        ..Scenario::default()
    };
    let declared = declare(&scenario.site).ok();
    let factors = declared.as_ref().and_then(|seen| factors::measure(&scenario, seen));
    Generated { scenario, planted, known, factors, declared, world: 0, clean: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defects::Shows;

    #[track_caller]
    fn declared(token: &Token) -> (Generated, Observation) {
        let generated = generate(token).unwrap();
        match declare(&generated.scenario.site) {
            Ok(observation) => (generated, observation),
            Err(faults) => {
                let faults: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
                panic!("{token}: {faults:#?}");
            }
        }
    }

    /// A stable hash of everything that a scenario is written as.
    fn digest(token: &Token) -> u64 {
        let text = serde_json::to_string(&generate(token).unwrap().scenario).unwrap();
        text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
    }

    #[test]
    fn every_generated_site_is_well_formed() {
        for index in 0..300 {
            declared(&Token::new(0, index));
            declared(&Token::undirected(0, index));
        }
    }

    #[test]
    fn a_counterpart_is_what_its_own_token_generates() {
        for index in 0..60 {
            let token = Token::new(0, index);
            let (whole, seen) = declared(&token);
            assert_eq!(whole.declared.as_ref(), Some(&seen), "{token}");
            for ordinal in 0..=whole.planted.len() {
                match (counterpart(&whole, &token, ordinal), generate(&token.clone().without(ordinal))) {
                    (Ok(made), Ok(found)) => {
                        assert_eq!(made.scenario, found.scenario, "{token} without {ordinal}");
                        assert_eq!((made.factors, made.declared), (found.factors, found.declared), "{token} without {ordinal}");
                    }
                    (made, found) => assert_eq!(made.err(), found.err(), "{token} without {ordinal}"),
                }
            }
        }
    }

    #[test]
    fn every_defect_can_be_planted_wherever_it_is_asked_for() {
        for defect in defects::all() {
            for index in 0..12 {
                let token = Token::new(5, index).restricted(defect.name.parse().ok(), None).unwrap();
                let (generated, _) = declared(&token);
                let names: Vec<_> = generated.planted.iter().map(|planted| planted.name).collect();
                assert_eq!(names, [defect.name], "{token}");
                let planted = &generated.planted[0];
                match defect.shows {
                    Shows::Key(reason, side) => assert!(planted.keys.contains(&(reason, side)), "{token}: {:?}", planted.keys),
                    Shows::NearMiss(rule) => {
                        assert!(planted.keys.iter().all(|(reason, _)| reason.rule() != rule), "{token}: {:?}", planted.keys);
                    }
                }
            }
        }
    }

    #[test]
    fn a_defect_that_no_world_has_a_place_for_is_an_error() {
        static NOWHERE: Defect = Defect {
            name: "PS05:offline/nowhere",
            shows: Shows::Key(Reason::Ps05Offline, None),
            needs: Needs::ANY,
            company: Company::Any,
            plant: |_, _| None,
        };
        let token = Token::new(0, 0);
        let error = directed(&token, |_| Plan { first: Some(&NOWHERE), more: 0, wanted: Wanted::default() }).unwrap_err();
        assert_eq!(error.to_string(), format!("none of 16 worlds has a place for what {token} asks for"));
    }

    #[test]
    fn only_a_defect_that_is_there_can_be_left_out() {
        for index in 0..16 {
            let token = Token::new(0, index);
            let planted = generate(&token).unwrap().planted.len();
            for ordinal in [planted, 999] {
                let token = token.clone().without(ordinal);
                let expected = GenerateError::Without { token: token.to_string(), ordinal, planted };
                assert_eq!(generate(&token).unwrap_err(), expected);
            }
        }
    }

    #[test]
    fn each_method_can_be_asked_for() {
        for &method in Method::ALL {
            for index in 0..40 {
                let token = Token::new(2, index).restricted(None, Some(method)).unwrap();
                let (generated, observation) = declared(&token);
                let name = generated.scenario.profile.unwrap();
                assert_eq!(observation.profile(&name).unwrap().method, method, "{token}");
            }
        }
    }

    #[test]
    fn expected_findings_are_of_the_table_and_no_two_are_alike() {
        for index in 0..400 {
            let token = Token::new(1, index);
            let mut findings = generate(&token).unwrap().scenario.expect.unwrap().findings;
            for finding in &findings {
                let (reason, _) = finding.parse().unwrap();
                assert_eq!(finding.subjects.len(), reason.info().subjects.len(), "{token}: {finding:?}");
            }
            let count = findings.len();
            findings.sort_by(|a, b| (&a.code, &a.reason, &a.subjects).cmp(&(&b.code, &b.reason, &b.subjects)));
            findings.dedup_by(|a, b| (&a.code, &a.reason, &a.subjects) == (&b.code, &b.reason, &b.subjects));
            assert_eq!(findings.len(), count, "{token}");
        }
    }

    #[test]
    fn expected_findings_are_about_things_of_the_site() {
        use dasdlab_model::finding::Subject;
        for index in 0..200 {
            let token = Token::new(3, index);
            let (generated, seen) = declared(&token);
            for finding in generated.scenario.expect.unwrap().findings {
                for subject in &finding.subjects {
                    let known = match subject {
                        Subject::Unit(unit) => {
                            seen.units.iter().any(|known| known.unit == *unit)
                                || seen.profiles.iter().any(|profile| {
                                    profile.sources.iter().any(|source| source.unit == *unit)
                                        || profile.targets.iter().any(|pair| pair.source == *unit || pair.target == *unit)
                                })
                        }
                        Subject::Volume(volume) => seen.volumes.iter().any(|known| known.id == *volume),
                        Subject::Array(serial) => seen.arrays.iter().any(|known| known.serial == *serial),
                        Subject::DataSet(name) => seen.data_sets.iter().any(|known| known.name == *name),
                        Subject::Catalog(name) => seen.catalogs.iter().any(|known| known.name == *name),
                        Subject::Profile(name) => {
                            seen.profile(name).is_some()
                                || seen.volumes.iter().any(|volume| volume.held_for.as_ref() == Some(name))
                        }
                        Subject::Generation(_) | Subject::Side(_) => true,
                    };
                    assert!(known, "{token}: {subject}");
                }
            }
        }
    }

    #[test]
    fn leaving_a_defect_out_leaves_the_others_where_they_are() {
        let mut left_out = 0;
        for index in 0..200 {
            let token = Token::new(4, index);
            let whole = generate(&token).unwrap();
            for ordinal in 0..whole.planted.len() {
                let (part, _) = declared(&token.clone().without(ordinal));
                left_out += 1;
                assert_eq!(part.planted.len(), whole.planted.len(), "{token}");
                for (nth, (a, b)) in whole.planted.iter().zip(&part.planted).enumerate() {
                    assert_eq!((a.name, &a.findings), (b.name, &b.findings), "{token} without {ordinal}: defect {nth}");
                }
                let expected = part.scenario.expect.unwrap();
                let gone = &whole.planted[ordinal].findings;
                assert!(gone.iter().all(|finding| !expected.findings.contains(finding)), "{token} without {ordinal}");
            }
        }
        assert!(left_out > 200, "{left_out}");
    }

    #[test]
    fn every_reason_is_planted_often_enough_in_a_default_run() {
        let mut keys: std::collections::BTreeMap<(Reason, Option<Side>), u32> = std::collections::BTreeMap::new();
        let mut clean = 0;
        for index in 0..2_000 {
            let generated = generate(&Token::new(0, index)).unwrap();
            clean += u32::from(generated.planted.is_empty());
            for key in generated.planted.iter().flat_map(|planted| &planted.keys) {
                *keys.entry(*key).or_default() += 1;
            }
        }
        assert_eq!(keys.len(), 81);
        // A fifth of a default run: twenty of each are asked for in the whole of it.
        assert!(keys.values().all(|&count| count >= 8), "{keys:?}");
        assert_eq!(clean, 250);
    }

    #[test]
    fn a_clean_world_has_nothing_worse_than_good_to_know() {
        for index in (7..800).step_by(8) {
            let expected = generate(&Token::new(9, index)).unwrap().scenario.expect.unwrap();
            assert_eq!(expected.return_code, 0);
            assert!(expected.findings.iter().all(|finding| finding.code.ends_with('I')));
        }
    }

    #[test]
    fn the_first_scenarios_of_this_version_are_the_same_for_ever() {
        let digests: Vec<String> = (0..3).map(|index| format!("{:016x}", digest(&Token::new(0, index)))).collect();
        assert_eq!(digests, ["92a4ffabea87bf31", "9728722aa3e42a93", "52101a750650d62e"]);
    }
}
