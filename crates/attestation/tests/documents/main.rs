//! Documents made by another implementation (`vectors/make.py`).

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod verdicts;
