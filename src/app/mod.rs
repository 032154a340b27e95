//! Runs the subcommands: inputs, threads, outputs, signals, progress, exit status.
//!
//! The edge of the program: the only place with a clock, with threads, and with sentences for people
//! about what went wrong. What the answers are is decided below, in the core.

mod analyze;
mod baseline;
mod failure;
mod keep;
#[cfg(feature = "live")]
mod live;
mod offline;
mod output;
mod progress;
mod reports;
mod run;
mod stop;
mod views;
mod workers;

pub use failure::{Failure, Status};

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::cli::{Cli, Command};
use crate::config::ConfigError;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &arguments),
    };
    match dispatch(&cli) {
        Ok(status) => status.into(),
        Err(failure) => {
            complain(&failure);
            Status::Failed.into()
        }
    }
}

fn dispatch(cli: &Cli) -> Result<Status, Failure> {
    match &cli.command {
        Command::Analyze(args) => analyze::run(args),
        #[cfg(feature = "live")]
        Command::Live(args) => live::run(args),
        #[cfg(feature = "live")]
        Command::Interfaces => live::interfaces(),
        #[cfg(not(feature = "live"))]
        Command::Live(_) | Command::Interfaces => Err(Failure::new(
            "this build cannot capture: it was made without the feature \"live\"",
        )
        .advise("build with libpcap's headers and the default features, or pipe: tcpdump -w - | resp-sniff analyze -")),
        Command::Explain(args) => views::explain(args),
        Command::Rules(args) => views::rules(args),
        Command::Checklist(args) => views::checklist(args),
        Command::Diff(args) => views::diff(args),
    }
}

/// Help goes to stdout with 0; anything else to stderr with 2, and with the command that was meant.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    // Where not even help can be written there is nobody to tell.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return ExitCode::SUCCESS,
        ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument => {
            if let Some(file) = arguments.get(1).filter(|word| Path::new(word).exists()) {
                tell(&format!(
                    "\nTo analyse it:  resp-sniff analyze {}",
                    Path::new(file).display()
                ));
            }
        }
        _ => {}
    }
    Status::Failed.into()
}

/// An error, on stderr.
fn complain(failure: &Failure) {
    tell(&failure.to_string());
}

/// A note on stderr, unless the user wants none.
fn note(quiet: bool, text: &str) {
    if !quiet {
        tell(&format!("resp-sniff: {text}"));
    }
}

fn tell(text: &str) {
    // Where stderr is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let failure = Self::new(error.what);
        match error.advice {
            Some(advice) => failure.advise(advice),
            None => failure,
        }
    }
}
