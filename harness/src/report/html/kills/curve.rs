//! How many mutants are dead after how many scenarios.

use crate::mutants::score::Score;
use crate::report::html::parts::put;
use crate::report::picture::number;

/// The width and the height of the drawing, in units of its own.
const SIZE: (u64, u64) = (1_000, 100);

/// The curve over decades of scenarios; nothing where nobody died.
pub(super) fn curve(score: &Score) -> String {
    let mut after: Vec<u64> = score.wrong().filter_map(|standing| Some(standing.killed.as_ref()?.after)).collect();
    after.sort_unstable();
    let (Some(&worst), Some((median, _))) = (after.last(), score.soon()) else { return String::new() };
    let decades = u64::from(worst.saturating_sub(1).checked_ilog10().map_or(1, |digits| digits + 1));
    let (wide, high) = SIZE;
    let wrong = score.wrong().count() as u64;
    let mut path = format!("M0 {high}");
    for (dead, &after) in after.iter().enumerate() {
        put(&mut path, format_args!("H{}V{}", place(after, decades), high - (dead as u64 + 1) * high / wrong.max(1)));
    }
    put(&mut path, format_args!("H{wide}"));
    let mut out = format!(
        "<h3>Dead after so many scenarios</h3>\n<figure class=\"curve\">\n<svg viewBox=\"0 0 {wide} {high}\" \
         preserveAspectRatio=\"none\" role=\"img\" aria-label=\"half of the dead within {} scenarios, the last after {}\">\n",
        number(median),
        number(worst)
    );
    for decade in 0..=decades {
        let x = decade * wide / decades;
        put(&mut out, format_args!("<path class=\"rule\" d=\"M{x} 0V{high}\"/>"));
    }
    put(
        &mut out,
        format_args!("\n<path class=\"area\" d=\"{path}V{high}Z\"/>\n<path class=\"line\" d=\"{path}\"/>\n</svg>\n<figcaption>"),
    );
    for decade in 0..=decades {
        let scenarios = 10_u64.saturating_pow(u32::try_from(decade).unwrap_or(u32::MAX));
        let dead = after.iter().filter(|&&after| after <= scenarios).count();
        put(&mut out, format_args!("<span><b>{}</b><small>{} dead</small></span>", number(scenarios), number(dead as u64)));
    }
    out + "</figcaption>\n</figure>\n"
}

/// Where so many scenarios stand: each decade as wide as the others.
fn place(after: u64, decades: u64) -> u64 {
    // The drawing is coarser than any difference between two machines' logarithms.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "small numbers")]
    let place = ((after.max(1) as f64).log10() / decades.max(1) as f64 * SIZE.0 as f64).round() as u64;
    place.min(SIZE.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_decade_is_as_wide_as_the_others() {
        assert_eq!([1, 10, 100, 1_000].map(|after| place(after, 3)), [0, 333, 667, 1_000]);
    }
}
