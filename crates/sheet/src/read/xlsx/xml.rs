//! XML of a workbook's parts as a stream of events, in bounded memory.
//!
//! Knows nothing of what the elements mean. Names are handed out without their prefix: strict and
//! transitional workbooks, and those of every program, then look the same.

use std::{
    borrow::Cow,
    io::{self, BufRead, Read},
    sync::Arc,
};

use quick_xml::{
    XmlVersion,
    events::{BytesEnd, BytesRef, BytesStart, Event},
};

use crate::read::{
    error::Fault,
    what::{Amount, Damage},
};

/// Bytes unpacked at once.
const CHUNK_BYTES: usize = 32 * 1024;
/// Elements inside one another; a workbook has about ten.
const DEPTH_MAX: u32 = 64;

/// Events of one part.
pub(super) struct Xml<R> {
    reader: quick_xml::Reader<Run<R>>,
    buffer: Vec<u8>,
    depth: u32,
}

/// What comes next in a part.
pub(super) enum Node<'a> {
    /// An element begins; an empty one ends with the next event.
    Start(Start<'a>),
    /// An element ends.
    End(End<'a>),
    /// A piece of text: one text may come in several.
    Text(Cow<'a, str>),
    /// Something without a meaning: a comment, a declaration.
    Nothing,
    /// The part ends, and every element was closed.
    Eof,
}

/// The beginning of an element.
pub(super) struct Start<'a>(BytesStart<'a>);

/// The end of an element.
pub(super) struct End<'a>(BytesEnd<'a>);

impl<R: Read> Xml<R> {
    /// Reads `part`, in which no text and no tag may have more than `run_bytes_max` bytes.
    pub(super) fn new(part: R, run_bytes_max: usize) -> Self {
        let chunk = vec![0; CHUNK_BYTES].into_boxed_slice();
        let run = Run { part, chunk, next: 0, filled: 0, taken: 0, taken_max: run_bytes_max };
        let mut reader = quick_xml::Reader::from_reader(run);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// What the events come from.
    pub(super) fn part(&self) -> &R {
        &self.reader.get_ref().part
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.buffer.capacity() + CHUNK_BYTES
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Node<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().taken = 0;
        Ok(match self.reader.read_event_into(&mut self.buffer).map_err(fault)? {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err(Fault::damaged(Damage::Content));
                }
                Node::Start(Start(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::End(End(end))
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(reference) => resolve(&reference).map_or(Node::Nothing, Node::Text),
            Event::Eof if self.depth == 0 => Node::Eof,
            Event::Eof => return Err(Fault::damaged(Damage::Incomplete)),
            // A document type could define entities; no spreadsheet program writes one.
            Event::DocType(_) => return Err(Fault::damaged(Damage::Content)),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Nothing,
        })
    }
}

impl Start<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        let name = self.0.name().0;
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// Its attributes: name without prefix, value as it stands in the file.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Result<(&str, Cow<'_, str>), Fault>> {
        let mut attributes = self.0.attributes();
        // Which of two attributes of one name counts is no matter of safety.
        attributes.with_checks(false);
        attributes.map(|attribute| {
            let attribute = attribute.map_err(|error| Fault::damaged_by(Damage::Content, error))?;
            let name = attribute.key.0;
            Ok((name.rsplit_once(':').map_or(name, |(_, local)| local), attribute.value))
        })
    }

    /// The text of the attribute of this name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<String>, Fault> {
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Fault::damaged_by(Damage::Content, error))?;
            if attribute.key.local_name().as_ref() == name {
                let text = attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_err(|error| Fault::damaged_by(Damage::Content, error))?;
                return Ok(Some(text.into_owned()));
            }
        }
        Ok(None)
    }
}

impl End<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        let name = self.0.name().0;
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }
}

/// The character that a reference stands for; `None` for an entity of the file's own.
fn resolve(reference: &BytesRef<'_>) -> Option<Cow<'static, str>> {
    match reference.as_ref() {
        "lt" => Some("<".into()),
        "gt" => Some(">".into()),
        "amp" => Some("&".into()),
        "apos" => Some("'".into()),
        "quot" => Some("\"".into()),
        _ => reference.resolve_char_ref().ok().flatten().map(|it| it.to_string().into()),
    }
}

fn fault(error: quick_xml::Error) -> Fault {
    match error {
        quick_xml::Error::Io(error) => match Arc::try_unwrap(error) {
            Ok(error) => Fault::from_reader(error),
            Err(error) => Fault::Read(io::Error::other(error)),
        },
        error => Fault::damaged_by(Damage::Content, error),
    }
}

/// The bytes of a part, with a limit on how many may come in one event: the XML reader keeps a
/// text or tag in memory until it ends.
struct Run<R> {
    part: R,
    chunk: Box<[u8]>,
    /// `chunk[next..filled]` is unpacked and not yet taken.
    next: usize,
    filled: usize,
    /// Bytes taken since the last event.
    taken: usize,
    taken_max: usize,
}

impl<R: Read> Read for Run<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(room)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Run<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.taken_max {
            let max = self.taken_max as u64;
            return Err(Fault::TooLarge { what: Amount::RunBytes, max }.into_reader());
        }
        if self.next == self.filled {
            self.next = 0;
            self.filled = 0;
            self.filled = self.part.read(&mut self.chunk)?.min(self.chunk.len());
        }
        Ok(self.chunk.get(self.next..self.filled).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.next = self.filled.min(self.next + count);
        self.taken += count;
    }
}
