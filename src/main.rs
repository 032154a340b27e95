//! The program: everything is in [`resp_sniff`].

fn main() {}
