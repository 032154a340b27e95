//! Turns flags into what the core takes, with one sentence for each thing that cannot be.
