//! Jobs: what came of the orders that were to be answered later.

use std::collections::VecDeque;

use dasdlab_model::event::Time;
use dasdlab_model::name::Serial;

use super::super::order::{Order, Refused};

/// The most jobs that are kept; the oldest are forgotten.
pub const MAX_JOBS: usize = 1_000;

/// A job that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number, from 1.
    pub number: u64,
    /// What it was to do.
    pub title: &'static str,
    /// On which array.
    pub array: Serial,
    /// Who gave it.
    pub user: String,
    /// When it ended.
    pub at: Time,
    /// What it did, or why that was refused.
    pub done: Result<Vec<String>, Refused>,
}

/// The last jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jobs {
    last: u64,
    kept: VecDeque<Job>,
}

impl Jobs {
    /// Enters what came of an order; the number of its job.
    pub(super) fn enter(&mut self, order: &Order, done: Result<Vec<String>, Refused>, at: Time) -> u64 {
        self.last += 1;
        if self.kept.len() >= MAX_JOBS {
            self.kept.pop_front();
        }
        let (array, user, title) = (order.array, order.user.clone(), order.action.title());
        self.kept.push_back(Job { number: self.last, title, array, user, at, done });
        self.last
    }

    /// A job that is kept.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Job> {
        self.kept.iter().find(|job| job.number == number)
    }

    /// The jobs that are kept, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Job> {
        self.kept.iter()
    }
}
