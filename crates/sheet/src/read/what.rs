//! What can be wrong with a file, and what there can be too much of, in words for people.

use std::fmt;

/// What is wrong with a damaged file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The end is missing, as after a broken copy.
    Incomplete,
    /// The packing: sizes, checksums, names.
    Packing,
    /// A part that a workbook must have is missing.
    PartMissing,
    /// What a part says makes no sense.
    Content,
    /// Rows or cells that are not in order.
    Order,
    /// A cell outside the largest sheet there can be.
    OutOfSheet,
}

impl Damage {
    /// In Chinese, with what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Incomplete => "文件不完整，可能没有下载或复制完。请重新下载或复制后再上传",
            Self::Packing => {
                "工作簿的压缩数据已损坏。请用 Excel 或 WPS 打开并修复，另存为 .xlsx 后再上传"
            }
            Self::PartMissing => {
                "工作簿缺少必要的部分。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
            }
            Self::Content => {
                "工作簿内容已损坏。请用 Excel 或 WPS 打开并修复，另存为 .xlsx 后再上传"
            }
            Self::Order => {
                "工作表中行或单元格的次序错乱。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
            }
            Self::OutOfSheet => {
                "工作表中有超出最大行号或列号的单元格。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
            }
        }
    }

    /// In English, with what to do.
    pub fn en(self) -> &'static str {
        match self {
            Self::Incomplete => "the file is incomplete; download or copy it again",
            Self::Packing => {
                "the packing of the workbook is damaged; let Excel repair it and save it as .xlsx"
            }
            Self::PartMissing => {
                "a part of the workbook is missing; open it in Excel and save it as .xlsx"
            }
            Self::Content => {
                "the content of the workbook is damaged; let Excel repair it and save it as .xlsx"
            }
            Self::Order => {
                "rows or cells of the sheet are out of order; open it in Excel and save it as .xlsx"
            }
            Self::OutOfSheet => {
                "a cell lies outside the largest possible sheet; open the file in Excel and save \
                 it as .xlsx"
            }
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en())
    }
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Amount {
    /// Files inside the workbook's archive.
    Parts,
    /// Bytes of an `.xls` file.
    XlsBytes,
    /// Bytes of a sheet, unpacked.
    SheetBytes,
    /// Bytes of the workbook's shared texts, unpacked.
    TextsBytes,
    /// The workbook's shared texts.
    Texts,
    /// Bytes of another part, unpacked.
    PartBytes,
    /// Bytes of one text or tag.
    RunBytes,
    /// Sheets.
    Sheets,
    /// Number formats and cell styles.
    Styles,
}

impl Amount {
    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Parts => "内部文件个数",
            Self::XlsBytes => ".xls 文件字节数",
            Self::SheetBytes => "工作表解压后字节数",
            Self::TextsBytes => "共享文本字节数",
            Self::Texts => "共享文本条数",
            Self::PartBytes => "内部文件解压后字节数",
            Self::RunBytes => "单个文本字节数",
            Self::Sheets => "工作表个数",
            Self::Styles => "单元格样式个数",
        }
    }

    /// In English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Parts => "a number of inner files",
            Self::XlsBytes => "bytes of an .xls file",
            Self::SheetBytes => "bytes of an unpacked sheet",
            Self::TextsBytes => "bytes of shared texts",
            Self::Texts => "a number of shared texts",
            Self::PartBytes => "bytes of an unpacked part",
            Self::RunBytes => "bytes of one text",
            Self::Sheets => "a number of sheets",
            Self::Styles => "a number of cell styles",
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en())
    }
}
