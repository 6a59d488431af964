//! The engine as a whole, without a front: in memory, with a clock that the tests move.

#[cfg(test)]
mod import;
#[cfg(test)]
mod life;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod world;
