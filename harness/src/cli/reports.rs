//! `--report`: what came of a run, in files for other programs and for people.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::files::{self, Staged};
use super::pictures::PICTURES;
use super::{Context, Problem};
use crate::report::html::Html;
use crate::report::html::page::Page;
use crate::report::junit::Junit;
use crate::report::markdown::Markdown;
use crate::report::sarif::Sarif;
use crate::report::{Document, Reporter};
use crate::run::event::Event;

/// Which reports are written, and where.
#[derive(Debug, Args)]
pub struct Reports {
    /// Write a report into a file too: junit, sarif, markdown or html, as in html=out.html; may be given more than once
    ///
    /// The file appears whole at the end, also where the run is bad or was stopped; an existing one is replaced. One that
    /// cannot be written is refused before anything is run.
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Target>,
}

/// Where a page of HTML is written.
#[derive(Debug, Args)]
pub struct Pages {
    /// Write a page of HTML too, as in html=out.html
    ///
    /// The file appears whole at the end; an existing one is replaced. One that cannot be written is refused before
    /// anything is run.
    #[arg(long = "report", value_name = "html=PATH", value_parser = page)]
    page: Option<PathBuf>,
}

fn page(text: &str) -> Result<PathBuf, String> {
    match text.parse() {
        Ok(Target { format: Format::Html, path }) => Ok(path),
        _ => Err("expected html and a file, as in html=out.html".to_owned()),
    }
}

impl Pages {
    /// Refuses a file that cannot be written.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(&self) -> Result<(), Problem> {
        self.page.as_deref().map_or(Ok(()), files::writable)
    }

    /// Writes the page, where one is asked for.
    ///
    /// # Errors
    /// It cannot be written any more.
    pub fn write(&self, ctx: &Context, make: impl FnOnce() -> Page) -> Result<(), Problem> {
        let Some(path) = &self.page else { return Ok(()) };
        let file = Staged::with(path, |file| {
            let mut out = BufWriter::new(file);
            make().write(&mut out)?;
            out.flush()
        })?;
        let note = format!("{} is written", file.path().display());
        file.put()?;
        ctx.note(&note);
        Ok(())
    }
}

/// A report and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    format: Format,
    path: PathBuf,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Junit,
    Sarif,
    Markdown,
    Html,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').unwrap_or((text, ""));
        let format = match format {
            "junit" => Format::Junit,
            "sarif" => Format::Sarif,
            "markdown" => Format::Markdown,
            "html" => Format::Html,
            _ => return Err("expected junit, sarif, markdown or html, and a file, as in junit=out.xml".to_owned()),
        };
        if path.is_empty() {
            Err("expected a file, as in junit=out.xml".to_owned())
        } else {
            Ok(Self { format, path: path.into() })
        }
    }
}

impl Format {
    fn document(self) -> Box<dyn Document> {
        match self {
            Self::Junit => Box::new(Junit::default()),
            Self::Sarif => Box::new(Sarif::default()),
            Self::Markdown => Box::new(Markdown::default()),
            Self::Html => Box::new(Html::with(PICTURES)),
        }
    }
}

impl Reports {
    /// Reports of which nothing is written yet.
    ///
    /// # Errors
    /// A file cannot be written, or is written twice or for something else too.
    pub fn open(&self, other: Option<&Path>) -> Result<Files, Problem> {
        let mut taken: Vec<PathBuf> = other.map(files::place).into_iter().collect();
        for Target { path, .. } in &self.reports {
            files::writable(path)?;
            let place = files::place(path);
            if taken.contains(&place) {
                return Err(Problem::usage("would be written twice").file(path).help("give each report a file of its own"));
            }
            taken.push(place);
        }
        let files = self.reports.iter().map(|target| (target.path.clone(), target.format.document()));
        Ok(Files { files: files.collect(), finished: false })
    }
}

/// Reports that gather what they are told until they are written.
pub struct Files {
    files: Vec<(PathBuf, Box<dyn Document>)>,
    /// Whether they were told how the run ended.
    finished: bool,
}

impl Files {
    /// Writes all of them, or none where one cannot be written out.
    ///
    /// # Errors
    /// A file cannot be written any more.
    pub fn write(&self, ctx: &Context) -> Result<(), Problem> {
        if !self.finished {
            let names = self.files.iter().map(|(path, _)| path.display());
            names.for_each(|name| ctx.note(&format!("note: nobody read the run to its end: {name} is not written")));
            return Ok(());
        }
        let mut staged = Vec::new();
        for (path, document) in &self.files {
            staged.push(Staged::with(path, |file| {
                let mut out = BufWriter::new(file);
                document.write(&mut out)?;
                out.flush()
            })?);
        }
        for file in staged {
            let note = format!("{} is written", file.path().display());
            file.put()?;
            ctx.note(&note);
        }
        Ok(())
    }
}

impl Reporter for Files {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.finished |= matches!(event, Event::RunFinished(_));
        self.files.iter_mut().try_for_each(|(_, document)| document.event(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(Format, &str)>) {
        let expected = expected.map(|(format, path)| Target { format, path: path.into() });
        assert_eq!(text.parse::<Target>().ok(), expected, "{text}");
    }

    #[test]
    fn a_report_is_a_format_and_a_file() {
        check("junit=a.xml", Some((Format::Junit, "a.xml")));
        check("sarif=a=b", Some((Format::Sarif, "a=b")));
        check("markdown=/x/y", Some((Format::Markdown, "/x/y")));
        check("junit=", None);
        check("junit", None);
        check("html=a", Some((Format::Html, "a")));
        check("pdf=a", None);
        check("", None);
    }
}
