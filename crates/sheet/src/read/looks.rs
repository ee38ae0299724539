//! What a file that is no table looks like, so that the message can say what to do.

use std::fmt;

/// What a file seems to be that holds no table we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Looks {
    /// A PDF document.
    Pdf,
    /// An OFD document (GB/T 33190).
    Ofd,
    /// A picture.
    Image,
    /// A web page, often saved by another system under the ending `.xls`.
    Html,
    /// XML, the "XML Spreadsheet 2003" of Excel or another.
    Xml,
    /// A Word document.
    Word,
    /// A presentation.
    Presentation,
    /// An `OpenDocument` file: `.ods` and the like.
    OpenDocument,
    /// A binary workbook of Excel: `.xlsb`.
    BinaryWorkbook,
    /// A workbook of Excel 95 or older.
    OldWorkbook,
    /// Another file of an office program.
    OtherOffice,
    /// An archive: zip, rar, 7z, gzip.
    Archive,
    /// UTF-16 without the mark by which it is known.
    Utf16,
    /// None of these, and no text.
    Binary,
}

impl Looks {
    /// What the file is and what to do, in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Pdf => {
                "文件是 PDF 文档，不是表格。请上传原始的 Excel 或 CSV 文件；只改文件后缀没有用"
            }
            Self::Ofd => "文件是 OFD 版式文档，不是表格。请上传原始的 Excel 或 CSV 文件",
            Self::Image => {
                "文件是图片，不是表格。请上传原始的 Excel 或 CSV 文件，截图和扫描件无法读取"
            }
            Self::Html => {
                "文件其实是网页（HTML），只是后缀像表格，常见于其他系统导出。\
                 请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传"
            }
            Self::Xml => {
                "文件是 XML（如“XML 表格 2003”）。\
                 请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传"
            }
            Self::Word => {
                "文件是 Word 文档，不是表格。请把其中的表格复制到 Excel，另存为 .xlsx 后再上传"
            }
            Self::Presentation => "文件是演示文稿，不是表格。请上传 Excel 或 CSV 文件",
            Self::OpenDocument => {
                "文件是 OpenDocument 格式（.ods 等）。\
                 请另存为“Excel 工作簿（.xlsx）”后再上传"
            }
            Self::BinaryWorkbook => {
                "文件是 Excel 二进制工作簿（.xlsb）。\
                 请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传"
            }
            Self::OldWorkbook => {
                "文件是 Excel 95 或更早版本的工作簿。\
                 请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传"
            }
            Self::OtherOffice => {
                "文件是办公软件的其他文档，里面没有工作簿。请上传 Excel 或 CSV 文件"
            }
            Self::Archive => "文件是压缩包。请先解压，再逐个上传其中的 Excel 或 CSV 文件",
            Self::Utf16 => {
                "文件像是没有标记的 UTF-16 文本。\
                 请用 Excel 或 WPS 打开，另存为“CSV UTF-8（逗号分隔）”或 .xlsx 后再上传"
            }
            Self::Binary => "文件不是文本，也不是可识别的工作簿。请上传 .xlsx、.xls 或 .csv 文件",
        }
    }

    /// The same in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Pdf => {
                "the file is a PDF, not a table; hand in the Excel or CSV file it was made from, a \
                 changed ending does not help"
            }
            Self::Ofd => {
                "the file is an OFD document, not a table; hand in the Excel or CSV file it was \
                 made from"
            }
            Self::Image => {
                "the file is a picture, not a table; hand in the Excel or CSV file itself"
            }
            Self::Html => {
                "the file is a web page under the ending of a table, as other systems export it; \
                 open it in Excel and save it as \"Excel Workbook (.xlsx)\""
            }
            Self::Xml => {
                "the file is XML, e.g. \"XML Spreadsheet 2003\"; open it in Excel and save it as \
                 \"Excel Workbook (.xlsx)\""
            }
            Self::Word => {
                "the file is a Word document; copy its table into Excel and save that as .xlsx"
            }
            Self::Presentation => "the file is a presentation; hand in an Excel or CSV file",
            Self::OpenDocument => {
                "the file is an OpenDocument file (.ods or similar); save it as \
                 \"Excel Workbook (.xlsx)\""
            }
            Self::BinaryWorkbook => {
                "the file is a binary workbook (.xlsb); open it in Excel and save it as \
                 \"Excel Workbook (.xlsx)\""
            }
            Self::OldWorkbook => {
                "the file is a workbook of Excel 95 or older; open it in Excel and save it as \
                 \"Excel Workbook (.xlsx)\""
            }
            Self::OtherOffice => {
                "the file is an office document without a workbook; hand in an Excel or CSV file"
            }
            Self::Archive => {
                "the file is an archive; unpack it and hand in the Excel or CSV files one by one"
            }
            Self::Utf16 => {
                "the file looks like UTF-16 without its mark; open it in Excel and save it as \
                 \"CSV UTF-8 (Comma delimited)\" or .xlsx"
            }
            Self::Binary => {
                "the file is neither text nor a known workbook; hand in a .xlsx, .xls or .csv file"
            }
        }
    }
}

impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en())
    }
}
