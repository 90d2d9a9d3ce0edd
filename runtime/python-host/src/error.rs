//! What can go wrong with Python in a program, in the words of Python where it is Python's.

use std::error::Error;
use std::fmt;

/// An exception that reached nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonError {
    /// The exception's class: `ValueError`, `mycelium.errors.Closed`.
    pub class: String,
    /// What it says.
    pub message: String,
    /// As Python prints it, with the places that it came through and what caused it.
    pub traceback: String,
}

/// Python cannot be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// It was started before: a process has one interpreter, once.
    StartedBefore,
    /// There is no thread for it.
    NoThread(std::io::Error),
    /// It could not be made ready, for the package is not found, or its version is not this one's.
    NotReady(PythonError),
    /// Its thread panicked, and has said why.
    Panicked,
}

/// A service cannot be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// Another has the name.
    NameTaken(String),
    /// The host stops, or has stopped.
    Stopped,
    /// There is no thread for it.
    NoThread(std::io::Error),
    /// It is no `module:function`.
    BadTarget(String),
}

/// Why a service ended that should not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It raised this.
    Raised(PythonError),
    /// It returned, and its policy is to go on always.
    Returned,
}

/// A service failed more often than its policy allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The service.
    pub service: String,
    /// Its last failure.
    pub failure: Failure,
}

/// Something did not end in time; the interpreter runs on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutdownError {
    /// The names of the services; or what else in Python is not a service.
    pub stuck: Vec<String>,
}

impl fmt::Display for PythonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.traceback.trim_end())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartedBefore => {
                f.write_str("Python was started in this process before: a process has one host")
            }
            Self::NoThread(error) => write!(f, "there is no thread for Python: {error}"),
            Self::Panicked => f.write_str("the thread of Python panicked before Python was ready"),
            Self::NotReady(error) => write!(
                f,
                "Python is not ready: {error}\nsee that PYTHONPATH, or a folder that is given, holds the package \
                 `mycelium` of this release"
            ),
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameTaken(name) => write!(f, "there is a service `{name}`; give it another name"),
            Self::Stopped => f.write_str("the host of Python has stopped"),
            Self::NoThread(error) => write!(f, "there is no thread for the service: {error}"),
            Self::BadTarget(target) => {
                write!(f, "`{target}` names no function; write `module:function`")
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raised(error) => write!(f, "raised\n{error}"),
            Self::Returned => f.write_str("returned"),
        }
    }
}

impl fmt::Display for Escalation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, failure } = self;
        write!(
            f,
            "service `{service}` failed more often than its policy allows; at last it {failure}"
        )
    }
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "did not end: {}; a service ends when its subscribers do, so let nothing else hold it up",
            self.stuck.join(", ")
        )
    }
}

impl Error for PythonError {}
impl Error for StartError {}
impl Error for ServiceError {}
impl Error for Escalation {}
impl Error for ShutdownError {}
