//! Receives many messages by one call, each where it lies.

use super::{Subscriber, Typed};
use crate::carried::Carried;
use crate::error::{RecvError, TryRecvError};
use crate::received::Received;

impl<T: Carried> Subscriber<T> {
    /// Shows the next messages to `show`: waits for one, and takes what else is there, `most` in all; one where `most`
    /// is 0. Gives how many; 0 once all publishers have closed. Works in any async runtime.
    ///
    /// This is the fastest way to receive many. Messages that travel [by value](Received) are shown where the publisher
    /// wrote them, and are taken when they were shown, also where `show` panics. Their room is given back for some at a
    /// time: what `show` publishes on the same topic may wait for it for ever. Behind several messages of another thread
    /// there is a pause of two microseconds before the next are looked for, which lets publishers get ahead.
    ///
    /// # Errors
    /// As [`recv`](Subscriber::recv). What was there before a fault is shown first.
    pub async fn recv_each(
        &mut self,
        most: usize,
        mut show: impl FnMut(&T),
    ) -> Result<usize, RecvError> {
        if let Some(count) = self.show_now(most, &mut show)? {
            return Ok(count);
        }
        let first = self.recv().await?;
        Ok(self.show_batch(first, most, show))
    }

    /// As [`recv_each`](Subscriber::recv_each), but blocks the thread.
    ///
    /// ```
    /// # use mycelium::prelude::*;
    /// # #[derive(Message, Debug, PartialEq)]
    /// # #[myc(package = "weather", id = 1)]
    /// # #[repr(C)]
    /// # struct Reading { celsius: f64 }
    /// let bus = MessageBus::new();
    /// let mut readings = bus.subscriber::<Reading>()?;
    /// let publisher = bus.publisher::<Reading>()?;
    /// for celsius in [1.0, 2.0, 3.0] {
    ///     publisher.publish(Reading { celsius })?;
    /// }
    /// drop(publisher);
    ///
    /// let mut sum = 0.0;
    /// while readings.recv_each_blocking(100, |reading| sum += reading.celsius)? > 0 {}
    /// assert_eq!(sum, 6.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`recv_each`](Subscriber::recv_each).
    pub fn recv_each_blocking(
        &mut self,
        most: usize,
        mut show: impl FnMut(&T),
    ) -> Result<usize, RecvError> {
        if let Some(count) = self.show_now(most, &mut show)? {
            return Ok(count);
        }
        let first = self.recv_blocking()?;
        Ok(self.show_batch(first, most, show))
    }

    /// As [`recv_each`](Subscriber::recv_each), but only of what is there.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if nothing is there now; else as [`recv_each`](Subscriber::recv_each).
    #[inline]
    pub fn try_recv_each(
        &mut self,
        most: usize,
        mut show: impl FnMut(&T),
    ) -> Result<usize, TryRecvError> {
        let most = most.max(1);
        let Some((source, received)) = self.receiver.near() else {
            let first = self.receiver.try_recv()?;
            return Ok(self.show_batch(first, most, show));
        };
        let count = source.show_each(most, |message| {
            *received += 1;
            show(message);
        });
        if count == 0 {
            self.receiver.leave();
            return Err(TryRecvError::Empty);
        }
        Ok(count)
    }

    /// Shows what is there, if anything is.
    fn show_now(
        &mut self,
        most: usize,
        show: &mut impl FnMut(&T),
    ) -> Result<Option<usize>, RecvError> {
        match self.try_recv_each(most, show) {
            Ok(count) => Ok(Some(count)),
            Err(TryRecvError::Failed(fault)) => Err(fault),
            Err(TryRecvError::Empty) => Ok(None),
        }
    }

    /// Shows a message that was taken, if it is not the end, and what is there behind it.
    fn show_batch(
        &mut self,
        first: Option<Received<T>>,
        most: usize,
        mut show: impl FnMut(&T),
    ) -> usize {
        let Some(first) = first else { return 0 };
        show(&first);
        1 + self.receiver.take_more(most.saturating_sub(1), |message| show(&message))
    }
}

impl<T: Carried> Typed<T> {
    /// Shows what is there of this process, at most `most`; gives how many.
    #[inline]
    fn show_each(&mut self, most: usize, mut show: impl FnMut(&T)) -> usize {
        if self.past.is_empty() {
            return self.reader.as_mut().map_or(0, |reader| reader.show_each(most, show));
        }
        let mut count = 0;
        while count < most
            && let Some(message) = self.past.pop_front()
        {
            show(&message);
            count += 1;
        }
        count
    }
}
