//! The texts of one parse: which file is whose, and how places of libclang become places of the user.

use crate::clang::{Cursor, Spot, Virtual};
use crate::error::{Error, Place};
use crate::rewrite::{PythonLinkage, Rewritten};

/// Where our texts pretend to lie.
const FOLDER: &str = "/__dovetail_cdef__";

/// A cdef text as the parser keeps it.
pub(crate) struct Sources {
    /// Earlier texts, then the new one.
    texts: Vec<(String, Rewritten)>,
}

impl Sources {
    pub fn new(texts: Vec<Rewritten>) -> Sources {
        let texts = texts.into_iter().enumerate().map(|(i, t)| (format!("{FOLDER}/{i}.h"), t)).collect();
        Sources { texts }
    }

    pub fn main_path() -> String {
        format!("{FOLDER}/main.c")
    }

    pub fn prelude_path() -> String {
        format!("{FOLDER}/prelude.h")
    }

    /// Whether the path is one of ours, so that no file lies there.
    pub fn is_virtual(path: &str) -> bool {
        path.starts_with(FOLDER)
    }

    pub fn virtuals(&self) -> impl Iterator<Item = Virtual> {
        self.texts.iter().map(|(path, t)| Virtual { path: path.clone(), text: t.text.clone() })
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|t| t.0.as_str())
    }

    pub fn all(&self) -> impl Iterator<Item = &Rewritten> {
        self.texts.iter().map(|t| &t.1)
    }

    /// The text that is parsed for its declarations.
    pub fn new_text(&self) -> &Rewritten {
        &self.texts.last().expect("a parse has a text").1
    }

    pub fn is_new_text(&self, file: &str) -> bool {
        self.texts.last().is_some_and(|t| t.0 == file)
    }

    pub fn is_user_text(&self, file: &str) -> bool {
        self.texts.iter().any(|t| t.0 == file)
    }

    pub fn is_array_mark(&self, n: u64) -> bool {
        self.texts.iter().any(|t| t.1.array_mark == n && t.1.text.contains(&t.1.array_mark.to_string()))
    }

    pub fn is_open_mark(&self, n: u64) -> bool {
        self.texts.iter().any(|t| t.1.open_mark == n && t.1.text.contains(&t.1.open_mark.to_string()))
    }

    /// The text in that file of ours, to be changed.
    pub fn text_mut(&mut self, file: &str) -> Option<&mut Rewritten> {
        self.texts.iter_mut().find(|t| t.0 == file).map(|t| &mut t.1)
    }

    /// The last character of the new text, if the place is in the text around the user's: so far clang reads on in a
    /// declaration without its end.
    fn end_for(&self, spot: &Spot) -> Option<(&Rewritten, usize)> {
        let text = self.new_text();
        (spot.file.as_ref() == Sources::main_path())
            .then(|| (text, text.source().trim_end().len().saturating_sub(1)))
    }

    fn text_of(&self, file: &str) -> Option<&Rewritten> {
        self.texts.iter().find(|t| t.0 == file).map(|t| &t.1)
    }

    /// A place as the user knows it.
    pub fn place(&self, spot: &Spot) -> Place {
        match self.text_of(&spot.file) {
            Some(text) => text.place(text.source_offset(spot.offset)),
            None if let Some((text, end)) = self.end_for(spot) => text.place(end),
            None => Place { file: spot.file.to_string(), line: spot.line, column: spot.column },
        }
    }

    /// The user's line at a place.
    pub fn line(&self, spot: &Spot) -> Option<String> {
        match self.text_of(&spot.file) {
            Some(text) => Some(text.line(text.source_offset(spot.offset))),
            None if let Some((text, end)) = self.end_for(spot) => Some(text.line(end)),
            None if spot.file.is_empty() || Sources::is_virtual(&spot.file) => None,
            None => {
                let bytes = std::fs::read(&*spot.file).ok()?;
                let line = bytes.split(|b| *b == b'\n').nth(spot.line.checked_sub(1)? as usize)?;
                Some(String::from_utf8_lossy(line).into_owned())
            }
        }
    }

    pub fn python_at(&self, spot: &Spot) -> Option<PythonLinkage> {
        let text = self.text_of(&spot.file)?;
        text.python_at(text.source_offset(spot.offset))
    }

    /// An error with the place of a declaration, unless it has one.
    pub fn locate(&self, error: Error, cursor: Cursor<'_>) -> Error {
        if error.place.is_some() {
            return error;
        }
        let spot = cursor.spot();
        let line = self.line(&spot);
        error.at(self.place(&spot), line)
    }
}
