//! A grid as SVG.

use dasdlab_model::states::HostStatus;
use dasdlab_model::unit::UnitAddress;

use super::frames::{Drawn, Frames};
use super::put;
use crate::picture::glyph;
use crate::picture::grid::{Cell, Grid};
use crate::report::html::parts::text;

/// From one cell to the next.
const PITCH: usize = 30;
/// The room for digits on the left and on top.
const MARGIN: (usize, usize) = (30, 20);
/// The height of rows without anything in them, however many.
const GAP: usize = 18;
/// How many rows without anything in them are not drawn one by one.
const MANY: usize = 3;

/// What a status looks like: a frame, and what is in it. Shapes differ, so that colour only repeats them.
const SHAPES: [(&str, &str); 9] = [
    ("online", "<rect class=\"dv-full\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/>"),
    (
        "allocated",
        "<rect class=\"dv-full\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/><path class=\"dv-ink\" d=\"M4 23.5h20\"/>",
    ),
    ("offline", "<rect class=\"dv-hollow\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/>"),
    (
        "pending-offline",
        "<rect class=\"dv-hollow\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/><path class=\"dv-half\" d=\"M1 27V1h26z\"/>",
    ),
    ("boxed", "<rect class=\"dv-boxed\" x=\"2\" y=\"2\" width=\"24\" height=\"24\" rx=\"1\"/>"),
    ("not-ready", "<rect class=\"dv-dashed\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/>"),
    (
        "no-path",
        "<rect class=\"dv-hollow\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/><path class=\"dv-cut\" d=\"M3 25L25 3\"/>",
    ),
    ("none", "<rect class=\"dv-dotted\" x=\"1\" y=\"1\" width=\"26\" height=\"26\" rx=\"4\"/>"),
    ("alias", "<circle class=\"dv-dotted\" cx=\"14\" cy=\"14\" r=\"12\"/>"),
];

/// The shapes, once for all grids of a picture.
pub(super) fn symbols(id: &str) -> String {
    let mut out = String::from("<svg class=\"dv-defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n");
    for (name, shape) in SHAPES {
        put(&mut out, format_args!("<symbol id=\"{id}-{name}\" viewBox=\"0 0 28 28\">{shape}</symbol>\n"));
    }
    out + "</defs></svg>\n"
}

/// The shape of a status for the legend, by its name.
pub(super) fn swatch(id: &str, name: &str) -> String {
    let all = HostStatus::ALL.iter().map(|status| Some(*status)).chain([None]);
    let found = all.into_iter().find(|status| glyph::status(*status).name == name);
    let slug = found.map_or("none", super::frames::slug);
    format!("<svg class=\"dv-swatch\" viewBox=\"0 0 28 28\" aria-hidden=\"true\"><use href=\"#{id}-{slug}\"/></svg>")
}

/// One grid; its first cell has the number `first` for the script.
///
/// Volumes are named by the labels that they have at the beginning: after a copy a target carries that of its source.
pub(super) fn grid((grid, begun): (&Grid, &Grid), id: &str, at: usize, first: usize, frames: &Frames) -> String {
    let cu_ssid = grid.cu_ssid.map(|id| format!(", CU SSID {id}")).unwrap_or_default();
    let (array, lss, kind) = (grid.array, grid.lss, text(&grid.kind));
    let (rows, height) = rows(grid);
    let (width, count) = (MARGIN.0 + 16 * PITCH, grid.cells.len());
    let mut out = format!(
        "<div class=\"dv-grid\">\n<p><b>{array} LSS {lss}</b> <span>{kind}{cu_ssid}</span></p>\n\
         <svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-g{at}-t {id}-g{at}-d\">\n\
         <title id=\"{id}-g{at}-t\">Unit addresses of {array} LSS {lss}</title>\n\
         <desc id=\"{id}-g{at}-d\">16 rows of 16; {count} are in use. The tables below say the same in words.</desc>\n"
    );
    out += "<g class=\"dv-axis\">";
    for digit in 0..16 {
        let x = column(digit) + PITCH / 2 - 1;
        put(&mut out, format_args!("<text x=\"{x}\" y=\"13\">{digit:X}</text>"));
    }
    let mut free = String::new();
    for row in &rows {
        match row {
            Row::One { number, y } => {
                put(&mut out, format_args!("<text x=\"13\" y=\"{}\">{number:X}0</text>", y + PITCH / 2 + 4));
                for digit in (0..16).filter(|digit| grid.cell(UnitAddress(number << 4 | digit)).is_none()) {
                    put(&mut free, format_args!("M{} {}h2", column(digit) + 13, y + 14));
                }
            }
            Row::Several { first, last, y } => {
                let title = format!("<title>rows {first:X}0 to {last:X}0 are empty</title>");
                put(&mut out, format_args!("<text x=\"13\" y=\"{}\">{title}⋮</text>", y + 13));
                put(&mut free, format_args!("M{} {}h2", column(0) + 13, y + 9));
                put(&mut free, format_args!("M{} {}h2", column(15) + 13, y + 9));
            }
        }
    }
    put(&mut out, format_args!("</g>\n<path class=\"dv-free\" d=\"{free}\"/>\n"));
    for (offset, (one, begun)) in grid.cells.iter().zip(&begun.cells).enumerate() {
        let y = rows.iter().find_map(|row| match row {
            Row::One { number, y } if *number == one.ua.0 >> 4 => Some(*y),
            _ => None,
        });
        let corner = (column(one.ua.0 & 0xF), y.unwrap_or_default() + 1);
        cell(&mut out, one, &name(begun), corner, id, frames.is_moving().then_some(first + offset));
    }
    out + "</svg>\n</div>\n"
}

