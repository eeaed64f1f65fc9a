//! Lists that are longer than a page. They die with the server: a client that has lost one asks anew.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dasdlab_model::unit::SymmetrixDevice;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer::{Answered, Failure};
use super::query::Query;

/// The most rows of a page.
pub(crate) const MAX_PAGE: usize = 1_000;

/// The most iterators that are kept; the one used longest ago goes first.
pub(crate) const MAX_ITERATORS: usize = 64;

/// How long an iterator is kept that nobody uses.
pub(crate) const IDLE: Duration = Duration::from_secs(5 * 60);

/// What the rows of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// The numbers of volumes.
    Numbers,
    /// Volumes with what only management servers ask for.
    Private,
}

/// The rows of a page: which, of how many, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// What the rows are.
    pub(crate) rows: Rows,
    /// The number of the first, from 1; 0 where there is none.
    pub(crate) from: usize,
    /// The volumes.
    pub(crate) volumes: Vec<SymmetrixDevice>,
}

impl Page {
    /// The number of the last row.
    #[must_use]
    pub(crate) fn to(&self) -> usize {
        (self.from + self.volumes.len()).saturating_sub(1)
    }
}

#[derive(Debug)]
struct Kept {
    number: u64,
    rows: Rows,
    volumes: Vec<SymmetrixDevice>,
    used: Instant,
}

#[derive(Debug, Default)]
struct Every {
    last: u64,
    /// The one used last stands last.
    kept: VecDeque<Kept>,
}

/// The lists whose pages can be asked for.
#[derive(Debug, Default)]
pub(crate) struct Iterators(Mutex<Every>);

fn id(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}_0")
}

impl Iterators {
    fn with<T>(&self, use_them: impl FnOnce(&mut Every) -> T) -> T {
        let mut every = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        every.kept.retain(|kept| kept.used.elapsed() < IDLE);
        use_them(&mut every)
    }

    /// Enters a list; its id, and its first page. One that fits on a page need not be kept.
    pub(crate) fn enter(&self, rows: Rows, volumes: Vec<SymmetrixDevice>) -> (String, Page) {
        self.with(|every| {
            every.last += 1;
            let first: Vec<_> = volumes.iter().take(MAX_PAGE).copied().collect();
            if volumes.len() > MAX_PAGE {
                if every.kept.len() >= MAX_ITERATORS {
                    every.kept.pop_front();
                }
                every.kept.push_back(Kept { number: every.last, rows, volumes, used: Instant::now() });
            }
            (id(every.last), Page { rows, from: usize::from(!first.is_empty()), volumes: first })
        })
    }

    /// A page of a list.
    ///
    /// # Errors
    /// There is no such list, or it has no such page.
    pub(crate) fn page(&self, wanted: &str, query: &Query) -> Answered<Page> {
        query.only(&["from", "to"])?;
        let number = |name| -> Answered<usize> {
            let text = query.one(name)?.unwrap_or_default();
            text.parse().map_err(|_| Failure::malformed(format!("Parameter {name} is {text:?}: expected a number")))
        };
        let (from, to) = (number("from")?, number("to")?);
        self.with(|every| {
            let place = every.kept.iter().position(|kept| id(kept.number) == wanted).ok_or_else(|| missing(wanted))?;
            let mut kept = every.kept.remove(place).ok_or_else(|| missing(wanted))?;
            kept.used = Instant::now();
            let fits = from >= 1 && to <= kept.volumes.len() && from <= to && to - from < MAX_PAGE;
            let rows = fits.then(|| kept.volumes.get(from - 1..to)).flatten().map(<[_]>::to_vec);
            let (count, kind) = (kept.volumes.len(), kept.rows);
            every.kept.push_back(kept);
            let message = || format!("{from} to {to} is no page: expected at most {MAX_PAGE} rows from 1 to {count}");
            rows.map(|volumes| Page { rows: kind, from, volumes }).ok_or_else(|| Failure::malformed(message()))
        })
    }

    /// Forgets a list.
    ///
    /// # Errors
    /// There is no such list.
    pub(crate) fn forget(&self, wanted: &str) -> Answered<()> {
        self.with(|every| {
            let place = every.kept.iter().position(|kept| id(kept.number) == wanted).ok_or_else(|| missing(wanted))?;
            every.kept.remove(place);
            Ok(())
        })
    }
}

fn missing(id: &str) -> Failure {
    Failure::not_found(format!("Cannot find Iterator {id}"))
}

/// The first answer of a list.
#[must_use]
pub(crate) fn list(id: &str, count: usize, now_ms: u64, page: &Page, rows: &[Value]) -> Value {
    let idle = u64::try_from(IDLE.as_millis()).unwrap_or(u64::MAX);
    json!({
        "id": id,
        "count": count,
        "maxPageSize": MAX_PAGE,
        "expirationTime": now_ms.saturating_add(idle),
        "resultList": { "result": rows, "from": page.from, "to": page.to() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volumes(count: u32) -> Vec<SymmetrixDevice> {
        (1..=count).filter_map(SymmetrixDevice::new).collect()
    }

    fn page(iterators: &Iterators, id: &str, query: &str) -> Result<(usize, usize), u16> {
        let page = iterators.page(id, &Query::read(query).unwrap());
        page.map(|page| (page.from, page.to())).map_err(|failure| failure.status.as_u16())
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_list_is_read_page_by_page() {
        let iterators = Iterators::default();
        let (id, first) = iterators.enter(Rows::Numbers, volumes(2_500));
        assert_eq!((first.from, first.to()), (1, 1_000));
        assert_eq!(page(&iterators, &id, "from=2001&to=2500"), Ok((2_001, 2_500)));
        for query in
            ["from=0&to=5", "from=5&to=4", "from=1&to=1001", "from=2001&to=2501", "from=1", "from=a&to=b", "from=1&to=1&x=1"]
        {
            assert_eq!(page(&iterators, &id, query), Err(400), "{query}");
        }
        assert_eq!(page(&iterators, "nothing", "from=1&to=1"), Err(404));
        assert_eq!((iterators.forget(&id).is_ok(), iterators.forget(&id).is_ok()), (true, false));
    }

    #[tokio::test(start_paused = true)]
    async fn lists_that_nobody_uses_are_forgotten() {
        let iterators = Iterators::default();
        let (old, _) = iterators.enter(Rows::Numbers, volumes(1_001));
        tokio::time::advance(IDLE / 2).await;
        assert!(page(&iterators, &old, "from=1&to=1").is_ok());
        tokio::time::advance(IDLE).await;
        assert_eq!(page(&iterators, &old, "from=1&to=1"), Err(404));
        let ids: Vec<_> = (0..=MAX_ITERATORS).map(|_| iterators.enter(Rows::Numbers, volumes(1_001)).0).collect();
        assert_eq!(page(&iterators, &ids[0], "from=1&to=1"), Err(404));
        assert!(page(&iterators, &ids[1], "from=1&to=1").is_ok());
    }

    #[test]
    fn an_empty_list_has_no_rows() {
        let (_, page) = Iterators::default().enter(Rows::Private, vec![]);
        assert_eq!((page.from, page.to()), (0, 0));
    }
}
