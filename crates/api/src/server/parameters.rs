//! The parameters behind the `?` of a request: names known, no name twice, text in UTF-8. A
//! misspelt name is refused: `previw=true` must not take a file in.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::code::Code;
use crate::service::ServiceError;

/// Longest name of a parameter that an error repeats, in bytes.
const ECHO_BYTES_MAX: usize = 40;

/// A parameter is missing or malformed, and how.
pub(super) fn bad_request(zh: &str, en: &str) -> ServiceError {
    ServiceError::from(Code::BadRequest).detailed(zh, en)
}

/// All parameters of a request, in their order.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ServiceError> {
        let unreadable = || bad_request("查询参数无法识别", "unreadable parameters");
        let Query(all): Query<Vec<(String, String)>> =
            Query::try_from_uri(&parts.uri).map_err(|_malformed| unreadable())?;
        // What is not UTF-8 has become replacement characters.
        let is_text = all.iter().all(|(_, text)| !text.contains('\u{fffd}'));
        if is_text { Ok(Self(all)) } else { Err(unreadable()) }
    }
}

impl Parameters {
    /// Refuses names that are not `known`.
    pub(super) fn check(&self, known: &[&str]) -> Result<(), ServiceError> {
        let mut names = self.0.iter().map(|(name, _)| name.as_str());
        let Some(unknown) = names.find(|name| !known.contains(name)) else { return Ok(()) };
        let may_echo = unknown.len() <= ECHO_BYTES_MAX
            && unknown.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let (unknown, known) = (if may_echo { unknown } else { "?" }, known.join(", "));
        Err(bad_request(
            &format!("未知参数 {unknown}，可用：{known}"),
            &format!("unknown parameter `{unknown}`; there are: {known}"),
        ))
    }

    /// The text of a parameter that may stand once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, ServiceError> {
        let mut found = self.all(name);
        let first = found.next();
        if found.next().is_some() {
            return Err(bad_request(
                &format!("参数 {name} 重复"),
                &format!("the parameter `{name}` stands twice"),
            ));
        }
        Ok(first)
    }

    /// The texts of a parameter that may stand several times.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, text)| text.as_str())
    }

    /// A number.
    pub(super) fn number<N: std::str::FromStr>(
        &self,
        name: &str,
    ) -> Result<Option<N>, ServiceError> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_decimal { text.parse().ok() } else { None };
        number.map(Some).ok_or_else(|| {
            bad_request(
                &format!("参数 {name} 应为十进制数"),
                &format!("the parameter `{name}` is a decimal number"),
            )
        })
    }

    /// `true` or `false`; absent: false.
    pub(super) fn flag(&self, name: &str) -> Result<bool, ServiceError> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(bad_request(
                &format!("参数 {name} 应为 true 或 false"),
                &format!("the parameter `{name}` is true or false"),
            )),
        }
    }
}
