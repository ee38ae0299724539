//! Which running node a command talks to.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use tiaoxi_api::client::Client;

use super::language::Language;
use crate::{config::Config, error_code::Failure, keyring};

/// File in a node's directory with the address that its API really listens on.
pub(crate) const API_ADDRESS_FILE: &str = "api-address";

/// Which node.
#[derive(Args, Clone, Debug)]
pub(crate) struct NodeArgs {
    /// Directory of the node; its access token is read from there.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Where the node answers, instead of what its directory says.
    #[arg(long, value_name = "URL", env = "TIAOXI_NODE")]
    pub(crate) node: Option<String>,
}

impl NodeArgs {
    /// A client of the node.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let dir = self.dir()?;
        let url = match &self.node {
            Some(url) => url.clone(),
            None => api_url(dir)?,
        };
        Ok(Client::new(&url, &keyring::api_token(dir)?))
    }

    /// The directory of the node.
    pub(crate) fn dir(&self) -> anyhow::Result<&Path> {
        self.dir.as_deref().ok_or_else(|| {
            let what = Language::of_environment().pick(
                "没有指定节点目录：请加 --dir 目录，或先执行 export TIAOXI_DIR=目录",
                "which node? give --dir DIR, or export TIAOXI_DIR=DIR first",
            );
            Failure::new("NODE_DIR_NEEDED", what).into()
        })
    }
}

/// Where the API of a directory's node listens: as it said when it started, else as configured.
pub(crate) fn api_url(dir: &Path) -> anyhow::Result<String> {
    let address = match fs::read_to_string(dir.join(API_ADDRESS_FILE)) {
        Ok(address) => address.trim().to_owned(),
        Err(_) => Config::load(dir).context("finding the node")?.http.to_string(),
    };
    Ok(format!("http://{address}"))
}
