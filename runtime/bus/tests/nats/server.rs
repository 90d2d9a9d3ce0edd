//! A NATS server of one's own, and a deployment that meets there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::common::deployment::{Deployment, free_port};

/// Set where the tests must not be skipped for want of a server.
const EXPECTED: &str = "MYCELIUM_EXPECTED_NATS_SERVER";

/// A running server; it ends when it is dropped.
pub(crate) struct Server {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Server {
    /// A server, or nothing where this machine has none: then it says that the test is skipped.
    /// Its configuration may name files in its folder.
    pub(crate) fn start_with(configure: impl FnOnce(&Path) -> String) -> Option<Self> {
        let Some(program) = program() else {
            assert!(std::env::var_os(EXPECTED).is_none(), "{EXPECTED} is set, and there is none");
            eprintln!("skipped: this machine has no `nats-server`");
            return None;
        };
        let mut server =
            Self { folder: tempfile::tempdir().unwrap(), port: free_port(), child: None };
        let configuration = configure(server.folder.path());
        server.configure(&configuration);
        server.run(&program);
        Some(server)
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Forgets what it has kept; it is stopped.
    pub(crate) fn forget(&self) {
        std::fs::remove_dir_all(self.folder.path().join("store")).unwrap();
    }

    fn run(&mut self, program: &Path) {
        // Another may have taken the port since.
        for _ in 0..20 {
            let mut child = Command::new(program)
                .args(["--addr", "127.0.0.1", "--port", &self.port.to_string()])
                .args(["--config", "server.conf"])
                .current_dir(self.folder.path())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
            if lines.any(|line| line.unwrap().contains("Server is ready")) {
                // What it says later is of no interest, but it must be able to say it.
                std::thread::spawn(move || lines.for_each(drop));
                self.child = Some(child);
                return;
            }
            child.wait().unwrap();
            self.port = free_port();
        }
        panic!("nats-server does not start");
    }

    /// Gives it another configuration, for its next start.
    pub(crate) fn configure(&self, configuration: &str) {
        std::fs::write(self.folder.path().join("server.conf"), configuration).unwrap();
    }

    /// Kills it.
    pub(crate) fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Starts it again, at the port where it was.
    pub(crate) fn restart(&mut self) {
        let port = self.port;
        self.run(&program().unwrap());
        assert_eq!(self.port, port, "somebody has taken the port");
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A topology of these nodes, each with a service of its name, that all meet here.
    pub(crate) fn deployment(&self, nodes: &[&str], rest: &str) -> Deployment {
        self.deployment_in(tempfile::tempdir().unwrap(), nodes, "", rest)
    }

    /// The same where `defaults` say more, in a folder where what they name lies.
    pub(crate) fn deployment_in(
        &self,
        folder: TempDir,
        nodes: &[&str],
        defaults: &str,
        rest: &str,
    ) -> Deployment {
        let mut text = format!(
            "[defaults]\nendpoint.kind = \"nats\"\nendpoint.addr = \"{}\"\n\
             endpoint.policy = \"drop_oldest\"\n{defaults}",
            self.address()
        );
        for node in nodes {
            text.push_str(&format!("[[nodes]]\nname = \"{node}\"\nservices = [\"{node}\"]\n"));
        }
        text.push_str(rest);
        Deployment::of(folder, &text)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn program() -> Option<PathBuf> {
    // Debian puts it where only its administrator looks.
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    folders.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.iter().map(|folder| folder.join("nats-server")).find(|program| program.is_file())
}
