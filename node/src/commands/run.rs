//! `tiaoxi run`: the node of a directory.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::{
    config::Config,
    keyring::secret::SecretArgs,
    lean_memory,
    logging::{self, LogFormat},
};

/// Run the node of a directory until it is told to stop (interrupt or terminate).
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:\n  tiaoxi run --dir /var/lib/tiaoxi --key-file /etc/tiaoxi/key")]
pub(crate) struct RunArgs {
    /// Directory of the node.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    pub(crate) dir: PathBuf,
    /// Where members may dial us, as /ip4/0.0.0.0/tcp/7400; may be repeated.
    #[arg(long, value_name = "MULTIADDR", env = "TIAOXI_LISTEN", value_delimiter = ',')]
    pub(crate) listen: Vec<String>,
    /// Where the HTTP API listens.
    #[arg(long, value_name = "ADDRESS", env = "TIAOXI_HTTP")]
    pub(crate) http: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
    /// Form of the messages on standard error.
    #[arg(long, value_enum, default_value = "text", env = "TIAOXI_LOG_FORMAT")]
    pub(crate) log_format: LogFormat,
    /// Which messages, as in `info,tiaoxi_sync=debug`.
    #[arg(long, value_name = "FILTER", default_value = "info", env = "TIAOXI_LOG")]
    pub(crate) log: String,
}

pub(crate) fn run(args: RunArgs) -> anyhow::Result<()> {
    lean_memory::begin_anew();
    let RunArgs { dir, listen, http, secret, log_format, log } = args;
    logging::start(log_format, &log)?;
    let mut config = Config::load(&dir)?;
    if !listen.is_empty() {
        config.listen = listen;
    }
    if let Some(http) = http {
        config.http = http;
    }
    config.check()?;
    crate::run::run(&dir, config, &secret.existing()?)
}
