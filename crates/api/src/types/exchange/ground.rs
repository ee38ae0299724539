//! What a listing is founded on, in requests and answers.

use serde::{Deserialize, Serialize};
use tiaoxi_credit::statement::{GradeGround, Ground, ListGround};
use utoipa::ToSchema;

use crate::types::Date;

/// What a listing is founded on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum GroundShape {
    /// A statutory list (严重失信主体名单).
    List(ListGroundShape),
    /// A sector's grade 差 (行业信用评价).
    Grade(GradeGroundShape),
}

/// A decision to put a subject on a statutory list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListGroundShape {
    /// Name of the authority that decided, at most 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "嘉兴市生态环境局（演示）")]
    pub authority: String,
    /// Its unified code.
    #[schema(min_length = 1, max_length = 50, example = "11330400TX99000493")]
    pub authority_code: String,
    /// Number of the decision, at most 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "嘉环演示严〔2026〕3号")]
    pub document: String,
    /// Day of the decision.
    pub decided: Date,
    /// Number of the notice that went before (事先告知书), at most 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "嘉环演示告〔2026〕3号")]
    pub notice: String,
    /// Day of that notice.
    pub notified: Date,
    /// How the subject used its right to state its case (陈述申辩), in the words of the list; at
    /// most 500 characters.
    #[schema(min_length = 1, max_length = 500, example = "未提出陈述申辩")]
    pub heard: String,
}

/// A grade by a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GradeGroundShape {
    /// Name of the authority that graded, at most 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub authority: String,
    /// Its unified code.
    #[schema(min_length = 1, max_length = 50)]
    pub authority_code: String,
    /// Number of the grading, at most 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub document: String,
    /// Day of the grading.
    pub decided: Date,
    /// Name of the model, at most 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub model: String,
    /// Version of the model, at most 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub model_version: String,
    /// First day of the period graded.
    pub period_from: Date,
    /// Last day of the period graded.
    pub period_to: Date,
}

impl GroundShape {
    /// Day of the decision or grading.
    pub fn decided(&self) -> Date {
        match self {
            Self::List(list) => list.decided,
            Self::Grade(grade) => grade.decided,
        }
    }
}

impl From<&Ground> for GroundShape {
    fn from(ground: &Ground) -> Self {
        match ground {
            Ground::List(list) => Self::List(ListGroundShape {
                authority: list.authority.clone(),
                authority_code: list.authority_code.clone(),
                document: list.document.clone(),
                decided: Date(list.decided),
                notice: list.notice.clone(),
                notified: Date(list.notified),
                heard: list.heard.clone(),
            }),
            Ground::Grade(grade) => Self::Grade(GradeGroundShape {
                authority: grade.authority.clone(),
                authority_code: grade.authority_code.clone(),
                document: grade.document.clone(),
                decided: Date(grade.decided),
                model: grade.model.clone(),
                model_version: grade.model_version.clone(),
                period_from: Date(grade.period_from),
                period_to: Date(grade.period_to),
            }),
        }
    }
}

impl From<GroundShape> for Ground {
    fn from(shape: GroundShape) -> Self {
        match shape {
            GroundShape::List(list) => Self::List(ListGround {
                authority: list.authority,
                authority_code: list.authority_code,
                document: list.document,
                decided: list.decided.0,
                notice: list.notice,
                notified: list.notified.0,
                heard: list.heard,
            }),
            GroundShape::Grade(grade) => Self::Grade(GradeGround {
                authority: grade.authority,
                authority_code: grade.authority_code,
                document: grade.document,
                decided: grade.decided.0,
                model: grade.model,
                model_version: grade.model_version,
                period_from: grade.period_from.0,
                period_to: grade.period_to.0,
            }),
        }
    }
}
