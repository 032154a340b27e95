//! Ctrl-C and SIGTERM: the first asks for the end and the summary, the second ends at once.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static INSTALL: Once = Once::new();

/// Exit status of a process that Ctrl-C ended (128 + SIGINT).
const INTERRUPTED: i32 = 130;

/// Takes the signals over, once.
pub(super) fn install() {
    INSTALL.call_once(|| {
        // Where the handler cannot be set the default stays: Ctrl-C ends at once.
        let _ = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
        });
    });
}

/// True once the end was asked for.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
