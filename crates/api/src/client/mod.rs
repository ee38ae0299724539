//! The client of the CLI: blocking, one node, one token.
//!
//! Goes straight to the node (no proxy, no redirect) and bounds what it reads. Knows nothing of
//! configuration files; whoever makes it knows where the node listens and where its token lies.

mod error;
mod imports;
mod recognition;
mod upload;
mod watch;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::Response;

pub use self::error::ClientError;
pub use self::imports::RejectedOptions;
pub use self::upload::{ImportOptions, UploadStage, digest_of_file};
use crate::percent::escape;
use crate::service::ReviewerToken;
use crate::types::{
    ApiError, CorrectionRequest, Health, ItemList, ItemListed, ItemShown, LogStatus, Logs, Notice,
    Proof, Status, Subject, WithdrawalRequest,
};

/// Time to reach the node.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// Time for an answer that is no import's; a little above the server's own limit.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(40);
/// Bytes of an answer.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// The header with a reviewer's token.
const REVIEWER: &str = "X-Tiaoxi-Reviewer";

/// A node's HTTP interface.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    authorization: Token,
}

/// The header with the token, hidden from `Debug`.
#[derive(Clone)]
struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Client {
    /// A client of the node at `base_url`, for example `http://127.0.0.1:7081`. Nothing is sent yet.
    pub fn new(base_url: &str, token: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // The token goes to the node and nowhere else, whatever the environment says.
            .proxy(None)
            .timeout_connect(Some(CONNECT_TIME_MAX))
            // A node that knows the file may work for long before it answers, and wants no body.
            .timeout_await_100(None)
            .build();
        Self {
            agent: config.new_agent(),
            base: base_url.trim_end_matches('/').to_owned(),
            authorization: Token(format!("Bearer {}", token.trim())),
        }
    }

    /// Whether the node works.
    pub fn health(&self) -> Result<Health, ClientError> {
        self.get_json("/v1/health")
    }

    /// Everything an operator may want to know.
    pub fn status(&self) -> Result<Status, ClientError> {
        self.get_json("/v1/status")
    }

    /// The logs at the node.
    pub fn logs(&self) -> Result<Vec<LogStatus>, ClientError> {
        self.get_json("/v1/logs").map(|Logs { logs }| logs)
    }

    /// The newest checkpoint of a log that may be shown, as the signed note.
    pub fn checkpoint(&self, origin: &str) -> Result<Vec<u8>, ClientError> {
        let path = format!("/v1/logs/{}/checkpoint", escape(origin, b"/"));
        self.read(self.get(&path, "text/plain")?)
    }

    /// What is recorded of the subject of a code.
    pub fn subject(&self, code: &str) -> Result<Subject, ClientError> {
        self.get_json(&format!("/v1/subjects/{}", escape(code, b"")))
    }

    /// An entry with its proof.
    pub fn proof(&self, origin: &str, number: u64) -> Result<Proof, ClientError> {
        self.get_json(&format!("/v1/proofs/{number}?log={}", escape(origin, b"/")))
    }

    /// The `.tlog-proof` file of an entry.
    pub fn proof_file(&self, origin: &str, number: u64) -> Result<Vec<u8>, ClientError> {
        let path = format!("/v1/proofs/{number}?format=tlog-proof&log={}", escape(origin, b"/"));
        self.read(self.get(&path, "text/plain")?)
    }

    /// Withdraws a record or everything that an import brought in.
    pub fn withdraw(
        &self,
        request: &WithdrawalRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Notice, ClientError> {
        self.post_json("/v1/withdrawals", request, reviewer, Some(ANSWER_TIME_MAX))
    }

    /// Corrects a record.
    pub fn correct(
        &self,
        request: &CorrectionRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Notice, ClientError> {
        self.post_json("/v1/corrections", request, reviewer, Some(ANSWER_TIME_MAX))
    }

    /// The catalogue items.
    pub fn items(&self) -> Result<Vec<ItemListed>, ClientError> {
        self.get_json("/v1/catalog").map(|ItemList { items }| items)
    }

    /// A catalogue item.
    pub fn item(&self, slug: &str) -> Result<ItemShown, ClientError> {
        self.get_json(&format!("/v1/catalog/{}", escape(slug, b"")))
    }

    /// A blank workbook to fill with records of an item.
    pub fn template(&self, slug: &str) -> Result<Vec<u8>, ClientError> {
        self.read(self.get(&format!("/v1/catalog/{}/template", escape(slug, b"")), "*/*")?)
    }

    /// The OpenAPI document of the node.
    pub fn openapi(&self) -> Result<Vec<u8>, ClientError> {
        self.read(self.get("/v1/openapi.json", "application/json")?)
    }

    fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.parse(self.get(path, "application/json")?)
    }

    fn get(&self, path: &str, accept: &str) -> Result<Response<ureq::Body>, ClientError> {
        self.get_within(path, accept, Some(ANSWER_TIME_MAX))
    }

    fn get_within(
        &self,
        path: &str,
        accept: &str,
        time_max: Option<Duration>,
    ) -> Result<Response<ureq::Body>, ClientError> {
        let request = self
            .agent
            .get(format!("{}{path}", self.base))
            .config()
            .timeout_global(time_max)
            .build()
            .header("Authorization", &self.authorization.0)
            .header("Accept", accept);
        request.call().map_err(|cause| ClientError::from_call(&self.base, cause))
    }

    fn post_json<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        reviewer: Option<&ReviewerToken>,
        time_max: Option<Duration>,
    ) -> Result<T, ClientError> {
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .config()
            .timeout_global(time_max)
            .build()
            .header("Authorization", &self.authorization.0)
            .header("Accept", "application/json");
        let request = match reviewer {
            Some(reviewer) => request.header(REVIEWER, reviewer.reveal()),
            None => request,
        };
        let sent = request.send_json(body);
        self.parse(sent.map_err(|cause| ClientError::from_call(&self.base, cause))?)
    }

    /// The error in an answer that is one.
    fn refusal(&self, response: Response<ureq::Body>) -> ClientError {
        let status = response.status().as_u16();
        let not_tiaoxi = |_answer| ClientError::NotTiaoxi { url: self.base.clone(), status };
        self.read(response).map_or_else(|error| error, not_tiaoxi)
    }

    /// Reads a whole answer; an answer that is an error becomes one.
    fn read(&self, mut response: Response<ureq::Body>) -> Result<Vec<u8>, ClientError> {
        let status = response.status();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let bytes = body.map_err(|cause| ClientError::from_call(&self.base, cause))?;
        if status.is_success() {
            return Ok(bytes);
        }
        match serde_json::from_slice::<ApiError>(&bytes) {
            Ok(error) => Err(ClientError::Refused { status: status.as_u16(), error }),
            Err(_) => {
                Err(ClientError::NotTiaoxi { url: self.base.clone(), status: status.as_u16() })
            }
        }
    }

    fn parse<T: DeserializeOwned>(&self, response: Response<ureq::Body>) -> Result<T, ClientError> {
        serde_json::from_slice(&self.read(response)?).map_err(ClientError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_shows_no_token() {
        let client = Client::new("http://127.0.0.1:1/", "very-secret");
        assert!(!format!("{client:?}").contains("very-secret"));
    }
}
