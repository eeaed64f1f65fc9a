//! Growth as a picture: two panels, instructions and time, both axes in logarithms.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::growth::Curve;

/// A line of a panel: its name, and its points.
type Line<'a> = (&'a str, Vec<(f64, f64)>);

const PANEL: (f64, f64) = (430.0, 420.0);
const LEFT: f64 = 70.0;
const TOP: f64 = 50.0;
const GAP: f64 = 190.0;
/// Lines that are told apart by colour; every other one is a rule.
const COLOURS: [(&str, &str); 6] = [
    ("read flashcopy", "#8250df"),
    ("observe flashcopy", "#bf3989"),
    ("inventory flashcopy", "#bc4c00"),
    ("check flashcopy", "#0969da"),
    ("fused flashcopy", "#1a7f37"),
    ("floor flashcopy", "#1f2328"),
];
const RULE: &str = "#a8b1bb";

/// The picture.
#[must_use]
pub fn picture(curves: &BTreeMap<String, Curve>) -> String {
    let instructions = lines(curves, |curve| curve.instructions.iter().map(|(&x, &y)| (f64::from(x), y as f64)).collect());
    let time = lines(curves, |curve| curve.time.iter().map(|(&x, &y)| (f64::from(x), y.as_secs_f64() * 1e6)).collect());
    let (width, height) = (2.0 * (LEFT + PANEL.0 + GAP), TOP + PANEL.1 + 60.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#1f2328\">\n\
         <title id=\"title\">Instructions and time of each piece of work over the number of volumes, in logarithms</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    panel(&mut svg, LEFT, "instructions", &instructions, &exponents(curves));
    panel(&mut svg, LEFT * 2.0 + PANEL.0 + GAP, "microseconds", &time, &BTreeMap::new());
    svg.push_str("</svg>\n");
    svg
}

fn lines(curves: &BTreeMap<String, Curve>, points: impl Fn(&Curve) -> Vec<(f64, f64)>) -> Vec<Line<'_>> {
    // What mirror pairs take to load and check is in the table: beside that of FlashCopy it would hide it.
    let shown = curves.iter().filter(|(name, _)| !name.ends_with(" bcv"));
    shown.map(|(name, curve)| (name.as_str(), points(curve))).filter(|(_, points)| !points.is_empty()).collect()
}

fn exponents(curves: &BTreeMap<String, Curve>) -> BTreeMap<&str, f64> {
    curves.iter().filter_map(|(name, curve)| Some((name.as_str(), curve.exponent()?))).collect()
}

/// The powers of ten that hold all values.
fn decades(values: impl Iterator<Item = f64>) -> (i32, i32) {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let low = low.log10().floor() as i32;
    (low, (high.log10() - 1e-9).ceil().max(f64::from(low) + 1.0) as i32)
}

fn panel(svg: &mut String, left: f64, title: &str, lines: &[Line<'_>], exponents: &BTreeMap<&str, f64>) {
    let points = || lines.iter().flat_map(|(_, points)| points.iter().copied());
    if points().next().is_none() {
        return;
    }
    let (x_low, x_high) = decades(points().map(|(x, _)| x));
    let (y_low, y_high) = decades(points().map(|(_, y)| y));
    let at_x = |x: f64| left + (x.log10() - f64::from(x_low)) / f64::from(x_high - x_low) * PANEL.0;
    let at_y = |y: f64| TOP + PANEL.1 - (y.log10() - f64::from(y_low)) / f64::from(y_high - y_low) * PANEL.1;
    let (bottom, right) = (TOP + PANEL.1, left + PANEL.0);
    // Writing to a String cannot fail.
    let _ = writeln!(svg, "<text x=\"{left}\" y=\"{}\" font-size=\"15\" font-weight=\"600\">{title}</text>", TOP - 22.0);
    for power in x_low..=x_high {
        let x = at_x(10_f64.powi(power));
        let _ = writeln!(svg, "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#d8dee4\"/>");
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>", bottom + 18.0, power_of_ten(power));
    }
    for power in y_low..=y_high {
        let y = at_y(10_f64.powi(power));
        let _ = writeln!(svg, "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#d8dee4\"/>");
        let _ =
            writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", left - 8.0, y + 4.0, power_of_ten(power));
    }
    let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">volumes</text>", (left + right) / 2.0, bottom + 40.0);
    let colour = |name: &str| COLOURS.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour);
    // Rules first, so that they lie behind.
    for coloured in [false, true] {
        for (name, points) in lines.iter().filter(|(name, _)| colour(name).is_some() == coloured) {
            let path: Vec<String> = points.iter().map(|&(x, y)| format!("{:.1} {:.1}", at_x(x), at_y(y))).collect();
            let dash = if *name == "floor flashcopy" { " stroke-dasharray=\"5 4\"" } else { "" };
            let _ = writeln!(
                svg,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash}/>",
                path.join("L"),
                colour(name).unwrap_or(RULE),
                if coloured { 2.2 } else { 1.2 }
            );
        }
    }
    legend(svg, right + 14.0, lines, exponents);
}

/// Names of the lines, the costliest first, with their exponents.
fn legend(svg: &mut String, left: f64, lines: &[Line<'_>], exponents: &BTreeMap<&str, f64>) {
    let last = |points: &[(f64, f64)]| points.last().map_or(0.0, |point| point.1);
    let mut named: Vec<(&str, f64)> = lines.iter().map(|(name, points)| (*name, last(points))).collect();
    named.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (nth, (name, _)) in named.iter().enumerate() {
        let y = TOP + 10.0 + nth as f64 * 18.0;
        let colour = COLOURS.iter().find(|(known, _)| known == name).map_or(RULE, |(_, colour)| *colour);
        let exponent = exponents.get(name).map(|exponent| format!("  {exponent:.2}")).unwrap_or_default();
        let shown = name.strip_suffix(" flashcopy").unwrap_or(name);
        let _ = writeln!(svg, "<path d=\"M{left} {:.1}h18\" stroke=\"{colour}\" stroke-width=\"2.2\"/>", y - 4.0);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y:.1}\">{shown}{exponent}</text>", left + 24.0);
    }
}

fn power_of_ten(power: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = power.unsigned_abs().to_string();
    let raised = digits.chars().filter_map(|digit| DIGITS.get(digit.to_digit(10)? as usize));
    format!("10{}{}", if power < 0 { "⁻" } else { "" }, raised.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_hold_all_values() {
        assert_eq!(decades([1e3, 1e6].into_iter()), (3, 6));
        assert_eq!(decades([999.0, 1_001.0].into_iter()), (2, 4));
        assert_eq!(decades([5.0].into_iter()), (0, 1));
        assert_eq!(power_of_ten(-12), "10⁻¹²");
    }
}
