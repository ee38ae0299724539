//! Why the client has no answer, told apart by what helps.

use std::io;
use std::path::PathBuf;

use crate::types::ApiError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there.
    #[error("no node answers at {url}; is it running? (tiaoxi run --dir …)")]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// What the connection said.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The connection was made and then failed, or the answer took too long.
    #[error("the connection to {url} ended before the answer")]
    Interrupted {
        /// The node.
        url: String,
        /// What the connection said.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The URL is none.
    #[error("{url} is no address of a node")]
    BadUrl {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The node answered with an error.
    #[error("{}", error.message_en)]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        error: ApiError,
    },
    /// What listens there is no node, or one that speaks another version.
    #[error("what answers at {url} (status {status}) is no Tiaoxi node")]
    NotTiaoxi {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The answer is not what was expected: a node of another version.
    #[error("the answer can't be read; is the node of another version?")]
    Unreadable(#[source] serde_json::Error),
    /// What came could not be written where it belongs.
    #[error("the answer could not be written")]
    Output(#[source] io::Error),
    /// The file to import could not be read.
    #[error("{path} could not be read")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

impl ClientError {
    /// The stable code of the node's answer, if it was one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { error, .. } => Some(&error.code),
            _ => None,
        }
    }

    /// Sorts what the HTTP library says.
    pub(super) fn from_call(base: &str, source: ureq::Error) -> Self {
        let url = base.to_owned();
        let never_connected = matches!(
            &source,
            ureq::Error::HostNotFound
                | ureq::Error::ConnectionFailed
                | ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve)
        ) || matches!(&source, ureq::Error::Io(cause) if is_about_connecting(cause.kind()));
        let is_bad_url = matches!(
            &source,
            ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::TlsRequired
        );
        let source = Box::new(source);
        if never_connected {
            Self::Unreachable { url, source }
        } else if is_bad_url {
            Self::BadUrl { url, source }
        } else {
            Self::Interrupted { url, source }
        }
    }
}

fn is_about_connecting(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
    )
}
