//! The journal of a server in a directory: the site as it was booted, and every order since.
//!
//! One line each: sixteen hexadecimal digits of a checksum, a space, JSON. The first line is the site. A line is either
//! there as a whole or it is the last one and was never acknowledged; anything else that is wrong is refused. A line
//! `until_ms` says how far time had come, or at most can have been seen to come, since the last order.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use dasdlab_model::event::Time;
use dasdlab_model::site::Site;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::desk::{Entry, Journal};

/// The version of the journal's form.
pub const VERSION: u32 = 1;

/// The name of the journal in its directory.
pub const FILE: &str = "journal";

/// The name of the file that one server at a time has locked.
const LOCK: &str = "lock";

/// The longest line, in bytes: a site, and no more than can come in one request.
pub const MAX_LINE: usize = 2 * crate::limits::MAX_SITE;

/// What is said of a file that holds something else.
const NO_JOURNAL: &str = "is not what a server has begun to write: expected a journal, or an empty directory to begin one in";

/// The digits of a checksum and the space behind them.
const SUM: usize = 17;

/// Keeps nothing: the world ends with the server.
#[derive(Debug, Clone, Copy, Default)]
pub struct InMemory;

impl Journal for InMemory {
    fn append(&mut self, _: &[Entry], _: Time, _: Time) -> io::Result<()> {
        Ok(())
    }

    fn close(&mut self, _: Time) -> io::Result<()> {
        Ok(())
    }
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another server has it.
    #[error("is in use by another server: expected a directory of this one alone")]
    InUse(PathBuf),
    /// Something else is there already.
    #[error("is {found}: expected {expected}")]
    Other {
        /// The file or the directory.
        file: PathBuf,
        /// What is there.
        found: &'static str,
        /// What should be there.
        expected: &'static str,
    },
    /// A line is damaged.
    #[error("line {line}: {message}")]
    Damaged {
        /// The journal.
        file: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong, and what was expected.
        message: String,
    },
    /// The disk does not do it.
    #[error("cannot be used: {error}")]
    Io {
        /// The file or the directory.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl JournalError {
    /// The file or the directory that it is about.
    #[must_use]
    pub fn file(&self) -> &Path {
        match self {
            Self::InUse(file) | Self::Other { file, .. } | Self::Damaged { file, .. } | Self::Io { file, .. } => file,
        }
    }
}

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first one.
    Begun {
        /// The version of the form.
        version: u32,
        /// The site as it was booted.
        site: Box<Site>,
    },
    /// An order.
    Order(Box<Entry>),
    /// How far time has come, or can have been seen to come, since the last order.
    Until {
        /// The instant.
        until_ms: Time,
    },
}

/// The directory of a server, locked for this process.
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    file: File,
    /// Locked as long as it is open.
    _lock: File,
}

