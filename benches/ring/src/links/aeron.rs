//! Aeron over shared memory: exclusive publications, whose images are polled. Its media driver runs in the first process, on a
//! thread that takes the processor where the others leave it.

use crate::Outcome;
use crate::link::{self, Plan};
use rusteron_client::{
    AERON_IPC_STREAM, Aeron, AeronContext, AeronExclusivePublication, AeronImage,
    AeronSubscription, Handlers, IntoCString,
};
use rusteron_media_driver::AeronDriverContext;
use rusteron_media_driver::bindings::aeron_threading_mode_enum;
use rusteron_media_driver::testing::EmbeddedDriver;
use std::hint;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Longer than the driver takes for anything.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a term, of which a stream has three: as many as its own programs for this have.
const TERM: usize = 16 << 20;

fn folder(plan: &Plan) -> PathBuf {
    plan.folder.join("aeron")
}

fn stream_of(name: &str) -> i32 {
    if name == "there" { 1001 } else { 1002 }
}

/// Who sends there is the first process.
fn launch(plan: &Plan) -> Outcome<EmbeddedDriver> {
    let folder = folder(plan).display().to_string();
    let configure = |context: &AeronDriverContext| {
        context.set_dir(&folder.as_str().into_c_string())?;
        context.set_ipc_term_buffer_length(TERM)?;
        context.set_term_buffer_sparse_file(false)?;
        context.set_threading_mode(aeron_threading_mode_enum::AERON_THREADING_MODE_SHARED)?;
        Ok(())
    };
    Ok(EmbeddedDriver::launch_with(configure)?)
}

fn connect(plan: &Plan) -> Outcome<Aeron> {
    let context = AeronContext::new()?;
    context.set_dir(&folder(plan).display().to_string().as_str().into_c_string())?;
    context.set_pre_touch_mapped_memory(true)?;
    let aeron = Aeron::new(&context)?;
    aeron.start()?;
    Ok(aeron)
}

/// Fields are dropped in this order: the driver outlives what it serves.
pub(crate) struct Sender {
    publication: AeronExclusivePublication,
    _aeron: Aeron,
    _driver: Option<EmbeddedDriver>,
}

impl link::Sender for Sender {
    fn create(plan: &Plan, name: &str) -> Outcome<Self> {
        let driver = if name == "there" { Some(launch(plan)?) } else { None };
        let aeron = connect(plan)?;
        let publication = aeron
            .async_add_exclusive_publication(AERON_IPC_STREAM, stream_of(name))?
            .poll_blocking(PATIENCE)?;
        Ok(Self { publication, _aeron: aeron, _driver: driver })
    }

    #[inline]
    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        loop {
            match self.publication.offer(bytes) {
                Ok(_) => return Ok(()),
                Err(error) if error.is_retryable() => hint::spin_loop(),
                Err(error) => return Err(error.to_string().into()),
            }
        }
    }
}

pub(crate) struct Receiver {
    image: AeronImage,
    _subscription: AeronSubscription,
    _aeron: Aeron,
}

impl link::Receiver for Receiver {
    fn attach(plan: &Plan, name: &str) -> Outcome<Self> {
        let aeron = connect(plan)?;
        let subscription = aeron
            .async_add_subscription(
                AERON_IPC_STREAM,
                stream_of(name),
                Handlers::NONE,
                Handlers::NONE,
            )?
            .poll_blocking(PATIENCE)?;
        let started = Instant::now();
        let image = loop {
            if let Some(image) = subscription.image_at_index(0) {
                break image;
            }
            if started.elapsed() > PATIENCE {
                return Err("the driver brings no publication".into());
            }
            std::thread::yield_now();
        };
        Ok(Self { image, _subscription: subscription, _aeron: aeron })
    }

    #[inline]
    fn try_receive(&mut self, take: impl FnMut(&[u8])) -> Outcome<bool> {
        Ok(self.try_receive_many(1, take)? > 0)
    }

    #[inline]
    fn try_receive_many(&mut self, limit: usize, mut take: impl FnMut(&[u8])) -> Outcome<usize> {
        let taken = self.image.poll_fn(|bytes, _header| take(bytes), limit)?;
        Ok(usize::try_from(taken)?)
    }
}
