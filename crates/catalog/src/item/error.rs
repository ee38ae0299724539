//! Why a catalogue file is not accepted: shape, or parts that do not fit together.

use super::FILE_BYTES_MAX;

/// Why a catalogue file is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It is larger than any item needs.
    #[error("a catalogue file of {bytes} bytes is larger than {FILE_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no TOML, or has a key that this software does not know.
    #[error("the catalogue file does not follow its format")]
    Syntax(#[source] Box<toml::de::Error>),
    /// It is of a later format.
    #[error("the catalogue file has format {found}, this software reads format 1")]
    UnknownFormat {
        /// The format it names.
        found: u16,
    },
    /// A key at the top is out of range.
    #[error("catalogue item: {key} {problem}")]
    Header {
        /// The key.
        key: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// A field contradicts itself or another.
    #[error("catalogue field {code}: {problem}")]
    Field {
        /// Its code.
        code: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A part of the record has no field, or several.
    #[error("catalogue role {role}: {problem}")]
    Role {
        /// The role.
        role: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// A switch is missing or not used.
    #[error("catalogue switch {name}: {problem}")]
    Switch {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A rule is not consistent.
    #[error("catalogue rule {rule}: {problem}")]
    Rule {
        /// Its kind and the first field it names.
        rule: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// The example row would be rejected.
    #[error("catalogue example: {finding}")]
    Example {
        /// The first error that its check found.
        finding: String,
    },
    /// An older generation of the format is not consistent.
    #[error("catalogue generation {year}, {column}: {problem}")]
    Generation {
        /// Its year.
        year: u16,
        /// The column or field that it concerns.
        column: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A rule names a field that the item does not have.
    #[error("catalogue rule {rule}: there is no field {field}")]
    UnknownField {
        /// Its kind.
        rule: String,
        /// The code that no field has.
        field: String,
    },
}