impl State {
    /// Opens a directory, which is made where there is none, and locks it.
    ///
    /// # Errors
    /// Another server has it, something else is in the place of the directory or of a file of it, or the disk does not do it.
    pub fn open(directory: &Path) -> Result<Self, JournalError> {
        let io = |file: &Path| {
            let file = file.to_owned();
            move |error| JournalError::Io { file, error }
        };
        let (lock, path) = (directory.join(LOCK), directory.join(FILE));
        free_for(directory, fs::Metadata::is_dir, "a directory to keep every order in, or none yet")?;
        for file in [&lock, &path] {
            free_for(file, |there| !there.is_dir(), "a file of a server, or none yet")?;
        }
        fs::create_dir_all(directory).map_err(io(directory))?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let locked = options.open(&lock).map_err(io(&lock))?;
        match locked.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(directory.to_owned())),
            Err(TryLockError::Error(error)) => return Err(io(&lock)(error)),
        }
        let file = options.open(&path).map_err(io(&path))?;
        // The names of the files must outlive a crash as well.
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(io(directory))?;
        Ok(Self { path, file, _lock: locked })
    }

    /// Reads the journal from its first line. A last line that was not finished is cut off: it was never acknowledged.
    /// Nothing is given where nothing was begun.
    ///
    /// # Errors
    /// A line is damaged, or `take` says what is wrong with it.
    pub fn read(&mut self, mut take: impl FnMut(Line) -> Result<(), String>) -> Result<bool, JournalError> {
        let damaged = |line, message: String| JournalError::Damaged { file: self.path.clone(), line, message };
        let io = |error| JournalError::Io { file: self.path.clone(), error };
        self.file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut reader = BufReader::new(&self.file);
        let (mut text, mut number, mut good, mut orders) = (Vec::new(), 0_u64, 0_u64, 0_u64);
        loop {
            text.clear();
            let length = io::Read::take(&mut reader, MAX_LINE as u64 + 1).read_until(b'\n', &mut text).map_err(io)?;
            if length == 0 {
                return Ok(number > 0);
            }
            if length > MAX_LINE {
                return Err(damaged(number + 1, format!("expected {MAX_LINE} bytes at most")));
            }
            if text.pop_if(|last| *last == b'\n').is_none() {
                // Of what this program began to write all is known but how far it came.
                if number == 0 && !begins(&text) {
                    return Err(damaged(1, NO_JOURNAL.to_owned()));
                }
                break;
            }
            number += 1;
            let line = decoded(&text).map_err(|message| damaged(number, message))?;
            match &line {
                Line::Begun { version, .. } if number == 1 && *version == VERSION => {}
                Line::Begun { version, .. } if number == 1 => {
                    return Err(damaged(number, format!("version {version}: expected {VERSION}")));
                }
                Line::Begun { .. } => return Err(damaged(number, "a second beginning: expected an order".to_owned())),
                _ if number == 1 => return Err(damaged(number, "expected the site as it was booted".to_owned())),
                Line::Order(entry) if entry.number != orders + 1 => {
                    return Err(damaged(number, format!("order {}: expected order {}", entry.number, orders + 1)));
                }
                Line::Order(_) => orders += 1,
                Line::Until { .. } => {}
            }
            take(line).map_err(|message| damaged(number, message))?;
            good += length as u64;
        }
        self.file.set_len(good).and_then(|()| self.file.sync_all()).map_err(io)?;
        Ok(number > 0)
    }

    /// Begins a journal that has no line yet.
    ///
    /// # Errors
    /// The disk does not do it.
    pub fn begin(&mut self, site: &Site) -> Result<(), JournalError> {
        let mut text = Vec::new();
        encode(&Line::Begun { version: VERSION, site: Box::new(site.clone()) }, &mut text)
            .and_then(|()| self.file.write_all(&text))
            .and_then(|()| self.file.sync_all())
            .map_err(|error| JournalError::Io { file: self.path.clone(), error })
    }

    /// The journal, to be gone on with.
    #[must_use]
    pub fn into_journal(self) -> Kept {
        Kept { state: self, until: Time(0), text: Vec::new() }
    }
}

/// A journal in a directory.
#[derive(Debug)]
pub struct Kept {
    state: State,
    /// How far time has been written.
    until: Time,
    text: Vec<u8>,
}

impl Kept {
    fn write(&mut self) -> io::Result<()> {
        self.state.file.write_all(&self.text)?;
        self.state.file.sync_data()
    }
}

impl Journal for Kept {
    fn append(&mut self, entries: &[Entry], shown: Time, ahead: Time) -> io::Result<()> {
        if entries.is_empty() && shown <= self.until {
            return Ok(());
        }
        self.text.clear();
        for entry in entries {
            encode(&Line::Order(Box::new(entry.clone())), &mut self.text)?;
        }
        encode(&Line::Until { until_ms: ahead }, &mut self.text)?;
        self.write()?;
        self.until = ahead;
        Ok(())
    }

    fn close(&mut self, now: Time) -> io::Result<()> {
        self.text.clear();
        encode(&Line::Until { until_ms: now }, &mut self.text)?;
        self.write()
    }
}

/// Refuses what is there and is no such thing; what is not there can be made.
fn free_for(path: &Path, fits: impl Fn(&fs::Metadata) -> bool, expected: &'static str) -> Result<(), JournalError> {
    match fs::metadata(path) {
        Ok(there) if !fits(&there) => {
            let found = match &there {
                there if there.is_dir() => "a folder",
                there if there.is_file() => "a file",
                _ => "a device or a pipe",
            };
            Err(JournalError::Other { file: path.to_owned(), found, expected })
        }
        // Making it says why where it is not merely absent.
        _ => Ok(()),
    }
}

/// Writes a line with its checksum.
fn encode(line: &Line, text: &mut Vec<u8>) -> io::Result<()> {
    let json = serde_json::to_vec(line)?;
    write!(text, "{:016x} ", xxh3_64(&json))?;
    text.extend_from_slice(&json);
    text.push(b'\n');
    Ok(())
}

/// Whether the first line of a journal could begin like this.
fn begins(text: &[u8]) -> bool {
    const BEGUN: &[u8] = b" {\"begun\":";
    let (sum, rest) = text.split_at(text.len().min(SUM - 1));
    let is_hex = sum.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    is_hex && rest.iter().zip(BEGUN).all(|(found, expected)| found == expected)
}

fn decoded(text: &[u8]) -> Result<Line, String> {
    let (sum, json) = text.split_at_checked(SUM).ok_or_else(|| "expected a checksum and an order".to_owned())?;
    let expected = format!("{:016x} ", xxh3_64(json));
    if sum != expected.as_bytes() {
        return Err("the checksum does not fit: expected the line as it was written".to_owned());
    }
    serde_json::from_slice(json).map_err(|error| error.to_string())
}
