//! The server and the client against each other over real sockets, with a fake service.

mod catalogue;
mod document;
mod events;
mod fake;
mod imports;
mod node;
mod notices;
mod raw;
mod reads;
mod recognition;
mod statements;
mod uploads;
