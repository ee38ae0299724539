//! The HTTP interface of a node: JSON types, the server's routes, and the client of the CLI.
//!
//! The only crate that names HTTP. What a route answers comes from a [`Service`], which the node
//! implements; this crate knows nothing of stores, networks, charters or clocks. It decides who may
//! ask (one bearer token), how much at once, and that natural persons are never asked for, echoed
//! or logged. `docs/api.md` is the page for people who write against it.
//!
//! Read [`types`] for what travels, [`service`] for who answers, [`server`], then [`client`].

pub mod client;
pub mod code;
mod percent;
pub mod server;
pub mod service;
pub mod types;

pub use client::{Client, ClientError};
pub use code::{Code, ErrorClass};
pub use service::{
    Caller, Corrections, Decision, Download, FindingsRequest, ImportRequest, ListingsQuery, Paper,
    PaperFormat, RejectedKind, RejectedRequest, Review, ReviewerToken, Service, ServiceError,
};
