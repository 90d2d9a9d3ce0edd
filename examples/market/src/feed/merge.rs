//! Several feeds as one, ordered by receive time.

use super::{Event, Feed, FeedError};

/// Takes the earliest event of all feeds; of equal times, that of the feed given first.
pub struct Merged {
    /// Feeds that have not ended, each with its next event.
    feeds: Vec<(Result<Event, FeedError>, Feed)>,
}

impl Merged {
    /// Merges the feeds, each of which is in order itself.
    pub fn new(feeds: impl IntoIterator<Item = Feed>) -> Self {
        let with_first = |mut feed: Feed| feed.next().map(|first| (first, feed));
        Self { feeds: feeds.into_iter().filter_map(with_first).collect() }
    }
}

impl Iterator for Merged {
    type Item = Result<Event, FeedError>;

    /// An error comes as soon as it is known: the merged order ends with it.
    fn next(&mut self) -> Option<Self::Item> {
        let time =
            |next: &Result<Event, FeedError>| next.as_ref().map_or(i64::MIN, |e| e.received_ns);
        let index = (0..self.feeds.len()).min_by_key(|&index| time(&self.feeds[index].0))?;
        let (next, feed) = &mut self.feeds[index];
        match feed.next() {
            Some(after) => Some(std::mem::replace(next, after)),
            None => Some(self.feeds.remove(index).0),
        }
    }
}
