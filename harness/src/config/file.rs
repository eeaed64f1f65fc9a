//! Reads a file of settings.

use std::collections::BTreeMap;
use std::path::Path;

use dasdlab_model::read::{self, Encoding, ReadError};
use serde::Deserialize;
use toml::Spanned;

use super::{ConfigFile, Origin, Preset, Setting, Value};

/// The form of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    format: Option<Spanned<toml::Value>>,
    #[serde(default)]
    run: Table,
    #[serde(default)]
    preset: BTreeMap<String, Table>,
}

type Table = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

/// What a preset is for; every other key is an option.
const ABOUT: &str = "about";

/// Reads a file.
///
/// # Errors
/// It cannot be read, or the first thing that is wrong with its form.
pub(super) fn read(path: &Path) -> Result<ConfigFile, ReadError> {
    parse(Some(&path.display().to_string()), &read::load_text(path)?)
}

/// Reads a text; one without a file is built in.
///
/// # Errors
/// The first thing that is wrong with its form.
pub(super) fn parse(file: Option<&str>, text: &str) -> Result<ConfigFile, ReadError> {
    let reader = Reader { file, text };
    let form: Form = read::decode(reader.name(), text, Encoding::Toml)?;
    match form.format.as_ref().map(|format| (format.get_ref(), format.span().start)) {
        None | Some((toml::Value::Integer(1), _)) => {}
        Some((other, at)) => return Err(reader.error(at, format!("format {other} is not known: expected 1"))),
    }
    let preset = |(name, mut table): (String, Table)| {
        let about = table.keys().find(|key| key.get_ref() == ABOUT).cloned();
        let about = match about.and_then(|key| table.remove(&key)) {
            None => String::new(),
            Some(about) => match about.get_ref().as_str() {
                Some(text) => text.to_owned(),
                None => return Err(reader.error(about.span().start, "expected a text".to_owned())),
            },
        };
        let settings = reader.settings(&format!("preset.{name}"), table)?;
        Ok((name, Preset { about, settings }))
    };
    Ok(ConfigFile {
        presets: form.preset.into_iter().map(preset).collect::<Result<_, _>>()?,
        run: reader.settings("run", form.run)?,
    })
}

/// A text and where it comes from.
struct Reader<'a> {
    file: Option<&'a str>,
    text: &'a str,
}

impl Reader<'_> {
    fn name(&self) -> &str {
        self.file.unwrap_or("built in")
    }

    fn error(&self, offset: usize, message: String) -> ReadError {
        ReadError::at(self.name(), self.text, offset, message)
    }

    /// The settings of a table in the order of the file.
    fn settings(&self, table: &str, entries: Table) -> Result<Vec<Setting>, ReadError> {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let setting = |(key, value): (Spanned<String>, Spanned<toml::Value>)| {
            // The place of the key, put together as an error's place is.
            let place = self.error(key.span().start, String::new());
            let origin = Origin {
                table: table.to_owned(),
                file: self.file.map(str::to_owned),
                line: place.line,
                column: place.column,
                text: place.source_line.unwrap_or_default(),
            };
            // A table within a line of headers has no place of its own.
            let at = value.span().start.max(key.span().start);
            let value = one_or_many(value.into_inner()).ok_or_else(|| {
                self.error(at, "expected a number, a text, true, false, or a list of numbers and texts".to_owned())
            })?;
            Ok(Setting { option: key.into_inner(), value, origin })
        };
        entries.into_iter().map(setting).collect()
    }
}

fn one_or_many(value: toml::Value) -> Option<Value> {
    match value {
        toml::Value::Boolean(on) => Some(Value::Switch(on)),
        toml::Value::Array(values) => values.into_iter().map(word).collect::<Option<_>>().map(Value::Many),
        other => word(other).map(Value::One),
    }
}

/// A number or a text as a command line has it.
fn word(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, line: usize, column: usize, message: &str) {
        let error = parse(Some("dasdlab.toml"), text).unwrap_err();
        assert_eq!((error.line, error.column, error.message.as_str()), (line, column, message));
    }

    #[test]
    fn what_is_no_setting_is_refused_with_its_place() {
        let kinds = "expected a number, a text, true, false, or a list of numbers and texts";
        check("[run]\nthreads = 1.5\n", 2, 11, kinds);
        check("[preset.x]\nreport = [true]\n", 2, 10, kinds);
        check("[preset.x.y]\nz = 1\n", 1, 11, kinds);
        check("[preset.x]\nabout = 1\n", 2, 9, "expected a text");
        check("format = 2\n", 1, 10, "format 2 is not known: expected 1");
        check("[runs]\n", 1, 2, "unknown field `runs`, expected one of `format`, `run`, `preset`");
    }

    #[test]
    fn a_setting_knows_its_line() {
        let config = parse(Some("mine.toml"), "# first\n[run]\nthreads = 4\n").unwrap();
        let [setting] = config.run.as_slice() else { panic!("{config:?}") };
        assert_eq!(setting.origin.to_string(), "[run] in mine.toml:3");
        assert_eq!(setting.value, Value::One("4".to_owned()));
    }
}
