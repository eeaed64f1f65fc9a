//! `smoke`: proves an adapter before the implementation behind it is blamed.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;

use super::paint::{Paint, Shade, masked};
use super::{Context, Problem};
use crate::exit::Exit;
use crate::sut::smoke::{SmokeStep, smoke};
use crate::sut::wire::Overheard;
use crate::sut::{SutCommand, SutOptions};

/// Prove the adapter of an implementation
///
/// Greets it, asks the simplest questions of each feature that it declares, one step after the other, and says goodbye.
/// Says of each step what was asked, what came back, and where it went wrong what to look at. Ends with 0 if every answer was
/// understood, with 4 if not. Wrong answers are shown and not judged: `run` does that.
#[derive(Debug, Args)]
pub struct SmokeArgs {
    /// The implementation, as in 'cmd:python3 my_validator.py'
    #[arg(long, value_name = "cmd:PROGRAM ARGS")]
    sut: SutCommand,
    /// Seconds that it may take for a question
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    time_limit: u32,
}

/// Takes the steps.
///
/// # Errors
/// This program is at fault.
pub fn run(args: &SmokeArgs, ctx: &Context) -> Result<Exit, Problem> {
    let time_limit = Duration::from_secs(args.time_limit.into());
    let options = SutOptions { command: args.sut.clone(), processes: 1, time_limit, restarts: 2, retries: false };
    let steps = smoke(options)?;
    let exit = if steps.iter().all(|step| step.good) { Exit::Good } else { Exit::Unusable };
    if ctx.is_json() {
        return Ok(ctx.json(&steps, exit));
    }
    let mut out = String::new();
    for step in &steps {
        told(&mut out, step, Paint(ctx.color_stdout()));
    }
    Ok(ctx.result(&out, exit))
}

/// A step as a person reads it: what was asked, what came back, and where it went wrong what to look at.
fn told(out: &mut String, step: &SmokeStep, paint: Paint) {
    let (shade, word) = if step.good { (Shade::Green, "good") } else { (Shade::Red, "bad ") };
    // Writing to a text does not fail.
    let _ = writeln!(out, "{}  {}", paint.paint(shade, word), step.step);
    let mut line = |head: &str, text: &str| {
        for (row, text) in text.lines().enumerate() {
            let _ = writeln!(out, "      {:<10}{}", if row == 0 { head } else { "" }, masked(text));
        }
    };
    let count = if step.questions > 1 { format!(" ({} questions)", step.questions) } else { String::new() };
    line("asked", &format!("{}{count}", step.asked));
    let last = if step.questions > 1 { "the last" } else { "" };
    for (head, overheard) in [(last, &step.question), ("answered", &step.answer)] {
        if let Some(Overheard { text, bytes, .. }) = overheard {
            let rest = if text.len() < *bytes { format!("… ({bytes} bytes)") } else { String::new() };
            line(head, &format!("{text}{rest}"));
        }
    }
    line("result", &step.said);
    line("look at", step.look_at.as_deref().unwrap_or_default());
}
