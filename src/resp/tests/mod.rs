//! Conversations as Redis has them, each played whole and in every cut.

mod bounds;
mod gaps;
mod grammar;
mod hiredis;
mod midstream;
mod pairing;
mod replication;
mod transactions;

use super::testing::{Piece, c, play, request, requests, s};
use super::*;

fn exact(pieces: &[Piece]) -> Vec<String> {
    play(Start::FirstByte, pieces).0
}

/// Only the lines of exchanges and pushes.
fn outcome(pieces: &[Piece]) -> Vec<String> {
    outcome_from(Start::FirstByte, pieces)
}

fn outcome_from(start: Start, pieces: &[Piece]) -> Vec<String> {
    let mut lines = play(start, pieces).0;
    lines.retain(|line| !line.starts_with('>'));
    lines
}
