//! From the file's generations to compiled ones: columns by header, fields by index.

use std::collections::BTreeMap;

use super::compile::NAME_CHARS_MAX;
use super::file::{GenerationFile, ImpliedFile, OldColumnFile};
use super::generation::{Generation, GenerationColumn, Implied, ImpliedText, OldColumn};
use super::{CatalogError, FieldKind, FieldSpec, Layout, header_key};

/// Generations of an item.
const GENERATIONS_MAX: usize = 10;
/// Columns that a generation names, those that mean the same today aside.
const COLUMNS_MAX: usize = 200;
/// Values that a passed-over column may have.
const EXPECTED_MAX: usize = 50;

pub(super) fn generations(
    files: &[GenerationFile],
    fields: &[FieldSpec],
    layout: &Layout,
) -> Result<Vec<Generation>, CatalogError> {
    if files.len() > GENERATIONS_MAX {
        return Err(CatalogError::Header { key: "generations", problem: "are more than 10" });
    }
    let years = files.iter().map(|file| file.year);
    if !years.clone().zip(years.skip(1)).all(|(later, earlier)| later > earlier) {
        return Err(CatalogError::Header {
            key: "generations",
            problem: "must have falling years",
        });
    }
    files.iter().map(|file| Compiler { file, fields }.generation(layout)).collect()
}

struct Compiler<'a> {
    file: &'a GenerationFile,
    fields: &'a [FieldSpec],
}

impl Compiler<'_> {
    fn error(&self, column: &str, problem: &'static str) -> CatalogError {
        CatalogError::Generation { year: self.file.year, column: column.to_owned(), problem }
    }

    fn index(&self, code: &str) -> Result<usize, CatalogError> {
        let found = self.fields.iter().position(|field| field.code == code);
        found.ok_or_else(|| self.error(code, "is no field of the item"))
    }

    fn generation(&self, layout: &Layout) -> Result<Generation, CatalogError> {
        let file = self.file;
        if file.source.is_empty() || file.source.chars().count() > NAME_CHARS_MAX {
            return Err(self.error("source", "must have 1 to 200 characters"));
        }
        if file.columns.len() > COLUMNS_MAX {
            return Err(self.error("columns", "are more than 200"));
        }
        let same = file.same.iter().map(|code| self.index(code)).collect::<Result<Vec<_>, _>>()?;
        let columns =
            file.columns.iter().map(|column| self.column(column)).collect::<Result<Vec<_>, _>>()?;
        self.check_targets(&same, &columns)?;
        let implied = file
            .implied
            .iter()
            .map(|implied| self.implied(implied))
            .collect::<Result<Vec<_>, _>>()?;
        let reached = |index: &usize| {
            same.contains(index)
                || columns.iter().any(|column| column.meaning == OldColumn::Field(*index))
                || implied.iter().any(|implied| implied.field == *index)
        };
        if file.derives_class && reached(&layout.class) {
            return Err(self.error("derives_class", "has a column for the class as well"));
        }
        Ok(Generation {
            year: file.year,
            source: file.source.clone(),
            derives_class: file.derives_class,
            headers: self.headers(&columns)?,
            absent: (0..self.fields.len()).filter(|index| !reached(index)).collect(),
            columns,
            implied,
        })
    }

    fn column(&self, file: &OldColumnFile) -> Result<GenerationColumn, CatalogError> {
        let problem = |problem| self.error(&file.code, problem);
        let meaning = match (&file.field, &file.passed_over) {
            (Some(code), None) if file.expected.is_empty() => OldColumn::Field(self.index(code)?),
            (Some(_), None) => return Err(problem("is mapped and has expected values as well")),
            (None, Some(_)) => OldColumn::PassedOver { expected: file.expected.clone() },
            _ => return Err(problem("needs one of `field` and `passed_over`")),
        };
        let note = file.passed_over.as_ref().unwrap_or(&file.note);
        if note.chars().count() > NAME_CHARS_MAX || file.expected.len() > EXPECTED_MAX {
            return Err(problem("has more than 200 characters of note or 50 expected values"));
        }
        if file.passed_over.as_ref().is_some_and(String::is_empty) {
            return Err(problem("does not say why it is passed over"));
        }
        let (code, name_zh, note) = (file.code.clone(), file.name_zh.clone(), note.clone());
        Ok(GenerationColumn { code, name_zh, meaning, note })
    }

    /// Two columns for one field are joined, which only a field of several values allows.
    fn check_targets(
        &self,
        same: &[usize],
        columns: &[GenerationColumn],
    ) -> Result<(), CatalogError> {
        let mut taken = same.to_vec();
        for column in columns {
            let OldColumn::Field(index) = column.meaning else { continue };
            let kind = self.fields.get(index).map(|field| &field.kind);
            let several = matches!(kind, Some(FieldKind::Choice(choice)) if choice.several);
            if taken.contains(&index) && !several {
                return Err(self.error(&column.code, "is a second column for its field"));
            }
            taken.push(index);
        }
        Ok(())
    }

    fn headers(
        &self,
        columns: &[GenerationColumn],
    ) -> Result<BTreeMap<String, usize>, CatalogError> {
        let mut headers = BTreeMap::new();
        for (index, (column, file)) in columns.iter().zip(&self.file.columns).enumerate() {
            for name in [&file.code, &file.name_zh].into_iter().chain(&file.aliases) {
                let key = header_key(name);
                if key.is_empty() || headers.insert(key, index).is_some() {
                    return Err(self.error(&column.code, "a code, name or alias is empty or taken"));
                }
            }
        }
        Ok(headers)
    }

    fn implied(&self, file: &ImpliedFile) -> Result<Implied, CatalogError> {
        let problem = |problem| self.error(&file.field, problem);
        let text = match (&file.value, &file.same_as) {
            (Some(value), None) if !value.is_empty() => ImpliedText::Value(value.clone()),
            (None, Some(code)) => ImpliedText::SameAs(self.index(code)?),
            _ => return Err(problem("needs one of `value` and `same_as`")),
        };
        if file.source.is_empty() {
            return Err(problem("is implied by no source"));
        }
        let when = file.when.as_ref().map(|code| self.index(code)).transpose()?;
        Ok(Implied { field: self.index(&file.field)?, when, text, source: file.source.clone() })
    }
}
