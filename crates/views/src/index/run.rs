//! One run: an immutable file of sorted postings in sealed pages, and behind them its fences.
//!
//! File: pages 0 to `pages` − 1 with postings, then the first token of each of them, 254 a page,
//! in pages of the same size and sealing. Nothing else: counts stand in the manifest, so a file of
//! another length is damage. Fences are held in memory: 16 bytes for about 200 postings.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tiaoxi_vault::Key;

use super::page::{
    FENCES_PER_PAGE, Malformed, PAGE_BYTES, PageReader, PageWriter, open_fences, seal_fences,
};
use super::{IndexError, Posting};
use crate::token::Token;

/// What the manifest says of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RunInfo {
    /// Number of the run; never used twice, names the file.
    pub(super) number: u64,
    /// Slot of its key in the key file.
    pub(super) slot: u64,
    /// Pages with postings.
    pub(super) pages: u32,
    /// Postings in them.
    pub(super) postings: u64,
}

impl RunInfo {
    /// Bytes of the whole file.
    pub(super) fn file_bytes(&self) -> u64 {
        let pages = u64::from(self.pages);
        (pages + pages.div_ceil(FENCES_PER_PAGE as u64)) * PAGE_BYTES as u64
    }

    /// Its file within the index's directory.
    pub(super) fn path(dir: &Path, number: u64) -> PathBuf {
        dir.join(format!("{number:08}.run"))
    }
}

/// A run that can be read.
pub(super) struct Run {
    pub(super) info: RunInfo,
    file: File,
    path: PathBuf,
    key: Key,
    fences: Vec<Token>,
}

impl Run {
    /// Opens the run and reads its fences.
    pub(super) fn open(dir: &Path, info: RunInfo, key: Key) -> Result<Self, IndexError> {
        let path = RunInfo::path(dir, info.number);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(IndexError::damaged(format!("run {} is missing", info.number)));
            }
            Err(error) => return Err(IndexError::io("opening", &path)(error)),
        };
        let length = file.metadata().map_err(IndexError::io("measuring", &path))?.len();
        if length != info.file_bytes() {
            let what = format!("run {} has {length} bytes, not {}", info.number, info.file_bytes());
            return Err(IndexError::damaged(what));
        }
        let mut run = Self { info, file, path, key, fences: Vec::new() };
        run.fences = run.read_fences()?;
        Ok(run)
    }

    fn read_fences(&self) -> Result<Vec<Token>, IndexError> {
        let pages =
            usize::try_from(self.info.pages).expect("a page number fits into memory's size");
        let mut fences = Vec::with_capacity(pages);
        let mut page = self.info.pages;
        while fences.len() < pages {
            let sealed = self.read_sealed(page)?;
            let part = open_fences(&self.key, page, &sealed).map_err(|m| self.damage(page, m))?;
            if part.is_empty() {
                return Err(self.damage(page, Malformed));
            }
            fences.extend(part);
            page += 1;
        }
        Ok(fences)
    }

    fn read_sealed(&self, page: u32) -> Result<Vec<u8>, IndexError> {
        let mut sealed = vec![0; PAGE_BYTES];
        let offset = u64::from(page) * PAGE_BYTES as u64;
        self.file
            .read_exact_at(&mut sealed, offset)
            .map_err(IndexError::io("reading", &self.path))?;
        Ok(sealed)
    }

    fn damage(&self, page: u32, _how: Malformed) -> IndexError {
        IndexError::damaged(format!("page {page} of run {} does not open", self.info.number))
    }

    fn open_page(&self, page: u32) -> Result<PageReader, IndexError> {
        let sealed = self.read_sealed(page)?;
        PageReader::open(&self.key, page, &sealed).map_err(|m| self.damage(page, m))
    }

    /// All postings in order, one page in memory.
    pub(super) fn scan(&self) -> Scan<'_> {
        Scan { run: self, next_page: 0, reader: None }
    }

    /// Calls `take` with each posting of `token`, in order, until it answers `false`.
    pub(super) fn find(
        &self,
        token: Token,
        mut take: impl FnMut(Posting) -> bool,
    ) -> Result<(), IndexError> {
        // The token may begin in the page before the first whose fence reaches it.
        let first = self.fences.partition_point(|fence| *fence < token).saturating_sub(1);
        let next_page = u32::try_from(first).expect("there are at most 2^32 pages");
        let mut scan = Scan { run: self, next_page, reader: None };
        while let Some(posting) = scan.next()? {
            if posting.token > token || (posting.token == token && !take(posting)) {
                break;
            }
        }
        Ok(())
    }
}

