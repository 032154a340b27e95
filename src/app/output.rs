//! Where reports go: stdout or a private file, buffered, with a closed pipe told apart from a full disk.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Failure;

/// Bytes buffered before a write; a few hundred events.
const BUFFER_LEN: usize = 64 * 1024;

/// A report's way out.
pub(super) struct Output {
    name: String,
    is_stdout: bool,
    sink: BufWriter<Box<dyn Write + Send>>,
}

impl Output {
    /// Standard output.
    pub(super) fn stdout() -> Self {
        Self {
            name: "standard output".to_owned(),
            is_stdout: true,
            sink: BufWriter::with_capacity(BUFFER_LEN, Box::new(io::stdout())),
        }
    }

    /// A file that only its owner may read, because reports speak of leaks.
    pub(super) fn file(path: &Path) -> Result<Self, Failure> {
        let file = private_file(path)?;
        Ok(Self {
            name: path.display().to_string(),
            is_stdout: false,
            sink: BufWriter::with_capacity(BUFFER_LEN, Box::new(file)),
        })
    }

    /// True for standard output.
    pub(super) fn is_stdout(&self) -> bool {
        self.is_stdout
    }

    /// The sentence for an error of this output; `None` for a reader that went away, which is no error.
    pub(super) fn failure(&self, error: &io::Error) -> Option<Failure> {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return None;
        }
        Some(
            Failure::new(format!("cannot write to {}: {error}", self.name))
                .advise("free some space or name another place with -o FILE, then run again"),
        )
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Creates or truncates a file with mode 0600; one that exists keeps nothing of its old mode.
pub(super) fn private_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(|error| {
        Failure::new(format!("cannot write to {}: {error}", path.display()))
            .advise("name a place that can be written")
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Devices such as /dev/full keep their mode; a regular file that was there is tightened.
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            let _ = file.set_permissions(std::fs::Permissions::from_mode(0o600));
        }
    }
    Ok(file)
}
