//! What is expected of Python.

mod code;
mod definitions;
mod limits;
mod modules;
