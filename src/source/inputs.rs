//! `FILE|DIR|-` on the command line to a list of inputs.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{FileSource, SourceError};
use crate::packet::Timestamp;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// A file, or a pipe with a name.
    File(PathBuf),
    /// `-`.
    Stdin,
}

/// Replaces each directory by the captures inside it, at any depth, in order of their paths.
///
/// Files that are no captures by their first bytes are left out inside a directory, and so is
/// what is no regular file; symbolic links to directories are not followed. A file that was named
/// is kept whatever it is: opening it says what is wrong.
///
/// # Errors
///
/// A directory that cannot be listed. A file that is not there or cannot be read is kept, so that
/// opening it says so and the others are read all the same.
pub fn expand_inputs(paths: &[PathBuf]) -> Result<Vec<Input>, (PathBuf, SourceError)> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
        } else if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            walk(path, &mut inputs)?;
        } else {
            inputs.push(Input::File(path.clone()));
        }
    }
    Ok(inputs)
}

/// Capture time of the first packet of a file, `None` where it has none; reads no further.
///
/// # Errors
///
/// As [`FileSource::open`] and [`FileSource::next`].
pub fn first_timestamp(path: &Path) -> Result<Option<Timestamp>, SourceError> {
    let mut source = FileSource::open(path, 0)?;
    Ok(source.next()?.map(|packet| packet.at))
}

fn walk(directory: &Path, inputs: &mut Vec<Input>) -> Result<(), (PathBuf, SourceError)> {
    // A stack of our own: depth is the file system's to choose.
    let mut directories = vec![directory.to_owned()];
    let mut files = Vec::new();
    while let Some(directory) = directories.pop() {
        let refuse = |error: std::io::Error| {
            let kind = error.kind();
            (directory.clone(), SourceError::Open { kind })
        };
        for entry in fs::read_dir(&directory).map_err(refuse)? {
            let entry = entry.map_err(refuse)?;
            let path = entry.path();
            let kind = entry.file_type().map_err(refuse)?;
            if kind.is_dir() {
                directories.push(path);
            } else if fs::metadata(&path).is_ok_and(|metadata| metadata.is_file())
                && looks_like_capture(&path)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    inputs.extend(files.into_iter().map(Input::File));
    Ok(())
}

/// By the first bytes; true too where they cannot be read, so that it is said and not passed over.
fn looks_like_capture(path: &Path) -> bool {
    let mut first = Vec::new();
    match fs::File::open(path).and_then(|file| file.take(4).read_to_end(&mut first)) {
        Ok(_) => super::file::is_capture(&first),
        Err(_) => true,
    }
}
