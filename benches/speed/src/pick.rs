//! Which of many keys a request is for.

use crate::load::Turn;

/// The largest value of a `u32`, and one: what makes a fraction of it.
const STEPS: f64 = 4_294_967_296.0;

/// A way to choose.
pub(crate) enum Pick {
    /// All alike, of so many.
    Uniform(u64),
    /// By Zipf's law with exponent 1: the second half as often as the first, the third a third as often. The sums
    /// of these weights, up to each.
    Zipf(Vec<f64>),
    /// One after the other, by the number of the turn.
    InTurn,
}

impl Pick {
    pub(crate) fn uniform(number: usize) -> Self {
        Self::Uniform(u64::try_from(number).unwrap_or(u64::MAX).max(1))
    }

    pub(crate) fn zipf(number: usize) -> Self {
        let mut sum = 0.0;
        let weights = (1_u32..).take(number.max(1)).map(|rank| {
            sum += 1.0 / f64::from(rank);
            sum
        });
        Self::Zipf(weights.collect())
    }

    /// The choice of a turn, from 0.
    pub(crate) fn of(&self, turn: Turn) -> usize {
        let dice = turn.dice();
        match self {
            Self::Uniform(number) => usize::try_from(dice % number).unwrap_or_default(),
            Self::InTurn => usize::try_from(turn.number).unwrap_or(usize::MAX),
            Self::Zipf(sums) => {
                let fraction = f64::from(u32::try_from(dice >> 32).unwrap_or(u32::MAX)) / STEPS;
                let place = fraction * sums.last().copied().unwrap_or_default();
                sums.partition_point(|sum| *sum <= place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pick: &Pick) -> Vec<u32> {
        let mut times = vec![0; 100];
        for number in 0..100_000 {
            times[pick.of(Turn { connection: 3, number })] += 1;
        }
        times
    }

    #[test]
    fn all_alike() {
        let times = chosen(&Pick::uniform(100));
        assert!(times.iter().all(|times| (800..1200).contains(times)), "{times:?}");
    }

    #[test]
    fn the_second_half_as_often_as_the_first() {
        let times = chosen(&Pick::zipf(100));
        // The sum of the weights of a hundred is 5.187.
        assert!((18_800..19_800).contains(&times[0]), "{times:?}");
        assert!((9_200..10_100).contains(&times[1]), "{times:?}");
        assert!(times[99] > 0);
    }
}
