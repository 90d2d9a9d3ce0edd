//! The screen: what was observed, drawn in cells.

use super::meter::Age;
use super::observation::{Observation, Topic};
use super::rings::{Reader, Ring};
use super::view::{Sort, View};
use crate::harmless::harmless;
use crate::shm::reader_kind;
use crate::units;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Paragraph, Row, Table};

const HEADING: Style = Style::new().add_modifier(Modifier::REVERSED);
const QUIET: Style = Style::new().fg(Color::DarkGray);
const FAULT: Style = Style::new().fg(Color::Red);
const KEY: Style = Style::new().add_modifier(Modifier::BOLD);

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, name: &str, observation: &Observation, view: &View) {
    let topics = view.topics(observation);
    let rows = ring_rows(observation);
    let unknown = observation.unknown_field.as_deref();
    let unknown = unknown.map(|told| Line::styled(harmless(told), FAULT));
    let faults: Vec<Line<'_>> =
        observation.places.iter().filter_map(fault).chain(unknown).collect();
    // A heading belongs to each table that has rows.
    let lines = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let rings_height = if rows.is_empty() { 0 } else { lines(rows.len()).saturating_add(2) };
    let area = frame.area();
    let [head, table, rings, places, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(3),
        Constraint::Length(rings_height.min(area.height / 2)),
        Constraint::Length(lines(faults.len()).min(area.height / 4)),
        Constraint::Length(1),
    ])
    .areas(area);
    frame.render_widget(summary(name, observation, &topics), head);
    draw_topics(frame, table, &topics, view);
    if rings_height > 0 {
        draw_rings(frame, rings, rows);
    }
    frame.render_widget(Paragraph::new(faults), places);
    frame.render_widget(help(view), keys);
}

fn summary(name: &str, observation: &Observation, topics: &[&Topic]) -> Line<'static> {
    let rate = topics.iter().map(|topic| topic.rate).sum();
    let bytes = topics.iter().filter_map(|topic| topic.bytes_per_second).sum();
    let uncounted = match observation.uncounted {
        0 => String::new(),
        count => format!("  {} messages of more topics", units::count(count as f64)),
    };
    let time = observation.time.to_string();
    // The time of day, to the second.
    let clock = time.get(11..19).unwrap_or_default();
    Line::from(vec![
        Span::styled("mycelium top ", KEY),
        Span::raw(harmless(name)),
        Span::raw(format!(
            "  {clock} UTC  {} topics  {} msg/s  {}/s{uncounted}",
            topics.len(),
            units::count(rate),
            units::bytes(bytes)
        )),
    ])
}

fn draw_topics(frame: &mut Frame<'_>, area: Rect, topics: &[&Topic], view: &View) {
    let most = topics.len().saturating_sub(1);
    let rows = topics.iter().skip(view.first.min(most)).map(|topic| topic_row(topic));
    let widths = [
        Constraint::Fill(2),
        Constraint::Fill(4),
        Constraint::Fill(3),
        Constraint::Length(8),
        Constraint::Length(9),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
    ];
    let columns = [
        ("NODE", Some(Sort::Node)),
        ("TOPIC", Some(Sort::Topic)),
        ("TYPE", None),
        ("MSG/S", Some(Sort::Rate)),
        ("BYTES/S", Some(Sort::Bytes)),
        ("SIZE", Some(Sort::Size)),
        ("AGE P50", Some(Sort::Age)),
        ("P99", None),
        ("MISSED", Some(Sort::Missed)),
    ];
    let heading = columns.iter().enumerate().map(|(column, (name, sort))| {
        let style = if *sort == Some(view.sort) { KEY } else { Style::new() };
        let cell = if column < 3 { Line::from(*name) } else { Line::from(*name).right_aligned() };
        Cell::from(cell).style(style)
    });
    frame.render_widget(Table::new(rows, widths).header(Row::new(heading).style(HEADING)), area);
}

fn topic_row(topic: &Topic) -> Row<'static> {
    let count = &topic.count;
    let age = |nanos: fn(&Age) -> Option<u64>| match &count.age {
        None => String::new(),
        // Sent after it was seen: nobody knows how old it is.
        Some(age) => nanos(age).map_or("early".to_owned(), |nanos| units::nanos(nanos as f64)),
    };
    // What was missed is taken to be as long as what was seen.
    let about = if count.missed > 0 { "~" } else { "" };
    let bytes = topic.bytes_per_second;
    let numbers = [
        units::count(topic.rate),
        bytes.map_or("?".to_owned(), |bytes| format!("{about}{}", units::bytes(bytes))),
        count.mean_bytes.map_or(String::new(), units::bytes),
        age(|age| age.p50_nanos),
        age(|age| age.p99_nanos),
        units::count(count.missed as f64),
    ];
    let names = [
        harmless(&topic.node),
        harmless(&count.topic),
        harmless(count.type_name.as_deref().unwrap_or("?")),
    ];
    let names = names.into_iter().map(Cell::from);
    let numbers = numbers.into_iter().map(right);
    let style = if count.published == 0 { QUIET } else { Style::new() };
    Row::new(names.chain(numbers)).style(style)
}

/// A row for each process that reads, and one for a ring that nobody reads.
fn ring_rows(observation: &Observation) -> Vec<Row<'static>> {
    let seconds = observation.length.as_secs_f64().max(1e-9);
    let rows_of = |ring: &Ring| {
        let readers = by_process(&ring.readers);
        let mut rows = vec![ring_row(ring, seconds, readers.first())];
        rows.extend(readers.iter().skip(1).map(|reader| {
            // The ring stands in the first line.
            let cells = std::iter::repeat_n(Cell::from(""), 3).chain(reader_cells(reader, seconds));
            Row::new(cells).style(style(ring, Some(reader)))
        }));
        rows
    };
    observation.rings.iter().flat_map(rows_of).collect()
}

