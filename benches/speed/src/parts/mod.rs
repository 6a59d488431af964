//! The parts of a run: one file each.

pub(crate) mod create;
pub(crate) mod grants;
pub(crate) mod import;
pub(crate) mod light;
pub(crate) mod mixed;
pub(crate) mod overload;
pub(crate) mod parameters;
pub(crate) mod proof;
pub(crate) mod scale;
pub(crate) mod sign;
