//! Prints the OpenAPI document of the node's HTTP interface:
//! `cargo run -p tiaoxi-api --example openapi > docs/openapi.json`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(tiaoxi_api::server::document().as_bytes())
}
