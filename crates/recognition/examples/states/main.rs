//! Prints the tables of the life cycle into `docs/recognition.md` and draws them into
//! `docs/recognition.svg`: `cargo run -p tiaoxi-recognition --example states`.

pub(crate) mod drawing;
pub(crate) mod page;

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = docs.join("recognition.md");
    fs::write(&page, page::printed_into(&fs::read_to_string(&page)?)?)?;
    fs::write(docs.join("recognition.svg"), drawing::drawn()?)?;
    Ok(())
}
