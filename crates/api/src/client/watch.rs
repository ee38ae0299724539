//! Following an import by the events that the node sends.

use std::io::{BufRead, BufReader, Read};

use super::imports::import_path;
use super::{Client, ClientError};
use crate::types::{ApiError, ImportProgress};

/// Bytes of one line of an event.
const LINE_BYTES_MAX: u64 = 4 << 20;

impl Client {
    /// Follows an import: calls `on_progress` at once and whenever something changed, and returns
    /// the last progress once the import rests (previewed, complete, interrupted, expired), or
    /// `None` when the node ended the connection before.
    pub fn watch_import(
        &self,
        digest: &[u8; 32],
        on_progress: &mut dyn FnMut(&ImportProgress),
    ) -> Result<Option<ImportProgress>, ClientError> {
        let response =
            self.get_within(&import_path(digest, "/events"), "text/event-stream", None)?;
        if !response.status().is_success() {
            return Err(self.refusal(response));
        }
        let mut events = Events { lines: BufReader::new(response.into_body().into_reader()) };
        let broken = |cause| ClientError::from_call(&self.base, ureq::Error::Io(cause));
        let progress = |data: &str| serde_json::from_str(data).map_err(ClientError::Unreadable);
        while let Some((name, data)) = events.next().map_err(broken)? {
            match name.as_str() {
                "progress" => on_progress(&progress(&data)?),
                "end" => return progress(&data).map(Some),
                "fault" => {
                    let error: ApiError =
                        serde_json::from_str(&data).map_err(ClientError::Unreadable)?;
                    return Err(ClientError::Refused { status: 200, error });
                }
                _ => {}
            }
        }
        Ok(None)
    }
}

/// Events out of lines (WHATWG HTML, section 9.2), as far as a node sends them.
struct Events<R> {
    lines: BufReader<R>,
}

impl<R: Read> Events<R> {
    /// Name and data of the next event; `None` at the end.
    fn next(&mut self) -> std::io::Result<Option<(String, String)>> {
        let (mut name, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            let read = self.lines.by_ref().take(LINE_BYTES_MAX).read_line(&mut line)?;
            // What stands behind the last empty line is no whole event.
            if read == 0 || !line.ends_with('\n') {
                return Ok(None);
            }
            let line = line.trim_end_matches(['\r', '\n']);
            let (key, text) = line.split_once(':').unwrap_or((line, ""));
            let text = text.strip_prefix(' ').unwrap_or(text);
            match key {
                "event" => text.clone_into(&mut name),
                "data" => data.push_str(text),
                "" if line.is_empty() && !name.is_empty() => return Ok(Some((name, data))),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_and_comments_passed_over() {
        let text = ":\n\nevent: progress\ndata: {\"a\": 1}\n\n: alive\n\nevent:end\r\ndata:7\r\n\r\nevent: half\ndata: 1";
        let mut events = Events { lines: BufReader::new(text.as_bytes()) };
        let mut next = || events.next().expect("reads");
        assert_eq!(next(), Some(("progress".to_owned(), "{\"a\": 1}".to_owned())));
        assert_eq!(next(), Some(("end".to_owned(), "7".to_owned())));
        assert_eq!(next(), None);
    }
}
