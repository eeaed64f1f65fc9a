//! A grid in a terminal: four characters a cell, and only the rows with something in them.

use dasdlab_model::unit::UnitAddress;

use super::{Page, shade};
use crate::cli::paint::Shade;
use crate::picture::glyph::{self, Role, Sign, Tone};
use crate::picture::grid::{Cell, Grid};

/// Digits of a row and of a column.
const DIGITS: &str = "0123456789ABCDEF";

impl Page {
    pub(super) fn grid(&mut self, grid: &Grid) {
        let cu_ssid = grid.cu_ssid.map(|id| format!(", CU SSID {id}")).unwrap_or_default();
        let head = format!("{} LSS {}  ", grid.array, grid.lss);
        self.behind_a(&head, Shade::Bold, Some(Tone::Quiet), &format!("{}{cu_ssid}", grid.kind));
        let columns: Vec<String> = DIGITS.chars().map(|digit| format!("{digit}   ")).collect();
        let columns = self.paint.paint(Shade::Dim, columns.concat().trim_end());
        self.line(&format!("     {columns}"));
        let rows: Vec<u8> = (0..16).filter(|row| grid.cells.iter().any(|cell| cell.ua.0 >> 4 == *row)).collect();
        for row in &rows {
            let cells: String = (0..16).map(|column| self.cell(grid.cell(UnitAddress(row << 4 | column)))).collect();
            let head = self.paint.paint(Shade::Dim, &format!("{row:X}0"));
            self.line(&format!(" {head}  {cells}"));
        }
        if rows.is_empty() {
            self.line("     nothing");
        }
        self.line("");
    }

    /// Four characters: what it is, how it is seen, its copy, and the worst finding; room that is not used comes last.
    fn cell(&self, cell: Option<&Cell>) -> String {
        let Some(Cell { look, .. }) = cell else { return self.toned(Tone::Quiet, "·") + "   " };
        let role = look.role.sign();
        let bold = |sign: Sign| match shade(sign.tone) {
            None => self.paint.paint(Shade::Bold, &sign.glyph.to_string()),
            Some(shade) => self.paint.paint(shade, &sign.glyph.to_string()),
        };
        let status = (look.role != Role::Alias).then(|| glyph::status(look.status));
        let more = [status, look.copy.map(glyph::CopyState::sign), look.mark.map(glyph::mark)];
        let more: Vec<String> = more.into_iter().flatten().map(|sign| self.toned(sign.tone, &sign.glyph.to_string())).collect();
        bold(role) + &more.concat() + &" ".repeat(3 - more.len())
    }
}
