//! Whichever of two futures is done first.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// One of two results.
pub(crate) enum Either<A, B> {
    First(A),
    Second(B),
}

/// Polls both, the first one first; drops the other once one is done.
pub(crate) async fn race<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> Either<A, B> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| {
        if let Poll::Ready(output) = first.as_mut().poll(context) {
            return Poll::Ready(Either::First(output));
        }
        second.as_mut().poll(context).map(Either::Second)
    })
    .await
}
