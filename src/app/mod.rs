//! Runs the subcommands: inputs, threads, outputs, signals, progress, exit status.

mod failure;
mod output;
mod progress;
mod workers;

pub use failure::{Failure, Status};
