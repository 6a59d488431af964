//! What documents decide, alone and together: cases told by hand, and random ones that a second evaluator judges too.

#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod pinned;
#[cfg(test)]
mod random;
#[cfg(test)]
mod world;
