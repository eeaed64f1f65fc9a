//! Leaving out many things at once, then half as many, down to one.

use dasdlab_model::scenario::Scenario;

use super::Search;

impl Search<'_> {
    /// Tries to do without as many of `count` things as possible. `without` gives the scenario as it is now without those
    /// whose flag is not set.
    pub(super) fn bites(&mut self, count: usize, without: &dyn Fn(&Scenario, &[bool]) -> Scenario) {
        let base = self.current.clone();
        let mut stays = vec![true; count];
        let mut size = count;
        while size > 0 && self.left > 0 {
            let there: Vec<usize> = stays.iter().enumerate().filter(|(_, stays)| **stays).map(|(at, _)| at).collect();
            // What comes last seldom carries what comes first.
            for bite in there.chunks(size).rev() {
                let mut trial = stays.clone();
                for &at in bite {
                    if let Some(stays) = trial.get_mut(at) {
                        *stays = false;
                    }
                }
                if self.offer(without(&base, &trial)) {
                    stays = trial;
                }
            }
            size /= 2;
        }
    }

    /// Makes as many of `count` things plainer as possible.
    pub(super) fn plainer(&mut self, count: usize, change: &dyn Fn(&mut Scenario, usize)) {
        self.bites(count, &|base, stays| {
            let mut candidate = base.clone();
            for (at, _) in stays.iter().enumerate().filter(|(_, stays)| !**stays) {
                change(&mut candidate, at);
            }
            candidate
        });
    }
}

/// Leaves the entries in a list whose flag is set.
pub(super) fn retain<T>(list: &mut Vec<T>, stays: &[bool]) {
    let mut flags = stays.iter();
    list.retain(|_| flags.next().copied().unwrap_or(true));
}
