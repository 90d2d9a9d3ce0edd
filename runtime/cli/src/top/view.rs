//! How the screen is looked at: what is sorted by, left out and in sight. Keys change it.

use super::observation::{Observation, Topic};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::cmp::Ordering;

/// How the screen is looked at.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) sort: Sort,
    pub(super) is_reversed: bool,
    /// What names must contain.
    pub(super) filter: String,
    /// Whether keys are letters of the filter.
    pub(super) is_typing: bool,
    pub(super) is_paused: bool,
    /// Rows above the first that is shown.
    pub(super) first: usize,
}

/// What topics are sorted by: names upwards, numbers downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Node,
    Topic,
    Rate,
    Bytes,
    Size,
    Age,
    Missed,
}

/// What a key asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To see the screen anew.
    Look,
    Nothing,
    End,
}

/// Rows that a page is.
const PAGE: usize = 10;

impl Sort {
    const ALL: [Self; 7] =
        [Self::Node, Self::Topic, Self::Rate, Self::Bytes, Self::Size, Self::Age, Self::Missed];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Topic => "topic",
            Self::Rate => "rate",
            Self::Bytes => "bytes",
            Self::Size => "size",
            Self::Age => "age",
            Self::Missed => "missed",
        }
    }

    fn next(self) -> Self {
        let index = Self::ALL.iter().position(|sort| *sort == self).unwrap_or(0);
        Self::ALL[(index + 1) % Self::ALL.len()]
    }

    fn compare(self, a: &Topic, b: &Topic) -> Ordering {
        let age = |topic: &Topic| topic.count.age.and_then(|age| age.p50_nanos);
        let bytes = |topic: &Topic| topic.bytes_per_second.unwrap_or(0.0);
        let size = |topic: &Topic| topic.count.mean_bytes.unwrap_or(0.0);
        match self {
            Self::Node => a.node.cmp(&b.node),
            Self::Topic => Ordering::Equal,
            Self::Rate => b.rate.total_cmp(&a.rate),
            Self::Bytes => bytes(b).total_cmp(&bytes(a)),
            Self::Size => size(b).total_cmp(&size(a)),
            Self::Age => age(b).cmp(&age(a)),
            Self::Missed => b.count.missed.cmp(&a.count.missed),
        }
    }
}

impl View {
    /// The topics that are chosen, in order.
    pub(super) fn topics<'o>(&self, observation: &'o Observation) -> Vec<&'o Topic> {
        let mut topics: Vec<&Topic> =
            observation.topics.iter().filter(|topic| self.takes(topic)).collect();
        topics.sort_by(|a, b| {
            let order = self.sort.compare(a, b);
            let order = if self.is_reversed { order.reverse() } else { order };
            let name = |topic: &Topic| (topic.count.topic.clone(), topic.node.clone());
            order.then_with(|| name(a).cmp(&name(b)))
        });
        topics
    }

    fn takes(&self, topic: &Topic) -> bool {
        let type_name = topic.count.type_name.as_deref().unwrap_or_default();
        [&topic.node, &*topic.count.topic, type_name].iter().any(|name| name.contains(&self.filter))
    }

    /// Goes back to the last topic where it was left behind.
    pub(super) fn stay_within(&mut self, observation: &Observation) {
        self.first = self.first.min(self.topics(observation).len().saturating_sub(1));
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: KeyEvent) -> Asked {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return if key.code == KeyCode::Char('c') { Asked::End } else { Asked::Nothing };
        }
        if self.is_typing { self.type_key(key.code) } else { self.press_key(key.code) }
    }

    fn press_key(&mut self, key: KeyCode) -> Asked {
        match key {
            KeyCode::Char('q') => return Asked::End,
            KeyCode::Char('s') => self.sort = self.sort.next(),
            KeyCode::Char('r') => self.is_reversed = !self.is_reversed,
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('p' | ' ') => self.is_paused = !self.is_paused,
            KeyCode::Esc => self.filter.clear(),
            KeyCode::Down | KeyCode::Char('j') => self.first = self.first.saturating_add(1),
            KeyCode::Up | KeyCode::Char('k') => self.first = self.first.saturating_sub(1),
            KeyCode::PageDown => self.first = self.first.saturating_add(PAGE),
            KeyCode::PageUp => self.first = self.first.saturating_sub(PAGE),
            KeyCode::Home => self.first = 0,
            _ => return Asked::Nothing,
        }
        Asked::Look
    }

    fn type_key(&mut self, key: KeyCode) -> Asked {
        match key {
            KeyCode::Char(letter) => self.filter.push(letter),
            KeyCode::Backspace => drop(self.filter.pop()),
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.filter.clear();
            }
            _ => return Asked::Nothing,
        }
        self.first = 0;
        Asked::Look
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::observation;
    use super::*;

    fn names(view: &View) -> Vec<String> {
        let observation = observation();
        let topics = view.topics(&observation);
        topics.iter().map(|topic| topic.count.topic.to_string()).collect()
    }

    fn press(view: &mut View, keys: &str) {
        for letter in keys.chars() {
            let code = match letter {
                '\n' => KeyCode::Enter,
                letter => KeyCode::Char(letter),
            };
            assert_eq!(view.press(code.into()), Asked::Look);
        }
    }

    #[test]
    fn topics_are_sorted_by_name_and_by_number() {
        let mut view = View::default();
        assert_eq!(names(&view), ["market.quotes", "market.trades", "risk.verdicts"]);
        press(&mut view, "ss");
        assert_eq!((view.sort, names(&view)[0].as_str()), (Sort::Rate, "market.quotes"));
        press(&mut view, "r");
        assert_eq!(names(&view)[0], "risk.verdicts");
        press(&mut view, "rss");
        assert_eq!((view.sort, names(&view)[0].as_str()), (Sort::Size, "market.trades"));
        press(&mut view, "sss");
        assert_eq!(view.sort, Sort::Node);
    }

    #[test]
    fn a_filter_is_typed_and_taken_away() {
        let mut view = View::default();
        press(&mut view, "/trades\n");
        assert!(!view.is_typing);
        assert_eq!(names(&view), ["market.trades"]);
        assert_eq!(view.press(KeyCode::Esc.into()), Asked::Look);
        assert_eq!(names(&view).len(), 3);
        // Letters that are commands else are letters of the filter; types and nodes are searched too.
        press(&mut view, "/risk");
        assert_eq!(names(&view), ["risk.verdicts"]);
        assert_eq!(view.press(KeyCode::Backspace.into()), Asked::Look);
        assert_eq!(view.filter, "ris");
    }

    #[test]
    fn however_far_down_it_goes_one_row_up_is_seen() {
        let mut view = View::default();
        for _ in 0..3 {
            assert_eq!(view.press(KeyCode::PageDown.into()), Asked::Look);
            view.stay_within(&observation());
        }
        assert_eq!(view.first, 2);
        assert_eq!(view.press(KeyCode::Up.into()), Asked::Look);
        assert_eq!(view.first, 1);
        // Fewer topics, and none.
        press(&mut view, "/nothing is called so");
        view.first = 1;
        view.stay_within(&observation());
        assert_eq!(view.first, 0);
    }

    #[test]
    fn it_ends_when_it_is_told_to() {
        let mut view = View::default();
        assert_eq!(view.press(KeyCode::Char('q').into()), Asked::End);
        press(&mut view, "/q");
        let end = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(view.press(end), Asked::End);
    }
}
