//! `tour`: three scenarios with comments.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;
use serde::Serialize;

use super::paint::{Paint, Shade};
use super::{Context, Problem};
use crate::exit::Exit;
use crate::story::timeline::render::wrapped;
use crate::tour::{NEXT, Scene, scenes};

/// The columns that comments are filled to.
const WIDTH: usize = 100;

/// See in a minute what this is about: three scenarios, played with comments
///
/// For whoever has never seen a BCV: a night in which everything goes well, one in which a device does not answer, and a mistake that
/// profile setup finds. On a terminal it waits for Enter after each part.
#[derive(Debug, Args)]
pub struct TourArgs {
    /// Go on without waiting for Enter, as it does where nobody could press it
    #[arg(long)]
    no_pause: bool,
}

/// What is said to programs.
#[derive(Serialize)]
struct Report {
    scenes: Vec<SceneReport>,
    next: Vec<&'static str>,
}

#[derive(Serialize)]
struct SceneReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    comment: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    drawn: String,
}

/// Plays the tour.
///
/// # Errors
/// A scenario cannot be played: a fault of this program.
pub fn run(args: &TourArgs, ctx: &Context) -> Result<Exit, Problem> {
    let paint = Paint(!ctx.is_json() && ctx.color_stdout());
    let scenes = scenes(paint).map_err(Problem::fault)?;
    if ctx.is_json() {
        let scenes = scenes.into_iter().map(|Scene { title, comment, drawn }| SceneReport { title, comment, drawn }).collect();
        return Ok(ctx.json(&Report { scenes, next: NEXT.iter().map(|(command, _)| *command).collect() }, Exit::Good));
    }
    let pauses = !args.no_pause && io::stdin().is_terminal() && io::stdout().is_terminal();
    if !pauses {
        let text: String = scenes.iter().map(|scene| said(scene, paint)).collect();
        return Ok(ctx.result(&(text + &next(paint)), Exit::Good));
    }
    for scene in &scenes {
        let exit = ctx.result(&said(scene, paint), Exit::Good);
        if exit != Exit::Good {
            return Ok(exit);
        }
        if scene != scenes.last().unwrap_or(scene) && !waited(paint) {
            break;
        }
    }
    Ok(ctx.result(&next(paint), Exit::Good))
}

/// A scene as it is printed, with an empty line behind each part.
fn said(scene: &Scene, paint: Paint) -> String {
    let mut out = String::new();
    if let Some(title) = scene.title {
        out += &format!("{}\n\n", paint.paint(Shade::Bold, title));
    }
    for paragraph in scene.comment.split("\n\n") {
        for row in wrapped(paragraph, WIDTH, 0) {
            out += &format!("{row}\n");
        }
        out.push('\n');
    }
    if !scene.drawn.is_empty() {
        out += &format!("{}\n\n", scene.drawn.trim_end());
    }
    out
}

/// What to try next.
fn next(paint: Paint) -> String {
    let widest = NEXT.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    let mut out = format!("{}\n\n", paint.paint(Shade::Bold, "What to try next"));
    for (command, what) in NEXT {
        out += &format!("  {}{}  {what}\n", paint.paint(Shade::Blue, command), " ".repeat(widest - command.len()));
    }
    out
}

/// Waits for Enter; says whether somebody is still there.
fn waited(paint: Paint) -> bool {
    let mut err = io::stderr().lock();
    // Nobody is told where it cannot be shown.
    let _ = write!(err, "{}", paint.paint(Shade::Dim, "Enter goes on, Ctrl-D ends the tour ")).and_then(|()| err.flush());
    let mut line = String::new();
    let there = matches!(io::stdin().lock().read_line(&mut line), Ok(count) if count > 0);
    let _ = writeln!(err);
    there
}
