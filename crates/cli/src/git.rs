//! What is asked of git. Only this module runs it, and git never looks at the working tree for us: no filter runs.

pub(crate) mod blame;
mod process;
