//! How long things took, exactly: every sample is kept, and sorted once.

use std::time::Duration;

/// Microseconds.
pub(crate) fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

/// A count as a number that can be divided.
pub(crate) fn count(number: impl TryInto<u32>) -> f64 {
    number.try_into().map_or_else(|_| f64::from(u32::MAX), f64::from)
}

/// The median of a few numbers; none of none.
pub(crate) fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

/// What each of many requests took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    sorted: Vec<Duration>,
}

impl Samples {
    pub(crate) fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self { sorted: samples }
    }

    /// What `thousandths` of the requests took at most: 500 is the median, 990 the 99th percentile.
    pub(crate) fn at(&self, thousandths: usize) -> Option<Duration> {
        let place = (self.sorted.len() * thousandths).div_ceil(1000).saturating_sub(1);
        self.sorted.get(place).copied()
    }

    pub(crate) fn p50(&self) -> Option<f64> {
        self.at(500).map(micros)
    }

    pub(crate) fn p99(&self) -> Option<f64> {
        self.at(990).map(micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples = Samples::of((1..=200).rev().map(Duration::from_micros).collect());
        assert_eq!(samples.at(500), Some(Duration::from_micros(100)));
        assert_eq!(samples.at(990), Some(Duration::from_micros(198)));
        assert_eq!(samples.at(1000), Some(Duration::from_micros(200)));
        assert_eq!(Samples::of(vec![Duration::from_micros(7)]).p99(), Some(7.0));
        assert_eq!(Samples::default().p50(), None);
    }

    #[test]
    fn the_median_of_few() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }
}
