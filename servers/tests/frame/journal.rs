//! The journal: what is there as a whole, what is cut, and what is refused.

use std::fs;
use std::path::Path;

use dasdlab_model::command::{Command, Issuer};
use dasdlab_model::event::Time;
use dasdlab_model::site::Site;
use dasdlab_servers::desk::{Entry, Journal};
use dasdlab_servers::journal::{FILE, JournalError, Line, State};
use dasdlab_servers::order::Order;

fn entry(number: u64) -> Entry {
    let command = Command::Unlock { profile: format!("P{number}").parse().unwrap() };
    let order = Order::Command { by: Issuer::Foreign("QA".to_owned()), command };
    Entry { number, at_ms: Time(number * 10), settle: false, order }
}

/// A journal of three orders in two batches.
fn written(folder: &Path) {
    let mut state = State::open(folder).unwrap();
    assert!(!state.read(|line| Err(format!("{line:?}"))).unwrap());
    state.begin(&Site::default()).unwrap();
    let mut journal = state.into_journal();
    journal.append(&[entry(1), entry(2)], Time(20), Time(1_020)).unwrap();
    // What has been written ahead covers this.
    journal.append(&[], Time(1_020), Time(2_020)).unwrap();
    journal.append(&[entry(3)], Time(1_021), Time(2_021)).unwrap();
    journal.close(Time(1_500)).unwrap();
}

/// What is read of the journal: the orders' numbers and the last instant.
fn read(folder: &Path) -> Result<(Vec<u64>, u64), String> {
    let (mut numbers, mut until) = (Vec::new(), 0);
    let mut state = State::open(folder).map_err(|error| error.to_string())?;
    let read = state.read(|line| {
        match line {
            Line::Begun { .. } => {}
            Line::Order(entry) => numbers.push(entry.number),
            Line::Until { until_ms } => until = until_ms.0,
        }
        Ok(())
    });
    read.map(|_| (numbers, until)).map_err(|error| error.to_string())
}

/// A journal after this edit of its lines reads like this.
#[track_caller]
fn check(edit: impl FnOnce(&mut Vec<String>), expected: Result<(&[u64], u64), &str>) {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let path = folder.path().join(FILE);
    let mut lines: Vec<String> = fs::read_to_string(&path).unwrap().split_inclusive('\n').map(str::to_owned).collect();
    edit(&mut lines);
    fs::write(&path, lines.concat()).unwrap();
    let said = read(folder.path());
    match (&said, expected) {
        (Ok((numbers, until)), Ok(expected)) => assert_eq!((numbers.as_slice(), *until), expected),
        (Err(message), Err(expected)) => assert!(message.contains(expected), "{message}"),
        _ => assert_eq!(said, expected.map(|(numbers, until)| (numbers.to_vec(), until)).map_err(str::to_owned)),
    }
    // What was cut stays cut.
    assert_eq!(read(folder.path()), said);
}

#[test]
fn what_was_written_is_read() {
    check(|_| {}, Ok((&[1, 2, 3], 1_500)));
}

#[test]
fn a_last_line_that_was_not_finished_is_cut() {
    check(
        |lines| {
            lines.pop();
            lines.last_mut().unwrap().pop();
        },
        Ok((&[1, 2, 3], 1_020)),
    );
    check(
        |lines| {
            lines.truncate(6);
            lines.last_mut().unwrap().truncate(30);
        },
        Ok((&[1, 2, 3], 1_020)),
    );
    check(
        |lines| {
            lines.truncate(3);
            lines.last_mut().unwrap().truncate(5);
        },
        Ok((&[1], 0)),
    );
}

#[test]
fn anything_else_that_is_wrong_is_refused_with_its_line() {
    let flip = |line: &mut String| *line = line.replace("P2", "P9");
    check(|lines| flip(&mut lines[2]), Err("line 3: the checksum does not fit"));
    check(
        |lines| {
            lines.remove(2);
        },
        Err("expected order 2"),
    );
    check(
        |lines| {
            lines.remove(0);
        },
        Err("line 1: expected the site as it was booted"),
    );
    check(|lines| lines[3] = "\n".to_owned(), Err("line 4: expected a checksum and an order"));
    check(
        |lines| {
            let first = lines[0].clone();
            lines.push(first);
        },
        Err("line 8: a second beginning"),
    );
}

#[test]
fn what_a_server_has_not_begun_to_write_is_left_as_it_is() {
    for (text, is_ours) in [
        (&b""[..], true),
        (b"0123", true),
        (b"0123456789abcdef {\"begun\":{\"ver", true),
        (b"mine", false),
        (b"0123456789abcdef {\"order", false),
        (&[0; 64], false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, text).unwrap();
        let read = State::open(folder.path()).unwrap().read(|_| Ok(()));
        assert_eq!(read.is_ok(), is_ours, "{text:?}: {read:?}");
        let left: &[u8] = if is_ours { b"" } else { text };
        assert_eq!(std::fs::read(&path).unwrap(), left);
    }
}

#[test]
fn one_server_at_a_time_has_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    let first = State::open(folder.path()).unwrap();
    assert!(matches!(State::open(folder.path()), Err(JournalError::InUse(_))));
    drop(first);
    State::open(folder.path()).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.path().join(FILE)).unwrap();
    let mut state = State::open(folder.path()).unwrap();
    assert!(matches!(state.begin(&Site::default()), Err(JournalError::Io { .. })));
    assert!(state.into_journal().append(&[entry(1)], Time(0), Time(0)).is_err());
}
