//! The index: number, side and origin of every log.
//!
//! Sealed: format u8 (1), count u32, then for each id u32, side u8 (0 own, 1 followed), origin as
//! length u32 and bytes.

use std::path::Path;

use tiaoxi_vault::{Key, durable, sealing};

use crate::bytes::{Reader, length_u32, put_bytes};
use crate::file::{FileError, failed, read_if_there};
use crate::log::{LogId, LogInfo, Side};
use crate::{LOGS_MAX, ORIGIN_BYTES_MAX};

const FORMAT: u8 = 1;
const AAD: &[u8] = b"tiaoxi store index";

/// Why the index does not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the index of logs is damaged")]
    Damaged,
}

pub(crate) fn read_index(path: &Path, key: &Key) -> Result<Vec<LogInfo>, IndexError> {
    let Some(sealed) = read_if_there(path)? else { return Ok(Vec::new()) };
    match sealing::open(key, AAD, &sealed) {
        Ok(plain) => decode_index(&plain).ok_or(IndexError::Damaged),
        Err(sealing::Damaged) => Err(IndexError::Damaged),
    }
}

pub(crate) fn write_index(path: &Path, key: &Key, logs: &[LogInfo]) -> Result<(), FileError> {
    let plain = encode_index(logs);
    durable::write_file(path, &sealing::seal(key, AAD, &plain)).map_err(failed("writing", path))
}

pub(crate) fn encode_index(logs: &[LogInfo]) -> Vec<u8> {
    let mut plain = vec![FORMAT];
    plain.extend_from_slice(&length_u32(logs.len()).to_le_bytes());
    for log in logs {
        plain.extend_from_slice(&log.id.0.to_le_bytes());
        plain.push(match log.side {
            Side::Own => 0,
            Side::Followed => 1,
        });
        put_bytes(&mut plain, log.origin.as_bytes());
    }
    plain
}

pub(crate) fn decode_index(plain: &[u8]) -> Option<Vec<LogInfo>> {
    let mut reader = Reader::new(plain);
    if reader.u8()? != FORMAT {
        return None;
    }
    let count = usize::try_from(reader.u32()?).ok().filter(|count| *count <= LOGS_MAX)?;
    let mut logs = Vec::with_capacity(count);
    for _ in 0..count {
        let id = LogId(reader.u32()?);
        let side = match reader.u8()? {
            0 => Side::Own,
            1 => Side::Followed,
            _ => return None,
        };
        logs.push(LogInfo { id, side, origin: reader.text(ORIGIN_BYTES_MAX)?.to_owned() });
    }
    reader.end()?;
    Some(logs)
}
