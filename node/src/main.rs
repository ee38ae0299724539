//! The program `tiaoxi`: one node of the federation, and the commands around it.
//!
//! This crate wires: it reads configuration and keys ([`run`]), answers on the command line
//! ([`commands`]) and over HTTP ([`service`]), links with other members ([`links`]), takes in files
//! ([`imports`]), puts records right ([`notices`]) knowing which of its own stand ([`own`]), and
//! feeds the views ([`feed`]). It keeps up with charters ([`charters`]) and takes part in mutual
//! recognition ([`exchange`]). What the parts do lies in the crates below.

mod bench;
mod catalog_files;
mod charters;
mod cli;
mod clock;
mod commands;
mod config;
mod demo;
mod error_code;
mod exchange;
mod feed;
mod imports;
mod keyring;
mod lean_memory;
mod links;
mod logging;
mod notices;
mod own;
mod peers;
mod pinned_charter;
mod reviewers;
mod run;
mod service;
mod steps;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::dispatch(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the answer has read enough, as `head` does.
        Err(error) if error_code::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            commands::output::error(&error);
            error_code::exit_code(&error)
        }
    }
}
