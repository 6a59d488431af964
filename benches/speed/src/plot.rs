//! The table as a picture: for each row its requests a second as a bar, as a ratio to the ceiling or the bound.

use std::fmt::Write as _;

use crate::report::{Report, Row};
use crate::samples::count;

/// Sizes in pixels.
const LINE: f64 = 18.0;
const LABELS: f64 = 470.0;
const BARS: f64 = 460.0;
const NUMBERS: f64 = 170.0;
const TOP: f64 = 56.0;
/// The ratio at the right end of the bars.
const MOST: f64 = 2.0;
/// Bars of light, middle and many connections.
const COLOURS: [&str; 3] = ["#7aa6c2", "#3f7d9e", "#1d4e66"];

/// An SVG document.
pub(crate) fn svg(report: &Report) -> String {
    let rows: Vec<(&Row, f64)> =
        report.rows.iter().filter_map(|row| row.ratio().map(|ratio| (row, ratio))).collect();
    let (width, height) = (LABELS + BARS + NUMBERS, TOP + LINE * count(rows.len()) + 16.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"8\" y=\"18\" font-size=\"14\">Requests a second, as a ratio to the ceiling or bound of the same \
         rounds</text>\n<text x=\"8\" y=\"36\" fill=\"#555\">{}</text>\n",
        escaped(&report.machine)
    );
    for step in [0.0_f64, 0.5, 1.0, 1.5, 2.0] {
        let (x, bottom) = (LABELS + BARS * step / MOST, height - 12.0);
        let colour = if step.total_cmp(&1.0).is_eq() { "#c0392b" } else { "#ddd" };
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\" stroke=\"{colour}\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{step}</text>",
            TOP - 4.0
        );
    }
    let mut y = TOP;
    for (row, ratio) in rows {
        bar(&mut svg, row, ratio, y);
        y += LINE;
    }
    svg.push_str("</svg>\n");
    svg
}

fn bar(svg: &mut String, row: &Row, ratio: f64, y: f64) {
    let [few, some, many] = COLOURS;
    let colour = match row.connections {
        1 => few,
        2..64 => some,
        _ => many,
    };
    let (length, text) = (BARS * ratio.min(MOST) / MOST, y + LINE - 5.0);
    let label = escaped(&format!("{}: {}, {}", row.part, row.what, row.connections));
    let _ = writeln!(
        svg,
        "<text x=\"8\" y=\"{text}\">{label}</text><rect x=\"{LABELS}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\" \
         fill=\"{colour}\"/><text x=\"{}\" y=\"{text}\">{ratio:.2}, {:.0}/s</text>",
        y + 2.0,
        LINE - 4.0,
        LABELS + BARS + 8.0,
        row.trent.per_second,
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Summary;

    #[test]
    fn each_row_with_a_ratio_has_a_bar() {
        let row = |bound| Row {
            part: "light",
            what: "a < b".to_owned(),
            connections: 16,
            trent: Summary { per_second: 50.0, ..Summary::default() },
            ceiling: None,
            bound,
        };
        let rows = vec![row(Some(("most".to_owned(), 100.0))), row(None)];
        let svg = svg(&Report { rows, ..Report::default() });
        assert_eq!(svg.matches("light: a &lt; b, 16").count(), 1);
        assert!(svg.contains("0.50, 50/s"));
    }
}
