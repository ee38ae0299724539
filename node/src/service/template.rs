//! Blank workbooks of catalogue items.

use std::io::Cursor;

use tiaoxi_api::{
    code::Code,
    service::{Download, ServiceError},
};
use tiaoxi_catalog::Item;
use tiaoxi_sheet::FileKind;

use super::fault;
use crate::imports::media_type;

/// A blank workbook of an item.
pub(super) fn template(item: &Item) -> Result<Download, ServiceError> {
    let bytes = tiaoxi_intake::template::template(item);
    let bytes = bytes.map_err(|error| fault(&error, Code::Internal))?;
    Ok(Download {
        media_type: media_type(FileKind::Xlsx),
        file_name: format!("{}-{}.xlsx", item.slug(), item.name_zh()),
        body: Box::new(Cursor::new(bytes)),
    })
}
