//! What is measured, and for how long.

use std::time::Duration;

use crate::Outcome;
use crate::load::Span;

/// The parts of a run, in their order, and about how many seconds each takes on two cores: all of it, and a first look.
pub(crate) const PARTS: [(&str, u64, u64); 10] = [
    ("proof", 20, 20),
    ("light", 200, 25),
    ("sign", 220, 35),
    ("parameters", 220, 40),
    ("create", 35, 5),
    ("import", 130, 15),
    ("grants", 50, 8),
    ("scale", 300, 40),
    ("mixed", 130, 40),
    ("overload", 110, 20),
];
/// How long each measurement counts in seconds, and how often it is repeated.
const FULL: (f64, usize) = (1.5, 3);
const QUICK: (f64, usize) = (0.5, 1);

pub(crate) const USAGE: &str = "\
Usage: cargo xtask bench [--quick] [--seconds N] [--rounds N] [--only PART[,PART]]
       cargo xtask bench --instructions

All of it takes less than half an hour, on a machine that does nothing else. Results are in target/bench.

  --quick          a first look: everything in half a second, one round, fewer keys
  --seconds N      how long each measurement counts (1.5), but for those that need longer to mean anything
  --rounds N       how often each is repeated, in turn with its ceiling (3)
  --only PARTS     proof, light, sign, parameters, create, import, grants, scale, mixed, overload
  --instructions   instead of all that: the instructions of the hottest functions, counted by valgrind
";

/// How a run is made.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) quick: bool,
    seconds: f64,
    pub(crate) rounds: usize,
    only: Vec<String>,
}

impl Options {
    /// Reads a command line.
    pub(crate) fn read(arguments: &[String]) -> Outcome<Self> {
        let quick = arguments.iter().any(|argument| argument == "--quick");
        let (seconds, rounds) = if quick { QUICK } else { FULL };
        let mut options = Self { quick, seconds, rounds, only: Vec::new() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value\n\n{USAGE}"));
            match argument.as_str() {
                "--quick" => {}
                "--seconds" => options.seconds = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                _ => return Err(format!("unknown option {argument}\n\n{USAGE}").into()),
            }
        }
        if let Some(unknown) = options.only.iter().find(|part| !PARTS.iter().any(|(known, ..)| known == part))
        {
            return Err(format!("there is no part {unknown}\n\n{USAGE}").into());
        }
        if options.rounds == 0 || !(0.1..=600.0).contains(&options.seconds) {
            return Err(format!("nothing can be measured in that time\n\n{USAGE}").into());
        }
        Ok(options)
    }

    /// Whether a part is to be run.
    pub(crate) fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == part)
    }

    /// About how many seconds the run takes with what is measured for as long as by default.
    pub(crate) fn expected(&self) -> u64 {
        let wanted = PARTS.iter().filter(|(part, ..)| self.wants(part));
        wanted.map(|(_, full, quick)| if self.quick { quick } else { full }).sum()
    }

    /// How long one measurement is.
    pub(crate) fn span(&self) -> Span {
        let counted = Duration::from_secs_f64(self.seconds);
        Span { warm: counted.div_f64(5.0), counted }
    }

    /// The same for something that takes at least so many seconds to show itself, unless this is a first look.
    pub(crate) fn long(&self, seconds: u64, quick: u64) -> Span {
        let counted = Duration::from_secs(if self.quick { quick } else { seconds });
        Span { warm: Duration::from_millis(200), counted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options, String> {
        let words: Vec<String> = line.split_ascii_whitespace().map(str::to_owned).collect();
        Options::read(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn command_lines() {
        let all = read("").unwrap();
        assert!(all.wants("light") && all.rounds == 3 && !all.quick);
        let some = read("--quick --only sign,create --seconds 0.2").unwrap();
        assert!(some.wants("sign") && !some.wants("light") && some.quick);
        assert!((600..1800).contains(&all.expected()) && some.expected() < 60);
        assert_eq!(some.span().counted, Duration::from_millis(200));
        for wrong in ["--only lihgt", "--seconds", "--seconds x", "--rounds 0", "--slow"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
