//! What a run found: rows, facts and goals; as a table, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::load::Slice;
use crate::samples::{median, micros};

/// Several measurements of one thing: the medians.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) per_second: f64,
    pub(crate) p50_micros: Option<f64>,
    pub(crate) p99_micros: Option<f64>,
    /// The server's processor time for one request.
    pub(crate) cpu_micros: Option<f64>,
    /// What was not answered with success, by its kind, over all measurements.
    pub(crate) refusals: BTreeMap<String, u64>,
}

impl Summary {
    pub(crate) fn of(slices: &[Slice]) -> Self {
        let each = |number: fn(&Slice) -> Option<f64>| median(slices.iter().filter_map(number).collect());
        let mut refusals = BTreeMap::new();
        for (kind, times) in slices.iter().flat_map(|slice| &slice.refusals) {
            *refusals.entry(kind.clone()).or_default() += times;
        }
        Self {
            per_second: each(|slice| Some(slice.per_second())).unwrap_or_default(),
            p50_micros: each(|slice| slice.samples.p50()),
            p99_micros: each(|slice| slice.samples.p99()),
            cpu_micros: each(Slice::cpu),
            refusals,
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) part: &'static str,
    pub(crate) what: String,
    pub(crate) connections: usize,
    pub(crate) trent: Summary,
    /// The do-nothing server in the same rounds, with the same requests.
    pub(crate) ceiling: Option<Summary>,
    /// Another bound in the same rounds, per second, and what it is.
    pub(crate) bound: Option<(String, f64)>,
}

impl Row {
    /// Requests a second as a ratio to the bound if there is one, and else to the do-nothing server.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let most = match (&self.bound, &self.ceiling) {
            (Some((_, most)), _) => *most,
            (None, Some(ceiling)) => ceiling.per_second,
            (None, None) => return None,
        };
        (most > 0.0).then(|| self.trent.per_second / most)
    }
}

/// A number that is no load.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) part: &'static str,
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

/// A goal, and whether it is met.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) wanted: String,
    pub(crate) found: String,
    pub(crate) met: bool,
}

/// All of it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: String,
    pub(crate) options: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) goals: Vec<Goal>,
    /// Parts that did not come to their end.
    pub(crate) failures: usize,
}

impl Report {
    pub(crate) fn fact(
        &mut self,
        part: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) {
        self.facts.push(Fact { part, what: what.into(), value, unit });
    }

    pub(crate) fn goal(&mut self, what: impl Into<String>, wanted: &str, found: String, met: bool) {
        self.goals.push(Goal { what: what.into(), wanted: wanted.to_owned(), found, met });
    }

    /// A goal that is a number and what it may be at most.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, found: Option<f64>, most: f64, unit: &str) {
        let met = found.is_some_and(|found| found <= most);
        self.goal(what, &format!("≤ {most} {unit}"), shown(found, unit), met);
    }

    /// A goal that is a number and what it must be at least.
    pub(crate) fn at_least(&mut self, what: impl Into<String>, found: Option<f64>, least: f64, unit: &str) {
        let met = found.is_some_and(|found| found >= least);
        self.goal(what, &format!("≥ {least} {unit}"), shown(found, unit), met);
    }

    /// The table that is printed.
    pub(crate) fn table(&self) -> String {
        let mut text = format!("\n{}\n{}\n", self.machine, self.options);
        let _ = writeln!(
            text,
            "\n{:<58}{:>6}{:>11}{:>11}{:>11}{:>9}{:>8}  to",
            "", "conns", "requests/s", "p50 µs", "p99 µs", "CPU µs", "ratio"
        );
        for row in &self.rows {
            let Summary { per_second, p50_micros, p99_micros, cpu_micros, refusals, .. } = &row.trent;
            let to = match (&row.bound, &row.ceiling) {
                (Some((what, most)), _) => format!("{what}, {most:.0}/s"),
                (None, Some(Summary { per_second, p50_micros, cpu_micros, .. })) => {
                    let (p50, cpu) = (cell(*p50_micros, 0), cell(*cpu_micros, 1));
                    format!("ceiling, {per_second:.0}/s, p50 {p50}, CPU {cpu}")
                }
                (None, None) => String::new(),
            };
            let _ = writeln!(
                text,
                "{:<58}{:>6}{per_second:>11.1}{:>11}{:>11}{:>9}{:>8}  {to}",
                format!("{}: {}", row.part, row.what),
                row.connections,
                cell(*p50_micros, 0),
                cell(*p99_micros, 0),
                cell(*cpu_micros, 1),
                cell(row.ratio(), 2),
            );
            for (kind, times) in refusals {
                let _ = writeln!(text, "{:<58}{times} × {kind}", "");
            }
        }
        text.push('\n');
        for Fact { part, what, value, unit } in &self.facts {
            let _ = writeln!(text, "{:<80}{value:>12.2} {unit}", format!("{part}: {what}"));
        }
        text.push('\n');
        for Goal { what, wanted, found, met } in &self.goals {
            let verdict = if *met { "met   " } else { "MISSED" };
            let _ = writeln!(text, "{verdict}  {what:<82}{found:>16}   wanted {wanted}");
        }
        text
    }
}

fn cell(number: Option<f64>, digits: usize) -> String {
    number.map_or_else(|| "-".to_owned(), |number| format!("{number:.digits$}"))
}

fn shown(number: Option<f64>, unit: &str) -> String {
    number.map_or_else(|| "nothing".to_owned(), |number| format!("{number:.2} {unit}"))
}

/// What requests took, in microseconds: median and 99th percentile, as facts.
pub(crate) fn latencies(report: &mut Report, part: &'static str, what: &str, slice: &Slice) {
    for (name, thousandths) in [("p50", 500), ("p99", 990)] {
        if let Some(took) = slice.samples.at(thousandths) {
            report.fact(part, format!("{what}, {name}"), micros(took), "µs");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_found_is_missed() {
        let mut report = Report::default();
        report.at_most("a", None, 1.0, "s");
        report.at_most("b", Some(1.0), 1.0, "s");
        report.at_least("c", Some(0.5), 1.0, "s");
        assert_eq!(report.goals.iter().map(|goal| goal.met).collect::<Vec<_>>(), [false, true, false]);
        assert!(report.table().contains("MISSED  a"));
    }
}
