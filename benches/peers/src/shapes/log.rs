//! `log`: ten thousand lines of a web server's log, mostly text.

use super::random::Random;
use super::{Borrowable, Shape};

const ROWS: usize = 10_000;

#[derive(
    Debug,
    Clone,
    PartialEq,
    mycelium_derive::Message,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers", id = 1)]
pub(crate) struct Logs {
    pub(crate) logs: Vec<Log>,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    mycelium_derive::Struct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers")]
pub(crate) struct Log {
    pub(crate) address: Address,
    pub(crate) identity: String,
    pub(crate) userid: String,
    pub(crate) date: String,
    pub(crate) request: String,
    pub(crate) code: u16,
    pub(crate) size: u64,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    mycelium_derive::Struct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers")]
#[repr(C)]
pub(crate) struct Address {
    pub(crate) x0: u8,
    pub(crate) x1: u8,
    pub(crate) x2: u8,
    pub(crate) x3: u8,
}

/// [`Logs`] whose text lies elsewhere.
#[derive(
    mycelium_derive::Message,
    wincode::SchemaRead,
    bitcode::Decode,
    bincode::BorrowDecode,
    speedy::Readable,
    serde::Deserialize,
)]
#[myc(package = "peers", name = "Logs", id = 1)]
pub(crate) struct LogsRef<'a> {
    #[serde(borrow)]
    pub(crate) logs: Vec<LogRef<'a>>,
}

/// [`Log`] whose text lies elsewhere.
#[derive(
    mycelium_derive::Struct,
    wincode::SchemaRead,
    bitcode::Decode,
    bincode::BorrowDecode,
    speedy::Readable,
    serde::Deserialize,
)]
#[myc(package = "peers", name = "Log")]
pub(crate) struct LogRef<'a> {
    pub(crate) address: Address,
    pub(crate) identity: &'a str,
    pub(crate) userid: &'a str,
    pub(crate) date: &'a str,
    pub(crate) request: &'a str,
    pub(crate) code: u16,
    pub(crate) size: u64,
}

impl Shape for Logs {
    const NAME: &'static str = "log";

    fn samples() -> Vec<Self> {
        let mut random = Random::new(1);
        vec![Self { logs: (0..ROWS).map(|_| line(&mut random)).collect() }]
    }

    type Reading = u64;

    fn read(&self) -> u64 {
        let add = |sum: u64, log: &Log| {
            sum.wrapping_add(u64::from(log.address.x0) + u64::from(log.code)).wrapping_add(log.size)
        };
        self.logs.iter().fold(0, add)
    }

    fn update(&mut self) {
        for log in &mut self.logs {
            log.size = log.size.wrapping_add(1);
        }
    }
}

impl Borrowable for Logs {
    type Borrowed<'a> = LogsRef<'a>;

    fn own(borrowed: &LogsRef<'_>) -> Self {
        let own = |log: &LogRef<'_>| Log {
            address: log.address,
            identity: log.identity.to_owned(),
            userid: log.userid.to_owned(),
            date: log.date.to_owned(),
            request: log.request.to_owned(),
            code: log.code,
            size: log.size,
        };
        Self { logs: borrowed.logs.iter().map(own).collect() }
    }
}

const USERS: [&str; 9] =
    ["-", "alice", "robert", "chen.wei", "mira", "operations", "jo", "deploy-bot", "søren"];
const METHODS: [&str; 5] = ["GET", "GET", "GET", "POST", "DELETE"];
const PATHS: [&str; 9] = [
    "/",
    "/index.html",
    "/about",
    "/users/login",
    "/articles/2024/harvest",
    "/static/app.js",
    "/api/v2/orders",
    "/search?q=mushroom",
    "/favicon.ico",
];
const VERSIONS: [&str; 3] = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CODES: [u16; 8] = [200, 200, 200, 204, 301, 304, 404, 500];

fn line(random: &mut Random) -> Log {
    let [x0, x1, x2, x3, ..] = random.bits().to_le_bytes();
    let (day, month) = (1 + random.below(28), random.pick(&MONTHS));
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let (method, path, version) =
        (random.pick(&METHODS), random.pick(&PATHS), random.pick(&VERSIONS));
    Log {
        address: Address { x0, x1, x2, x3 },
        identity: "-".to_owned(),
        userid: random.pick(&USERS).to_owned(),
        date: format!("{day:02}/{month}/2024:{hour:02}:{minute:02}:{second:02} +0000"),
        request: format!("{method} {path} {version}"),
        code: CODES[random.below(CODES.len() as u64) as usize],
        size: random.below(100_000_000),
    }
}
