//! A stream socket that is read and written by a task of tokio.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::Outcome;
use crate::end::{End, Words, first_word, run_task, to_bytes};
use crate::plan::{LEN, Plan, Socket};
use crate::processes::Part;

trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// Each message is written and read by itself.
pub(crate) struct Bare(Box<dyn Stream>);

impl Bare {
    fn tcp(stream: TcpStream) -> Outcome<Self> {
        stream.set_nodelay(true)?;
        Ok(Self(Box::new(stream)))
    }
}

impl End for Bare {
    fn run<T>(_part: Part, _plan: &Plan, doing: impl Future<Output = T>) -> Outcome<T> {
        run_task(doing)
    }

    async fn listen(plan: &Plan, ready: impl FnOnce()) -> Outcome<Self> {
        match plan.socket {
            Socket::Unix => {
                let listener = UnixListener::bind(&plan.address)?;
                ready();
                Ok(Self(Box::new(listener.accept().await?.0)))
            }
            Socket::Tcp => {
                let listener = TcpListener::bind(&plan.address).await?;
                ready();
                Self::tcp(listener.accept().await?.0)
            }
        }
    }

    async fn dial(plan: &Plan) -> Outcome<Self> {
        match plan.socket {
            Socket::Unix => Ok(Self(Box::new(UnixStream::connect(&plan.address).await?))),
            Socket::Tcp => Self::tcp(TcpStream::connect(&plan.address).await?),
        }
    }

    async fn send(&mut self, message: &Words) -> Outcome<()> {
        Ok(self.0.write_all(&to_bytes(message)).await?)
    }

    async fn receive(&mut self) -> Outcome<u64> {
        let mut message = [0; LEN];
        self.0.read_exact(&mut message).await?;
        Ok(first_word(&message))
    }
}
