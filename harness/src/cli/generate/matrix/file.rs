//! The file of a matrix: its dimensions as lists of words.

use std::path::Path;

use dasdlab_model::declare::nearest;
use dasdlab_model::observation::Observation;
use dasdlab_model::read::{self, Encoding, ReadError};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::Method;
use dasdlab_model::story::{Phase, What};
use dasdlab_scenarios::matrix::{MOST_GENERATIONS, MOST_PAIRS, Matrix, Place};
use serde::Deserialize;
use toml::Spanned;

use crate::cli::{Problem, load};

/// A dimension as it is written.
type List<T> = Spanned<Vec<Spanned<T>>>;

/// What the file says; a dimension that is left out has its full length.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Option<Spanned<i64>>,
    faults: Option<List<String>>,
    phases: Option<List<String>>,
    places: Option<List<String>>,
    methods: Option<List<String>>,
    generations: Option<List<i64>>,
    pairs: Option<Spanned<i64>>,
}

/// The matrix of a file. For a scenario that is varied, method and generations are its profile's where the file does not
/// say; its pairs are as many as it has.
///
/// # Errors
/// The file cannot be read, or the first thing that is wrong with it.
pub(super) fn read(path: &Path, like: Option<(&Scenario, &Observation)>) -> Result<Matrix, Problem> {
    let name = path.display().to_string();
    if Encoding::of(path).map_err(|error| load::problem(&error))? != Encoding::Toml {
        return Err(Problem::usage("a matrix is written in TOML: expected a file that ends with .toml").file(path));
    }
    let text = read::load_text(path).map_err(|error| load::problem(&error))?;
    let file: File = read::decode(&name, &text, Encoding::Toml).map_err(|error| load::problem(&error))?;
    let mut matrix = Matrix::full();
    if let Some((scenario, seen)) = like {
        let own = crate::judge::profile(scenario).map_err(Problem::usage)?;
        if let Some(profile) = seen.profile(&own) {
            matrix.methods = vec![profile.method];
            matrix.generations = vec![profile.generations];
        }
    }
    let within = |(offset, message): Wrong| load::problem(&ReadError::at(&name, &text, offset, message));
    file.fill(&mut matrix).map_err(within)?;
    Ok(matrix)
}

/// Where in the file, and what is wrong there.
type Wrong = (usize, String);

impl File {
    fn fill(self, matrix: &mut Matrix) -> Result<(), Wrong> {
        if let Some(format) = self.format.filter(|format| *format.get_ref() != 1) {
            let message = format!("format {} of a matrix is not known: expected 1", format.get_ref());
            return Err((format.span().start, message));
        }
        list(&mut matrix.faults, self.faults, |text: &String| word("fault", text, What::WORDS))?;
        list(&mut matrix.phases, self.phases, |text| word("phase", text, Phase::ALL.iter().copied()))?;
        list(&mut matrix.places, self.places, |text| word("place", text, Place::ALL))?;
        list(&mut matrix.methods, self.methods, |text| word("method", text, Method::ALL.iter().copied()))?;
        list(&mut matrix.generations, self.generations, |&found| {
            number("generations", found, u32::from(MOST_GENERATIONS))
                .and_then(|number| u8::try_from(number).map_err(|error| error.to_string()))
        })?;
        if let Some(pairs) = self.pairs {
            matrix.pairs = number("pairs", *pairs.get_ref(), MOST_PAIRS).map_err(|message| (pairs.span().start, message))?;
        }
        Ok(())
    }
}

/// Reads a dimension, if it is written: values of which each stands once, one at least.
fn list<T, V: PartialEq>(
    into: &mut Vec<V>,
    written: Option<List<T>>,
    value: impl Fn(&T) -> Result<V, String>,
) -> Result<(), Wrong> {
    let Some(written) = written else { return Ok(()) };
    if written.get_ref().is_empty() {
        let message = "an empty dimension has no cells: expected a value, or no such list for all of them";
        return Err((written.span().start, message.to_owned()));
    }
    into.clear();
    for entry in written.get_ref() {
        let wrong = |message| (entry.span().start, message);
        let value = value(entry.get_ref()).map_err(wrong)?;
        if into.contains(&value) {
            return Err(wrong("this stands in the list already: expected each value once".to_owned()));
        }
        into.push(value);
    }
    Ok(())
}

/// The value that a word stands for, or what it may have been meant for.
fn word<V: ToString>(what: &str, word: &str, all: impl IntoIterator<Item = V>) -> Result<V, String> {
    let mut all: Vec<V> = all.into_iter().collect();
    if let Some(at) = all.iter().position(|value| value.to_string() == word) {
        return Ok(all.swap_remove(at));
    }
    let known: Vec<String> = all.iter().map(V::to_string).collect();
    let hint = nearest(word, &known)
        .map_or_else(|| format!("expected one of {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    let shown: String = word.chars().take(60).collect();
    Err(format!("there is no {what} `{shown}`: {hint}"))
}

/// A whole number from 1.
fn number(what: &str, found: i64, most: u32) -> Result<u32, String> {
    let fits = u32::try_from(found).ok().filter(|number| (1..=most).contains(number));
    fits.ok_or_else(|| format!("{found} {what}: expected 1 to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, message: &str, line: usize, column: usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("matrix.toml");
        std::fs::write(&path, text).unwrap();
        let problem = read(&path, None).unwrap_err();
        assert!(problem.message.contains(message), "{text}: {}", problem.message);
        let place = problem.place.unwrap();
        assert_eq!((place.line, place.column), (line, column), "{text}");
    }

    #[test]
    fn a_bad_matrix_is_refused_with_its_place_and_what_was_meant() {
        check("faults = ['varry']", "there is no fault `varry`: did you mean `vary`?", 1, 11);
        check("faults = ['vary']\nphases = ['split', 'splitt']", "no phase `splitt`: did you mean `split`?", 2, 20);
        check("places = ['frist-pair']", "did you mean `first-pair`?", 1, 11);
        check("methods = ['tape']", "there is no method `tape`: expected one of flashcopy, bcv", 1, 12);
        check("generations = [1, 9]", "9 generations: expected 1 to 8", 1, 19);
        check("pairs = 0", "0 pairs: expected 1 to 100", 1, 9);
        check("format = 2", "format 2 of a matrix is not known", 1, 10);
        check("fault = ['vary']", "fault", 1, 1);
        check("faults = []", "an empty dimension has no cells", 1, 10);
        check("faults = ['vary', 'vary']", "this stands in the list already", 1, 19);
        check("faults = 'vary'", "expected a list", 1, 10);
    }
}
