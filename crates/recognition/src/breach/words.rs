//! A breach as code and in words.

use std::fmt;

use super::Breach;

impl Breach {
    /// Stable code, for lists, counters and programs. Never with a colon: a refusal begins with it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAgreement => "NO_AGREEMENT",
            Self::NotAParty => "NOT_A_PARTY",
            Self::AgreementNotInForce { .. } => "AGREEMENT_NOT_IN_FORCE",
            Self::NaturalPerson => "NATURAL_PERSON",
            Self::SoleTrader => "SOLE_TRADER",
            Self::PersonalCode => "PERSONAL_CODE",
            Self::CodeInvalid => "CODE_INVALID",
            Self::UnknownDomain { .. } => "UNKNOWN_DOMAIN",
            Self::NoDuty { .. } => "NO_DUTY",
            Self::UnknownStandard { .. } => "UNKNOWN_STANDARD",
            Self::StandardNotYetValid { .. } => "STANDARD_NOT_YET_VALID",
            Self::StandardExpired { .. } => "STANDARD_EXPIRED",
            Self::StandardWithdrawn => "STANDARD_WITHDRAWN",
            Self::UnknownLevel { .. } => "UNKNOWN_LEVEL",
            Self::DatesOutOfOrder { .. } => "DATES_OUT_OF_ORDER",
            Self::TermBeyondStandard { .. } => "TERM_BEYOND_STANDARD",
            Self::TermBeyondMap { .. } => "TERM_BEYOND_MAP",
            Self::TermBeyondOrigin { .. } => "TERM_BEYOND_ORIGIN",
            Self::MeasureUnknown { .. } => "MEASURE_UNKNOWN",
            Self::HarsherThanStandard => "HARSHER_THAN_STANDARD",
            Self::HarsherThanMap => "HARSHER_THAN_MAP",
            Self::Unmapped => "UNMAPPED",
            Self::OfficersMissing { .. } => "OFFICERS_MISSING",
            Self::GroundMissing { .. } => "GROUND_MISSING",
            Self::EvidenceUnproven => "EVIDENCE_UNPROVEN",
            Self::EvidenceOfAnother => "EVIDENCE_OF_ANOTHER",
            Self::EvidencePersonal => "EVIDENCE_PERSONAL",
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        match self {
            Self::NoAgreement => "the charter has no such agreement".to_owned(),
            Self::NotAParty => "the author is no party to the agreement".to_owned(),
            Self::AgreementNotInForce { starts, ends } => {
                format!("the agreement is in force from {starts} to {ends} only")
            }
            Self::NaturalPerson => "natural persons are never listed".to_owned(),
            Self::SoleTrader => "the agreement does not allow sole traders".to_owned(),
            Self::PersonalCode => "the subject carries the number of a person".to_owned(),
            Self::CodeInvalid => "the subject has no valid code".to_owned(),
            Self::UnknownDomain { domain } => format!("the catalogue has no domain {domain:?}"),
            Self::NoDuty { domain } => format!("the author has no duty for the domain {domain:?}"),
            Self::UnknownStandard { standard, version } => {
                format!(
                    "the catalogue has no standard {standard:?} version {version} in the domain"
                )
            }
            Self::StandardNotYetValid { valid_from } => {
                format!("the standard holds from {valid_from} on")
            }
            Self::StandardExpired { valid_to } => {
                format!("no listing could be made under the standard after {valid_to}")
            }
            Self::StandardWithdrawn => "the standard had been withdrawn".to_owned(),
            Self::UnknownLevel { level } => format!("the standard has no level {level:?}"),
            Self::DatesOutOfOrder { what } => format!("the dates are out of order: {what}"),
            Self::TermBeyondStandard { until_max } => {
                format!("the term goes beyond {until_max}, the last day that the standard allows")
            }
            Self::TermBeyondMap { until_max } => {
                format!("the term goes beyond {until_max}, the last day that the policy map allows")
            }
            Self::TermBeyondOrigin { until_max } => {
                format!("the term goes beyond {until_max}, the last day at the origin")
            }
            Self::MeasureUnknown { measure } => {
                format!(
                    "the catalogue does not have the measure {measure:?}, or has switched it off"
                )
            }
            Self::HarsherThanStandard => "harsher than the standard allows at the level".to_owned(),
            Self::HarsherThanMap => "harsher than the policy map or the origin".to_owned(),
            Self::Unmapped => "the agreement maps the level to nothing at the party".to_owned(),
            Self::OfficersMissing { needed } => format!("{needed} persons have to decide"),
            Self::GroundMissing { what } => format!("a part is missing: {what}"),
            Self::EvidenceUnproven => "the evidence does not prove itself".to_owned(),
            Self::EvidenceOfAnother => {
                "the evidence is of another author or about another subject".to_owned()
            }
            Self::EvidencePersonal => "the evidence is about a natural person".to_owned(),
        }
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NoAgreement => "组网章程无此互认协议".to_owned(),
            Self::NotAParty => "作出单位不是该协议的缔约方".to_owned(),
            Self::AgreementNotInForce { starts, ends } => {
                format!("协议有效期为{starts}至{ends}，此时作出不在有效期内")
            }
            Self::NaturalPerson => "自然人不得列入".to_owned(),
            Self::SoleTrader => "协议未允许列入个体工商户".to_owned(),
            Self::PersonalCode => "主体带有个人证件号码".to_owned(),
            Self::CodeInvalid => "主体无有效代码".to_owned(),
            Self::UnknownDomain { domain } => format!("监管目录无领域“{domain}”"),
            Self::NoDuty { domain } => format!("作出单位在领域“{domain}”无列入职责"),
            Self::UnknownStandard { standard, version } => {
                format!("监管目录在该领域无标准“{standard}”第{version}版")
            }
            Self::StandardNotYetValid { valid_from } => format!("标准自{valid_from}起施行"),
            Self::StandardExpired { valid_to } => format!("标准自{valid_to}后不得再据以列入"),
            Self::StandardWithdrawn => "作出时标准已废止".to_owned(),
            Self::UnknownLevel { level } => format!("标准无等级“{level}”"),
            Self::DatesOutOfOrder { what } => format!("日期先后不符:{}", part(what)),
            Self::TermBeyondStandard { until_max } => {
                format!("期限超出标准允许的最后一日{until_max}")
            }
            Self::TermBeyondMap { until_max } => {
                format!("期限超出互认规则允许的最后一日{until_max}")
            }
            Self::TermBeyondOrigin { until_max } => format!("期限超出列入地的最后一日{until_max}"),
            Self::MeasureUnknown { measure } => format!("监管目录无措施“{measure}”或已停用"),
            Self::HarsherThanStandard => "严于标准对该等级的规定".to_owned(),
            Self::HarsherThanMap => "严于互认规则或列入地".to_owned(),
            Self::Unmapped => "协议对该缔约方无对应规则，仅供参考".to_owned(),
            Self::OfficersMissing { needed } => format!("按互认规则应由{needed}人决定"),
            Self::GroundMissing { what } => format!("缺少或不符:{}", part(what)),
            Self::EvidenceUnproven => "佐证记录的证明不成立".to_owned(),
            Self::EvidenceOfAnother => "佐证记录属于其他单位或其他主体".to_owned(),
            Self::EvidencePersonal => "佐证记录涉及自然人".to_owned(),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for Breach {}

/// Words for the stable words of [`Breach::GroundMissing`] and [`Breach::DatesOutOfOrder`].
const PARTS: [(&str, &str); 16] = [
    ("ground", "列入依据的种类与标准不一致"),
    ("authority", "作出机关"),
    ("document", "决定文号"),
    ("notice", "事先告知书文号"),
    ("heard", "陈述申辩情况"),
    ("model", "评价模型"),
    ("model-version", "评价模型版本"),
    ("channel", "异议和修复渠道"),
    ("subject-name", "主体名称"),
    ("notified-decided", "告知日期应不晚于决定日期"),
    ("period", "评价期起止"),
    ("period-decided", "评价期应不晚于评价日期"),
    ("decided-stated", "决定日期应不晚于作出日期"),
    ("decided-since", "决定日期应不晚于生效日期"),
    ("since-until", "生效日期应不晚于截止日期"),
    ("until-since", "认可期起止"),
];

fn part(what: &str) -> &str {
    PARTS.iter().find(|row| row.0 == what).map_or(what, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_breach_has_a_code_and_reads_in_both_languages() {
        let day = tiaoxi_credit::Day(20_000);
        let text = || "x".to_owned();
        let breaches = [
            Breach::NoAgreement,
            Breach::NotAParty,
            Breach::AgreementNotInForce { starts: day, ends: day },
            Breach::NaturalPerson,
            Breach::SoleTrader,
            Breach::PersonalCode,
            Breach::CodeInvalid,
            Breach::UnknownDomain { domain: text() },
            Breach::NoDuty { domain: text() },
            Breach::UnknownStandard { standard: text(), version: 1 },
            Breach::StandardNotYetValid { valid_from: day },
            Breach::StandardExpired { valid_to: day },
            Breach::StandardWithdrawn,
            Breach::UnknownLevel { level: text() },
            Breach::DatesOutOfOrder { what: "since-until" },
            Breach::TermBeyondStandard { until_max: day },
            Breach::TermBeyondMap { until_max: day },
            Breach::TermBeyondOrigin { until_max: day },
            Breach::MeasureUnknown { measure: text() },
            Breach::HarsherThanStandard,
            Breach::HarsherThanMap,
            Breach::Unmapped,
            Breach::OfficersMissing { needed: 2 },
            Breach::GroundMissing { what: "notice" },
            Breach::EvidenceUnproven,
            Breach::EvidenceOfAnother,
            Breach::EvidencePersonal,
        ];
        let mut codes: Vec<_> = breaches.iter().map(Breach::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), breaches.len());
        for breach in breaches {
            assert!(breach.en().is_ascii() && !breach.zh().is_ascii(), "{breach:?}");
            assert!(!breach.code().contains(':'), "{breach:?}");
        }
    }
}
