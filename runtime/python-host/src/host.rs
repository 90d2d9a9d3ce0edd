//! The host of Python in a program.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use mycelium::MessageBus;
use mycelium::actor::Policy;

use crate::children::Children;
use crate::error::{Escalation, PythonError, ServiceError, ShutdownError, StartError};
use crate::interpreter::Interpreter;
use crate::service::{OnFailure, Service, tell_to_end};

/// How long services have to end in order, where nobody says how long.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long they have when their publishers and subscribers are closed under them, and Python to end, at least.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// What holds the end of Python up when all services have ended.
const THREADS: &str = "threads of Python that are no daemons, or functions of `atexit`";

/// The interpreter of this process and the services that run in it. Dropping it shuts down.
pub struct Host {
    bus: MessageBus,
    children: Arc<Children>,
    /// Whoever stops services holds it, so that Python does not end meanwhile.
    interpreter: Mutex<Option<Interpreter>>,
    on_failure: OnFailure,
}

impl Host {
    /// Starts Python. Modules are looked for in the folders first.
    ///
    /// # Errors
    /// Python runs, or has run, in this process; or it does not find the package `mycelium`.
    pub fn start(bus: &MessageBus, paths: &[&Path]) -> Result<Self, StartError> {
        let paths = paths.iter().map(|path| path.to_path_buf()).collect();
        let interpreter = Mutex::new(Some(Interpreter::start(paths)?));
        let on_failure = Arc::new(print);
        Ok(Self { bus: bus.clone(), children: Arc::default(), interpreter, on_failure })
    }

    /// Tells this of each failure of the services that are started from now on, before they are started again. Without
    /// it the traceback is written to standard error.
    #[must_use]
    pub fn on_failure(mut self, told: impl Fn(&str, &PythonError) + Send + Sync + 'static) -> Self {
        self.on_failure = Arc::new(told);
        self
    }

    /// Starts a service: calls the function `module:function` with the bus, a `mycelium.MessageBus`, in a thread of its own.
    /// A coroutine that it gives is run in an event loop. The service ends when the function returns; the publishers
    /// and subscribers that it has made are closed then. A module that was imported once stays as it is when a
    /// service is started again.
    ///
    /// # Errors
    /// The name is taken, the target is none, there is no thread, or the host stops. What Python raises the policy is for.
    pub fn service(&self, name: &str, target: &str, policy: Policy) -> Result<(), ServiceError> {
        self.service_with(name, target, &[], policy)
    }

    /// As [`service`](Host::service), and gives the function what it is to know beside the bus: keyword arguments, each a `str`.
    ///
    /// # Errors
    /// As [`service`](Host::service).
    pub fn service_with(
        &self,
        name: &str,
        target: &str,
        arguments: &[(&str, &OsStr)],
        policy: Policy,
    ) -> Result<(), ServiceError> {
        if !target
            .split_once(':')
            .is_some_and(|(module, name)| !module.is_empty() && !name.is_empty())
        {
            return Err(ServiceError::BadTarget(target.to_owned()));
        }
        let number = self.children.change(|table| table.add(name))?;
        let service = Service {
            name: name.to_owned(),
            number,
            target: target.to_owned(),
            arguments: arguments
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            policy,
            bus: self.bus.clone(),
            children: Arc::clone(&self.children),
            on_failure: Arc::clone(&self.on_failure),
        };
        let thread = Builder::new().name(format!("python {name}"));
        match thread.spawn(move || service.look_after()) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.children.change(|table| table.end(number));
                Err(ServiceError::NoThread(error))
            }
        }
    }

    /// Waits until all services have ended, or one has failed more often than its policy allows: then the others are
    /// stopped in order first.
    ///
    /// # Errors
    /// Which service failed, with its traceback.
    pub fn join(&self) -> Result<(), Escalation> {
        self.children.wait(None, |table| table.escalation.is_some() || table.have_ended());
        let Some(escalation) = self.children.table().escalation.clone() else { return Ok(()) };
        drop(self.stop(Instant::now() + PATIENCE));
        Err(escalation)
    }

    /// Stops the services, the last one started first: their subscribers end behind what has reached them, and the next
    /// is told when the service has ended. Then Python ends: what is still open is closed, threads
    /// of Python that are no daemons are waited for. Nothing can be started afterwards.
    ///
    /// # Errors
    /// Some did not end in this time, nor when everything was closed under them: Python goes on then. Or threads of
    /// Python that are no daemons, or functions of `atexit`, did not.
    pub fn shutdown(&self, timeout: Duration) -> Result<(), ShutdownError> {
        let until = Instant::now() + timeout;
        let mut running = self.stop(until);
        let Some(interpreter) = running.take() else { return Ok(()) };
        let stuck = self.children.table().stuck();
        if !stuck.is_empty() {
            *running = Some(interpreter);
            return Err(ShutdownError { stuck });
        }
        interpreter.end(until.max(Instant::now() + LAST_PATIENCE)).map_err(|interpreter| {
            *running = Some(interpreter);
            ShutdownError { stuck: vec![THREADS.to_owned()] }
        })
    }

    /// Stops the services, unless Python has ended; the interpreter, held so that who comes second finds it done.
    fn stop(&self, until: Instant) -> MutexGuard<'_, Option<Interpreter>> {
        let interpreter = self.interpreter.lock().unwrap_or_else(PoisonError::into_inner);
        if interpreter.is_none() {
            return interpreter;
        }
        let count = self.children.change(|table| {
            table.stop();
            table.count()
        });
        for number in (0..count).rev() {
            self.end_service(number, false, until);
        }
        let last = Instant::now() + LAST_PATIENCE;
        for number in (0..count).rev() {
            self.end_service(number, true, last);
        }
        // None may come into Python after its end.
        self.children.wait(Some(last), |table| table.stuck().is_empty());
        interpreter
    }

    fn end_service(&self, number: usize, at_once: bool, until: Instant) {
        if self.children.table().has_ended(number) {
            return;
        }
        self.tell_to_end(number, at_once);
        self.children.wait(Some(until), |table| table.has_ended(number));
    }

    /// In a thread of its own: a service may keep Python's lock for ever.
    fn tell_to_end(&self, number: usize, at_once: bool) {
        self.children.change(|table| table.begin_telling(number));
        let children = Arc::clone(&self.children);
        let tell = move || {
            let _told = children.at_end(|table| table.end_telling(number));
            tell_to_end(&children, number, at_once);
        };
        if Builder::new().name("python end".to_owned()).spawn(tell).is_err() {
            self.children.change(|table| table.end_telling(number));
        }
    }
}

fn print(service: &str, error: &PythonError) {
    eprintln!("service `{service}` failed\n{error}");
}

impl Drop for Host {
    fn drop(&mut self) {
        // Whoever wants to know calls `shutdown`; who did knows what is stuck.
        let is_stuck = {
            let table = self.children.table();
            table.is_stopping() && !table.have_ended()
        };
        let patience = if is_stuck { Duration::ZERO } else { PATIENCE };
        if self.shutdown(patience).is_err() {
            // Its thread would end it, with services in it, when this is gone.
            std::mem::forget(
                self.interpreter.lock().unwrap_or_else(PoisonError::into_inner).take(),
            );
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("running", &self.children.table().stuck())
            .finish_non_exhaustive()
    }
}