/// A row of a grid as it is drawn, and where.
enum Row {
    One {
        number: u8,
        y: usize,
    },
    /// Rows without anything in them.
    Several {
        first: u8,
        last: u8,
        y: usize,
    },
}

/// The rows of a grid, many empty ones together, and the height of all.
fn rows(grid: &Grid) -> (Vec<Row>, usize) {
    let is_empty = |row: u8| !grid.cells.iter().any(|cell| cell.ua.0 >> 4 == row);
    let (mut rows, mut y, mut number) = (Vec::new(), MARGIN.1, 0);
    while number < 16 {
        let many = (number..16).take_while(|row| is_empty(*row)).count();
        if many >= MANY {
            let last = number + u8::try_from(many).unwrap_or(1) - 1;
            rows.push(Row::Several { first: number, last, y });
            y += GAP;
            number = last;
        } else {
            rows.push(Row::One { number, y });
            y += PITCH;
        }
        number += 1;
    }
    (rows, y)
}

/// Where the cells of a column begin.
fn column(digit: u8) -> usize {
    MARGIN.0 + usize::from(digit) * PITCH + 1
}

/// A volume by its address, its unit and its label.
fn name(cell: &Cell) -> String {
    let unit = cell.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let label = cell.look.volser.map(|label| format!(" [{label}]")).unwrap_or_default();
    text(&format!("{}{unit}{label}", cell.ua))
}

/// A cell; the script finds it by its number.
fn cell(out: &mut String, cell: &Cell, name: &str, (x, y): (usize, usize), id: &str, number: Option<usize>) {
    let Drawn(role, role_tone, status, copy, copy_tone, mark, mark_tone, words) = Drawn::new(&cell.look);
    put(out, format_args!("<g class=\"dv-cell\" transform=\"translate({x} {y})\""));
    if let Some(number) = number {
        put(out, format_args!(" data-cell=\"{number}\""));
    }
    let is_moving = number.is_some();
    put(out, format_args!("><title>{name}: {}</title><use href=\"#{id}-{status}\" width=\"28\" height=\"28\"/>", text(&words)));
    // Alone in the middle, or beside its copy.
    let alone = if copy.is_empty() && !is_moving { 14 } else { 10 };
    put(out, format_args!("<text class=\"dv-role dv-{role_tone}\" x=\"{alone}\" y=\"19\">{role}</text>"));
    if is_moving || !copy.is_empty() {
        put(out, format_args!("<text class=\"dv-copy dv-{copy_tone}\" x=\"20\" y=\"19\">{}</text>", text(&copy)));
    }
    if is_moving || !mark.is_empty() {
        let hidden = if mark.is_empty() { " visibility=\"hidden\"" } else { "" };
        put(
            out,
            format_args!(
                "<g class=\"dv-mark dv-{mark_tone}\"{hidden}><circle cx=\"24\" cy=\"4\" r=\"6\"/><text x=\"24\" y=\"7.5\">{mark}</text></g>"
            ),
        );
    }
    *out += "</g>\n";
}