/// Reads a run from front to back.
pub(super) struct Scan<'a> {
    run: &'a Run,
    next_page: u32,
    reader: Option<PageReader>,
}

impl Scan<'_> {
    /// The next posting, or `None` behind the last page.
    pub(super) fn next(&mut self) -> Result<Option<Posting>, IndexError> {
        loop {
            if let Some(reader) = &mut self.reader {
                let page = self.next_page.saturating_sub(1);
                if let Some(posting) = reader.next().map_err(|m| self.run.damage(page, m))? {
                    return Ok(Some(posting));
                }
            }
            if self.next_page == self.run.info.pages {
                return Ok(None);
            }
            self.reader = Some(self.run.open_page(self.next_page)?);
            self.next_page += 1;
        }
    }
}

/// Writes a run from postings in order; equal ones once.
pub(super) struct RunWriter {
    number: u64,
    slot: u64,
    path: PathBuf,
    out: BufWriter<File>,
    key: Key,
    page: PageWriter,
    fences: Vec<Token>,
    pages: u32,
    postings: u64,
    last: Option<Posting>,
}

impl RunWriter {
    /// Starts the file of run `number`, whose `key` is durable in `slot` already.
    pub(super) fn create(dir: &Path, number: u64, slot: u64, key: Key) -> Result<Self, IndexError> {
        let path = RunInfo::path(dir, number);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(IndexError::io("creating", &path))?;
        Ok(Self {
            number,
            slot,
            path,
            out: BufWriter::with_capacity(16 * PAGE_BYTES, file),
            key,
            page: PageWriter::new(),
            fences: Vec::new(),
            pages: 0,
            postings: 0,
            last: None,
        })
    }

    /// Slot and number.
    pub(super) fn place(&self) -> (u64, u64) {
        (self.slot, self.number)
    }

    /// Pages finished so far.
    pub(super) fn pages(&self) -> u32 {
        self.pages
    }

    /// Adds a posting not below the one before it.
    pub(super) fn push(&mut self, posting: Posting) -> Result<(), IndexError> {
        if self.last == Some(posting) {
            return Ok(());
        }
        if !self.page.has_room() {
            self.end_page()?;
        }
        if self.page.is_empty() {
            self.fences.push(posting.token);
        }
        self.page.push(posting);
        self.postings += 1;
        self.last = Some(posting);
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), IndexError> {
        let sealed = self.page.seal(&self.key, self.pages);
        self.out.write_all(&sealed).map_err(IndexError::io("writing", &self.path))?;
        self.pages += 1;
        Ok(())
    }

    /// Writes the fences, syncs the file and hands out the run. Its directory is not synced yet.
    pub(super) fn finish(mut self) -> Result<Run, IndexError> {
        if !self.page.is_empty() {
            self.end_page()?;
        }
        for (fences, page) in self.fences.chunks(FENCES_PER_PAGE).zip(self.pages..) {
            let sealed = seal_fences(&self.key, page, fences);
            self.out.write_all(&sealed).map_err(IndexError::io("writing", &self.path))?;
        }
        self.out.flush().map_err(IndexError::io("writing", &self.path))?;
        self.out.get_ref().sync_data().map_err(IndexError::io("syncing", &self.path))?;
        let info = RunInfo {
            number: self.number,
            slot: self.slot,
            pages: self.pages,
            postings: self.postings,
        };
        let file = File::open(&self.path).map_err(IndexError::io("opening", &self.path))?;
        Ok(Run { info, file, path: self.path, key: self.key, fences: self.fences })
    }
}
