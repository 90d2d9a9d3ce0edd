//! What stands for TLS where the library was built without it: a node that nobody can be.

use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::connection::{Connection, Refusal};
use crate::hub::Hub;
use crate::topology::{CredentialError, CredentialFault, Tls};

/// There is none.
pub(crate) enum Identity {}

/// There is none.
pub(crate) enum Certified {}

type Secured = Connection<OwnedReadHalf, OwnedWriteHalf>;

impl Identity {
    /// Says what is missing.
    pub(crate) fn open(_: &Arc<Hub>, files: &Tls) -> Result<Self, CredentialError> {
        Err(CredentialError { path: files.certificate.clone(), fault: CredentialFault::NoTls })
    }

    pub(crate) async fn accept(&self, _: TcpStream) -> Result<Secured, Refusal> {
        match *self {}
    }

    pub(crate) async fn connect(&self, _: &str, _: TcpStream) -> Result<Secured, Refusal> {
        match *self {}
    }
}

impl Certified {
    pub(crate) fn check_any(&self, _: &[&str]) -> Result<(), String> {
        match *self {}
    }

    pub(crate) fn check(&self, _: &str) -> Result<(), String> {
        match *self {}
    }
}

/// No error is of its making.
pub(crate) fn reason(_: &io::Error) -> Option<String> {
    None
}
