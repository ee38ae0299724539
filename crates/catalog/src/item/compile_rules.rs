//! From the file's rules to compiled ones: fields by index, levels resolved, conditions sensible.

use super::compile::Levels;
use super::file::{CheckedScheme, ConditionFile, Level, PurposeName, RequiredWhenFile, RulesFile};
use super::rules::{
    AtLeastOne, Condition, DateOrder, FieldWhen, PersonNumber, PrefixNeeds, Purpose, RuleNote,
    Rules, WordStarts, Words,
};
use super::{CatalogError, FieldKind, FieldSpec, RULES_MAX};
use crate::Severity;

/// Words and exceptions of one rule.
const WORDS_MAX: usize = 500;

pub(super) fn rules<'a>(
    file: &'a RulesFile,
    fields: &'a [FieldSpec],
    levels: &mut Levels<'a>,
) -> Result<Rules, CatalogError> {
    let mut compiler = RuleCompiler { fields, levels, notes: Vec::new() };
    let required_when = compiler.field_when("required_when", &file.required_when)?;
    let empty_when = compiler.field_when("empty_when", &file.empty_when)?;
    let at_least_one = compiler.at_least_one(file)?;
    let date_order = compiler.date_order(file)?;
    let prefix_needs = compiler.prefix_needs(file)?;
    let citizen_when = compiler.code_when(file)?;
    let words = compiler.words(file)?;
    let person_number = compiler.person_number(file)?;
    let notes = compiler.notes;
    if notes.len() > RULES_MAX {
        return Err(CatalogError::Header { key: "rules", problem: "are more than 200" });
    }
    let mut word_fields: Vec<usize> = words.iter().flat_map(|rule| rule.fields.clone()).collect();
    word_fields.sort_unstable();
    word_fields.dedup();
    let word_starts = WordStarts::new(words.iter().flat_map(|rule| &rule.list));
    Ok(Rules {
        required_when,
        empty_when,
        at_least_one,
        date_order,
        prefix_needs,
        citizen_when,
        words,
        word_fields,
        word_starts,
        person_number,
        notes,
    })
}

struct RuleCompiler<'a, 'l> {
    fields: &'a [FieldSpec],
    levels: &'l mut Levels<'a>,
    notes: Vec<RuleNote>,
}

fn rule_error(kind: &str, field: &str, problem: &'static str) -> CatalogError {
    CatalogError::Rule { rule: format!("{kind} of {field}"), problem }
}

