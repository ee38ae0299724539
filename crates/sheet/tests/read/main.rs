//! Reading files: every kind, as programs write them and as nobody should.

mod detection;
mod hostile;
mod oracle;
mod soup;
mod support;
mod text;
mod xls;
mod xlsx;