/// The readers of a process as one: each of its subscribers reads for itself.
struct Readers<'r> {
    one: &'r Reader,
    count: usize,
    /// Of the one that is furthest behind.
    behind_bytes: Option<u64>,
    lost: u64,
    lost_total: u64,
}

fn by_process(readers: &[Reader]) -> Vec<Readers<'_>> {
    let mut processes: Vec<Readers<'_>> = Vec::new();
    for reader in readers {
        let key = |reader: &Reader| (reader.pid, reader.kind, reader.is_alive);
        let of_same = processes.iter_mut().find(|process| key(process.one) == key(reader));
        match of_same {
            Some(process) => process.add(reader),
            None => {
                let mut process =
                    Readers { one: reader, count: 0, behind_bytes: None, lost: 0, lost_total: 0 };
                process.add(reader);
                processes.push(process);
            }
        }
    }
    processes
}

impl Readers<'_> {
    fn add(&mut self, reader: &Reader) {
        self.count += 1;
        self.behind_bytes = self.behind_bytes.max(reader.behind_bytes);
        // The numbers are the file's, and may be any.
        self.lost = self.lost.saturating_add(reader.lost);
        self.lost_total = self.lost_total.saturating_add(reader.lost_total);
    }
}

fn ring_row(ring: &Ring, seconds: f64, reader: Option<&Readers<'_>>) -> Row<'static> {
    let fill = 100.0 * ring.waiting_bytes as f64 / (ring.capacity_bytes.max(1)) as f64;
    let mut cells = vec![
        Cell::from(harmless(&ring.node)),
        right(match ring.is_live {
            true => format!("{}/s", units::bytes(ring.published_bytes as f64 / seconds)),
            false => "no writer".to_owned(),
        }),
        right(format!("{fill:.0} % of {}", crate::table::bytes(ring.capacity_bytes))),
    ];
    match reader {
        None => cells.push(Cell::from("nobody reads")),
        Some(reader) => cells.extend(reader_cells(reader, seconds)),
    }
    Row::new(cells).style(style(ring, reader))
}

fn reader_cells(readers: &Readers<'_>, seconds: f64) -> [Cell<'static>; 6] {
    let one = readers.one;
    let who = match (&one.node, one.program.as_str()) {
        (Some(node), _) => node.clone(),
        (None, "") => "?".to_owned(),
        (None, program) => format!("({program})"),
    };
    let who = if readers.count > 1 { format!("{who} ×{}", readers.count) } else { who };
    [
        Cell::from(harmless(&who)),
        right(one.pid.to_string()),
        Cell::from(if one.is_alive { reader_kind(one.kind) } else { "dead" }),
        right(readers.behind_bytes.map_or(String::new(), |bytes| units::bytes(bytes as f64))),
        right(units::count(readers.lost as f64 / seconds)),
        right(units::count(readers.lost_total as f64)),
    ]
}

fn style(ring: &Ring, readers: Option<&Readers<'_>>) -> Style {
    let is_bad = |readers: &Readers<'_>| !readers.one.is_alive || readers.lost > 0;
    if !ring.is_live || readers.is_some_and(is_bad) { FAULT } else { Style::new() }
}

fn right(text: String) -> Cell<'static> {
    Cell::from(Line::from(text).right_aligned())
}

fn draw_rings(frame: &mut Frame<'_>, area: Rect, rows: Vec<Row<'static>>) {
    let widths = [
        Constraint::Fill(2),
        Constraint::Length(10),
        Constraint::Length(17),
        Constraint::Fill(2),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
        Constraint::Length(8),
    ];
    let columns =
        ["RING OF", "BYTES/S", "WAITING", "READER", "PID", "KIND", "BEHIND", "LOST/S", "LOST"];
    let heading = columns.iter().enumerate().map(|(column, name)| match column {
        0 | 3 | 5 => Cell::from(*name),
        _ => Cell::from(Line::from(*name).right_aligned()),
    });
    let table = Table::new(rows, widths).header(Row::new(heading).style(HEADING).top_margin(1));
    frame.render_widget(table, area);
}

/// A place that is not watched, and why.
fn fault(place: &super::observation::Place) -> Option<Line<'static>> {
    let fault = place.fault.as_deref()?;
    Some(Line::styled(format!("{}: {}", harmless(&place.place), harmless(fault)), FAULT))
}

fn help(view: &View) -> Line<'static> {
    if view.is_typing {
        return Line::from(format!(
            "/{}_   Enter keeps it, Esc takes it away",
            harmless(&view.filter)
        ));
    }
    let state = format!(
        "{}{}{}",
        view.sort.name(),
        if view.is_reversed { " reversed" } else { "" },
        if view.is_paused { "  PAUSED" } else { "" }
    );
    let filter = match view.filter.as_str() {
        "" => "filter".to_owned(),
        filter => format!("filter: {}", harmless(filter)),
    };
    let keys =
        [("q", " quit  "), ("s", " sort: "), ("", &state), ("  r", " reverse  "), ("/", " ")];
    let mut spans: Vec<Span<'static>> = keys
        .iter()
        .flat_map(|(key, what)| [Span::styled(key.to_string(), KEY), Span::raw(what.to_string())])
        .collect();
    spans.push(Span::raw(format!("{filter}  ")));
    spans.extend([Span::styled("p", KEY), Span::raw(" pause  "), Span::styled("↑↓", KEY)]);
    Line::from(spans)
}
