//! The counted region, and the allocator that counts in it.

use std::alloc::System;
use std::hint::black_box;
use std::io::{self, Write};

use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait};
use stats_alloc::StatsAlloc;

use super::pieces::Piece;

/// The name by which callgrind knows [`counted_region`]. It takes no pattern here: counts come out one for each piece only
/// where the name is whole.
pub const REGION: &str = "dasdlab_benches::counts::meter::counted_region";

/// The system's allocator, counted.
pub type Counting = PeakMemAlloc<&'static StatsAlloc<System>>;

/// Does the piece of work. What is executed between its entry and its end is what is counted.
#[inline(never)]
pub fn counted_region(work: &mut dyn FnMut()) {
    work();
    // Whatever comes after the call keeps it from being the last one, which would leave the region before it is done.
    black_box(());
}

/// Does each piece once to warm what is made on first use, then once in the region, and writes a line for each: its name,
/// allocations and the peak of bytes. Pieces that hand on what they make are done only once.
///
/// # Errors
/// A line cannot be written.
pub fn measured(pieces: Vec<Piece>, allocator: &Counting, stats: &StatsAlloc<System>, out: &mut impl Write) -> io::Result<()> {
    for mut piece in pieces {
        if piece.repeats {
            (piece.work)();
        }
        allocator.reset_peak_memory();
        let before = stats.stats();
        counted_region(&mut piece.work);
        let during = stats.stats() - before;
        let peak = allocator.get_peak_memory();
        writeln!(out, "{}\t{}\t{peak}", piece.name, during.allocations + during.reallocations)?;
    }
    out.flush()
}
