//! Several reporters at once.

use std::io;

use super::Reporter;
use crate::run::event::Event;

/// Tells each of several reporters.
pub struct Several<'a>(Vec<&'a mut dyn Reporter>);

impl<'a> Several<'a> {
    /// Tells these, in this order.
    pub fn new(reporters: Vec<&'a mut dyn Reporter>) -> Self {
        Self(reporters)
    }
}

impl Reporter for Several<'_> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        // One that cannot go on keeps nothing from the others.
        let mut told = Ok(());
        // Each is told, whatever became of those before it.
        for reporter in &mut self.0 {
            let one = reporter.event(event);
            told = told.and(one);
        }
        told
    }

    fn progress(&mut self, done: u64, all: u64, troubles: u64) {
        self.0.iter_mut().for_each(|reporter| reporter.progress(done, all, troubles));
    }
}
