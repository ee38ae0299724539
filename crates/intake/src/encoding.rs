//! What a file that is not UTF-8 looks like, so that the message can say what to do.
//!
//! A guess for people, never a reason to decode: intake reads UTF-8 and nothing else.

use std::fmt;

/// What bytes that are not UTF-8 seem to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// Chinese text in GBK or GB 18030, as Excel saves "CSV" on a Chinese Windows.
    Gbk,
    /// UTF-16, as Excel saves "Unicode text".
    Utf16,
    /// An Excel workbook that was only renamed.
    Workbook,
    /// None of these.
    Unknown,
}

impl Looks {
    /// What the file is and how to save it as UTF-8, in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Gbk => {
                "看起来是 GBK 编码。请在 Excel 中选择“另存为”，文件类型选“CSV UTF-8（逗号分隔）”；\
                 WPS 或记事本请在保存时将编码选为 UTF-8"
            }
            Self::Utf16 => {
                "看起来是 UTF-16 编码（“Unicode 文本”）。请另存为“CSV UTF-8（逗号分隔）”"
            }
            Self::Workbook => {
                "看起来是 Excel 工作簿，不是 CSV。请在 Excel 中打开后另存为“CSV UTF-8（逗号分隔）”"
            }
            Self::Unknown => "请将文件另存为“CSV UTF-8（逗号分隔）”",
        }
    }

    /// The same in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Gbk => {
                "it looks like GBK; in Excel choose Save As, type \"CSV UTF-8 (Comma delimited)\", \
                 in WPS or Notepad choose UTF-8 as the encoding"
            }
            Self::Utf16 => {
                "it looks like UTF-16 (\"Unicode text\"); save it as \"CSV UTF-8 (Comma delimited)\""
            }
            Self::Workbook => {
                "it looks like an Excel workbook; open it in Excel and save it as \
                 \"CSV UTF-8 (Comma delimited)\""
            }
            Self::Unknown => "save the file as \"CSV UTF-8 (Comma delimited)\"",
        }
    }
}

impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en())
    }
}

/// What the first bytes of a file give away, or `None` when they may well be CSV in UTF-8.
pub(crate) fn signature(bytes: &[u8]) -> Option<Looks> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        Some(Looks::Utf16)
    } else if bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND_FILE) {
        Some(Looks::Workbook)
    } else {
        None
    }
}

/// What `bytes`, which are not UTF-8, seem to be.
pub(crate) fn guess(bytes: &[u8]) -> Looks {
    if let Some(known) = signature(bytes) {
        return known;
    }
    if is_mostly_gbk(bytes) { Looks::Gbk } else { Looks::Unknown }
}

/// Byte of `bytes` where UTF-8 ends, if it does.
pub(crate) fn first_invalid(bytes: &[u8]) -> Option<usize> {
    std::str::from_utf8(bytes).err().map(|error| error.valid_up_to())
}

/// Whether nearly all bytes beyond ASCII form pairs of GBK and few of them form UTF-8. Damaged
/// UTF-8 often pairs up too, hence the second half.
fn is_mostly_gbk(bytes: &[u8]) -> bool {
    let (mut paired, mut alone) = (0_usize, 0_usize);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte.is_ascii() {
            continue;
        }
        match after.split_first() {
            Some((0x40..=0x7e | 0x80..=0xfe, next)) if (0x81..=0xfe).contains(&byte) => {
                paired += 2;
                rest = next;
            }
            _ => alone += 1,
        }
    }
    let valid_utf8: usize = bytes
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars())
        .filter(|character| !character.is_ascii())
        .map(char::len_utf8)
        .sum();
    paired > 0 && alone * 20 <= paired && valid_utf8 * 2 < paired
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 处罚决定书文号,行政相对人名称 in GBK.
    const GBK: &[u8] = b"\xb4\xa6\xb7\xa3\xbe\xf6\xb6\xa8\xca\xe9\xce\xc4\xba\xc5,\
        \xd0\xd0\xd5\xfe\xcf\xe0\xb6\xd4\xc8\xcb\xc3\xfb\xb3\xc6";

    #[test]
    fn says_what_a_file_that_is_not_utf8_looks_like() {
        let mut damaged = "行政处罚决定书文号，行政相对人名称".as_bytes().to_vec();
        damaged[4] = b'?';
        for (bytes, expected) in [
            (GBK, Looks::Gbk),
            (damaged.as_slice(), Looks::Unknown),
            (b"\xff\xfeC\0F\0", Looks::Utf16),
            (b"PK\x03\x04\x14\0", Looks::Workbook),
            (b"abc\xffdef", Looks::Unknown),
        ] {
            assert_eq!(guess(bytes), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn utf8_has_no_signature() {
        for text in ["\u{feff}行政相对人名称", "CF_XDR_MC", ""] {
            assert_eq!(signature(text.as_bytes()), None);
            assert_eq!(first_invalid(text.as_bytes()), None);
        }
    }
}
