//! Each language meets each other one, over every transport: `examples/market/interop`.
//!
//! A meeting is two processes. The publisher sends some hundred messages; the subscriber checks that they
//! arrive equal and in order, that another digest is refused, and ends with the publisher. Neither
//! may leave a socket or a ring behind.

mod meeting;
mod peers;

use crate::progress::Progress;
use crate::steps::StepResult;

use meeting::{Meeting, Transport};
use peers::{Language, Peers};

/// Builds the peers and lets them meet.
pub(crate) fn run(progress: &Progress) -> StepResult {
    let peers = Peers::build(progress)?;
    let meetings = all_meetings();
    for meeting in &meetings {
        progress.detail(meeting.to_string());
        meeting.run(&peers)?;
    }
    Ok(format!("{} meetings", meetings.len()))
}

/// Typed subscribers at either end of a route, and subscribers to frames where a language has them.
fn all_meetings() -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for transport in Transport::ALL {
        for publisher in Language::ALL {
            for subscriber in Language::ALL.into_iter().filter(|other| *other != publisher) {
                let meeting = Meeting { transport, publisher, subscriber, ..Meeting::default() };
                meetings.push(meeting);
                meetings.push(Meeting { publisher_owns: true, ..meeting });
                if subscriber.has_frames() {
                    meetings.push(Meeting { role: "frames", ..meeting });
                }
            }
        }
    }
    meetings
}