impl<'a> RuleCompiler<'a, '_> {
    /// Resolves the level, and notes the rule whether it is on or off.
    fn note(
        &mut self,
        kind: &'static str,
        fields: Vec<String>,
        (level, switch): (Option<Level>, Option<&'a String>),
        source: &str,
    ) -> Result<Option<Severity>, CatalogError> {
        let name = fields.first().map_or("", String::as_str);
        if fields.is_empty() {
            return Err(rule_error(kind, name, "names no field"));
        }
        if source.is_empty() {
            return Err(rule_error(kind, name, "names no source"));
        }
        let severity = self.levels.of(level, switch.map(String::as_str))?;
        self.notes.push(RuleNote {
            kind,
            fields,
            severity,
            switch: switch.cloned(),
            source: source.to_owned(),
        });
        Ok(severity)
    }

    fn index(&self, rule: &str, code: &str) -> Result<usize, CatalogError> {
        self.fields.iter().position(|field| field.code == code).ok_or_else(|| {
            CatalogError::UnknownField { rule: rule.to_owned(), field: code.to_owned() }
        })
    }

    fn indexes(&self, rule: &str, codes: &[String]) -> Result<Vec<usize>, CatalogError> {
        codes.iter().map(|code| self.index(rule, code)).collect()
    }

    fn kind_of(&self, index: usize) -> Option<&FieldKind> {
        self.fields.get(index).map(|field| &field.kind)
    }

    fn condition(&self, rule: &str, file: &ConditionFile) -> Result<Condition, CatalogError> {
        let field = self.index(rule, &file.field)?;
        if file.filled != file.has.is_empty() {
            return Err(rule_error(rule, &file.field, "needs one of `has` and `filled`"));
        }
        if let Some(FieldKind::Choice(choice)) = self.kind_of(field) {
            let known = |value: &String| choice.values.contains(value);
            if !file.has.iter().all(known) {
                return Err(rule_error(rule, &file.field, "`has` names a value that it lacks"));
            }
        }
        Ok(Condition { field, has: file.has.clone() })
    }

    fn field_when(
        &mut self,
        kind: &'static str,
        files: &'a [RequiredWhenFile],
    ) -> Result<Vec<FieldWhen>, CatalogError> {
        let mut rules = Vec::new();
        for file in files {
            let field = self.index(kind, &file.field)?;
            let when = self.condition(kind, &file.when)?;
            let level = (file.level, file.switch.as_ref());
            let severity = self.note(kind, vec![file.field.clone()], level, &file.source)?;
            rules.extend(severity.map(|severity| FieldWhen { field, when, severity }));
        }
        Ok(rules)
    }

    fn at_least_one(&mut self, file: &'a RulesFile) -> Result<Vec<AtLeastOne>, CatalogError> {
        let kind = "at_least_one";
        let mut rules = Vec::new();
        for file in &file.at_least_one {
            let fields = self.indexes(kind, &file.fields)?;
            let unless = file.unless.as_ref().map(|c| self.condition(kind, c)).transpose()?;
            let level = (file.level, file.switch.as_ref());
            let severity = self.note(kind, file.fields.clone(), level, &file.source)?;
            rules.extend(severity.map(|severity| AtLeastOne { fields, unless, severity }));
        }
        Ok(rules)
    }

    fn date_order(&mut self, file: &'a RulesFile) -> Result<Vec<DateOrder>, CatalogError> {
        let kind = "date_order";
        let mut rules = Vec::new();
        for file in &file.date_order {
            let earlier = self.index(kind, &file.earlier)?;
            let later = match file.later.as_str() {
                "today" => None,
                code => Some(self.index(kind, code)?),
            };
            for index in std::iter::once(earlier).chain(later) {
                if !matches!(self.kind_of(index), Some(FieldKind::Date { .. })) {
                    return Err(rule_error(kind, &file.earlier, "compares what is no date"));
                }
            }
            let level = (file.level, file.switch.as_ref());
            let codes = vec![file.earlier.clone(), file.later.clone()];
            let severity = self.note(kind, codes, level, &file.source)?;
            rules.extend(severity.map(|severity| DateOrder { earlier, later, severity }));
        }
        Ok(rules)
    }

    fn prefix_needs(&mut self, file: &'a RulesFile) -> Result<Vec<PrefixNeeds>, CatalogError> {
        let kind = "prefix_needs";
        let mut rules = Vec::new();
        for file in &file.prefix_needs {
            let field = self.index(kind, &file.field)?;
            let then = self.condition(kind, &file.then)?;
            if file.prefix.is_empty() {
                return Err(rule_error(kind, &file.field, "has an empty prefix"));
            }
            let level = (file.level, file.switch.as_ref());
            let severity = self.note(kind, vec![file.field.clone()], level, &file.source)?;
            let prefix = file.prefix.clone();
            rules.extend(severity.map(|severity| PrefixNeeds { field, prefix, then, severity }));
        }
        Ok(rules)
    }

    fn code_when(&mut self, file: &'a RulesFile) -> Result<Vec<FieldWhen>, CatalogError> {
        let kind = "code_when";
        let mut rules = Vec::new();
        for file in &file.code_when {
            let CheckedScheme::Citizen = file.scheme;
            let field = self.index(kind, &file.field)?;
            if !matches!(self.kind_of(field), Some(FieldKind::Code(_))) {
                return Err(rule_error(kind, &file.field, "judges what is no code"));
            }
            let when = self.condition(kind, &file.when)?;
            let level = (file.level, file.switch.as_ref());
            let severity = self.note(kind, vec![file.field.clone()], level, &file.source)?;
            rules.extend(severity.map(|severity| FieldWhen { field, when, severity }));
        }
        Ok(rules)
    }

    fn words(&mut self, file: &'a RulesFile) -> Result<Vec<Words>, CatalogError> {
        let kind = "words";
        let mut rules = Vec::new();
        for file in &file.words {
            let fields = self.indexes(kind, &file.fields)?;
            let when = file.when.as_ref().map(|c| self.condition(kind, c)).transpose()?;
            let level = (file.level, file.switch.as_ref());
            let severity = self.note(kind, file.fields.clone(), level, &file.source)?;
            let all = file.words.iter().chain(&file.except);
            let name = file.fields.first().map_or("", String::as_str);
            if file.words.is_empty() || all.clone().count() > WORDS_MAX {
                return Err(rule_error(kind, name, "needs 1 to 500 words"));
            }
            if all.clone().any(String::is_empty) {
                return Err(rule_error(kind, name, "has an empty word"));
            }
            let purpose = match file.purpose {
                PurposeName::Forbidden => Purpose::Forbidden,
                PurposeName::Consent => Purpose::Consent,
            };
            let (list, except) = (file.words.clone(), file.except.clone());
            rules.extend(severity.map(|severity| Words {
                purpose,
                fields,
                list,
                except,
                when,
                severity,
            }));
        }
        Ok(rules)
    }

    fn person_number(&mut self, file: &'a RulesFile) -> Result<Option<PersonNumber>, CatalogError> {
        let kind = "person_number_in_text";
        let Some(file) = &file.person_number_in_text else { return Ok(None) };
        let fields = self.indexes(kind, &file.fields)?;
        let level = (file.level, file.switch.as_ref());
        let severity = self.note(kind, file.fields.clone(), level, &file.source)?;
        Ok(severity.map(|severity| PersonNumber { fields, severity }))
    }
}
