//! A file arrives: received whole and sealed, its digest compared, before anything is made of it.

use std::{
    io::{self, Read, Write},
    sync::atomic::Ordering,
};

use tiaoxi_api::{
    code::Code,
    service::{ImportRequest, ServiceError},
};
use tracing::error;

use super::{Digest, Imports, Running, Stage, job::Ruling, shelf_error, state::ImportRecord};
use crate::clock;

/// Bytes received at once.
const PIECE_BYTES: usize = 256 << 10;
/// Bytes that an upload leaves free on the disk: the journal needs them.
const FREE_BYTES_MIN: u64 = 512 << 20;
/// Bytes received between two looks at the free space.
const LOOK_BYTES: u64 = 64 << 20;

/// A file that has arrived.
struct Arrived {
    slot: u64,
    digest: Digest,
}

impl Imports {
    /// The import of a request with its upload, which is read from `body` unless it is here.
    pub(super) fn receive(
        &self,
        request: &ImportRequest,
        ruling: &Ruling,
        body: &mut dyn Read,
    ) -> Result<(Running<'_>, ImportRecord), ServiceError> {
        let Some(digest) = request.digest else {
            let arrived = self.store_upload(request, body, None)?;
            let begun = self.begin(arrived.digest).inspect_err(|_| self.destroy(arrived.slot))?;
            let record = self.adopt(&arrived, ruling)?;
            return Ok((begun, record));
        };
        let running = self.begin(digest)?;
        let known = self.record(&digest)?;
        if let Some(record) = known
            && (record.upload.is_some() || ruling.leaves_as_is(&record))
        {
            return Ok((running, record));
        }
        let arrived = self.store_upload(request, body, Some(&running))?;
        let record = self.adopt(&arrived, ruling)?;
        Ok((running, record))
    }

    fn store_upload(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
        running: Option<&Running<'_>>,
    ) -> Result<Arrived, ServiceError> {
        self.check_space(request.length.unwrap_or(0))?;
        if let Some(running) = running {
            running.progress.enter(Stage::Uploading);
            running.progress.reached((0, request.length.unwrap_or(0)));
        }
        let (slot, mut out) = self.shelf.begin().map_err(|error| shelf_error(&error))?;
        let copied = self.copy(body, &mut out, running);
        let stored = copied.and_then(|digest| {
            if request.digest.is_some_and(|expected| expected != digest) {
                return Err(Code::DigestMismatch.into());
            }
            self.shelf.finish(slot, out).map_err(|error| shelf_error(&error))?;
            Ok(Arrived { slot, digest })
        });
        stored.inspect_err(|_cut_off| self.destroy(slot))
    }

    fn copy(
        &self,
        body: &mut dyn Read,
        out: &mut dyn Write,
        running: Option<&Running<'_>>,
    ) -> Result<Digest, ServiceError> {
        let mut hasher = blake3::Hasher::new();
        let mut piece = vec![0; PIECE_BYTES];
        let (mut received, mut looked) = (0_u64, 0_u64);
        loop {
            let count = match body.read(&mut piece) {
                Ok(0) => return Ok(*hasher.finalize().as_bytes()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_error(&error)),
            };
            let bytes = piece.get(..count).unwrap_or_default();
            hasher.update(bytes);
            out.write_all(bytes).map_err(|error| write_error(&error))?;
            received += count as u64;
            if let Some(running) = running {
                running.progress.bytes_done.store(received, Ordering::Relaxed);
            }
            if received - looked > LOOK_BYTES {
                looked = received;
                self.check_space(0)?;
            }
        }
    }

    /// Whether the disk takes so many bytes more.
    fn check_space(&self, bytes: u64) -> Result<(), ServiceError> {
        let free = self.shelf.free_bytes().map_err(|error| shelf_error(&error))?;
        if free < bytes.saturating_add(FREE_BYTES_MIN) {
            return Err(Code::StorageFull.into());
        }
        Ok(())
    }

    /// Writes down where an upload is kept, and until when.
    fn adopt(&self, arrived: &Arrived, ruling: &Ruling) -> Result<ImportRecord, ServiceError> {
        let known = self.record(&arrived.digest).inspect_err(|_| self.destroy(arrived.slot))?;
        let known = known.unwrap_or_default();
        if known.upload.is_some() || ruling.leaves_as_is(&known) {
            self.destroy(arrived.slot);
            return Ok(known);
        }
        let now = clock::unix_seconds();
        let record = ImportRecord {
            upload: Some(arrived.slot),
            arrived: now,
            kept_until: now.saturating_add(self.kept_for.as_secs()),
            ..known
        };
        self.put(&arrived.digest, Some(&record)).inspect_err(|_| self.destroy(arrived.slot))?;
        Ok(record)
    }
}

fn read_error(error: &io::Error) -> ServiceError {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Code::ImportTooLarge.into(),
        _ => Code::UploadCutOff.into(),
    }
}

fn write_error(error: &io::Error) -> ServiceError {
    error!(error = error as &dyn std::error::Error, "an upload can't be kept");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::StorageFull.into(),
        _ => Code::Internal.into(),
    }
}
