//! The program; everything is in [`resp_sniff`].

use std::process::ExitCode;

fn main() -> ExitCode {
    resp_sniff::app::main()
}
