//! Own records, for whoever makes something of them: those of an item, of an import, of a subject.

use tiaoxi_api::{code::Code, service::ServiceError};
use tiaoxi_credit::Kind;
use tiaoxi_ledger::header::{Header, Relation};
use tiaoxi_views::EntryRef;

use crate::{
    imports::Imports,
    own::{Life, Own, Version, is_of_kind},
};

/// Hands every signed record of an item that stands to `take`, in the order of the logs, until it
/// says that it has enough.
pub(super) fn standing(
    own: &Own,
    item: u16,
    import: Option<&[u8; 32]>,
    imports: &Imports,
    take: &mut dyn FnMut(Version) -> Result<bool, ServiceError>,
) -> Result<(), ServiceError> {
    let of_import = import.map(|digest| imports.entry_of(digest)).transpose()?;
    let goes_on = each(own, Walk::Records { item, of_import }, take)?;
    if goes_on {
        each(own, Walk::Corrections { item, import: import.copied() }, take)?;
    }
    Ok(())
}

/// Where to look.
#[derive(Clone, Copy)]
enum Walk {
    /// Records, of one import perhaps.
    Records { item: u16, of_import: Option<u64> },
    /// Corrections, brought by one file perhaps.
    Corrections { item: u16, import: Option<[u8; 32]> },
}

impl Walk {
    fn wants(self, header: &Header, number: u64) -> bool {
        let kind = header.kind.kind();
        match self {
            Self::Records { item, of_import } => {
                let came_with = header.concerned;
                let of_import = of_import.is_none_or(|import| {
                    came_with.relation == Relation::SAME_CHANNEL
                        && came_with.number == import
                        && number > import
                });
                kind == Kind::Record as u8 && header.item == item && of_import
            }
            Self::Corrections { item, .. } => kind == Kind::Correction as u8 && header.item == item,
        }
    }

    /// Whether nothing behind this entry can be wanted.
    fn is_over(self, header: &tiaoxi_ledger::header::HeaderBytes) -> bool {
        let Self::Records { of_import: Some(import), .. } = self else { return false };
        is_of_kind(header, Kind::ImportReport)
            && Header::from_bytes(header).is_ok_and(|header| header.concerned.number == import)
    }
}

fn each(
    own: &Own,
    walk: Walk,
    take: &mut dyn FnMut(Version) -> Result<bool, ServiceError>,
) -> Result<bool, ServiceError> {
    let (origin, mut next) = match walk {
        Walk::Records { of_import, .. } => (own.records.clone(), of_import.unwrap_or(0)),
        Walk::Corrections { .. } => match own.notices() {
            Ok(notices) => (notices.clone(), 0),
            Err(_no_log) => return Ok(true),
        },
    };
    let Some(summary) = own.logs.summary(&origin.to_string()) else { return Ok(true) };
    let signed = summary.checkpoint.as_ref().map_or(0, |signed| signed.size());
    while next < signed {
        let block = own.block(&origin, next)?;
        for (number, bytes, _) in block.entries().filter(|(number, ..)| *number >= next) {
            if number >= signed || walk.is_over(bytes) {
                return Ok(true);
            }
            let Ok(header) = Header::from_bytes(bytes) else { continue };
            if !walk.wants(&header, number) {
                continue;
            }
            let version = own.version(EntryRef { log: summary.id.0, number })?;
            let of_file = |version: &Version| match walk {
                Walk::Corrections { import: Some(import), .. } => version.import == Some(import),
                _ => true,
            };
            if let Some(version) = version.filter(|it| it.life == Life::Stands).filter(of_file)
                && !take(version)?
            {
                return Ok(false);
            }
        }
        next = block.end();
    }
    Ok(true)
}

/// The standing own records of a subject under a decision number.
pub(super) fn of_subject(
    own: &Own,
    code: &str,
    document: &str,
) -> Result<Vec<Version>, ServiceError> {
    own.refresh()?;
    let mut found = own.versions_of(code)?;
    found.retain(|version| version.life == Life::Stands && version.record.document == document);
    if found.iter().any(|version| !version.is_signed) {
        return Err(Code::EntryUnsigned.into());
    }
    Ok(found)
}
