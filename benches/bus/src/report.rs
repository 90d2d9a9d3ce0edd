//! Rows of results, and tables of them.

/// What was measured of one peer: by column, one figure a round.
pub(crate) struct Row {
    pub(crate) name: String,
    /// Column and its figures.
    pub(crate) columns: Vec<(&'static str, Vec<f64>)>,
}

/// Adds a figure to a row and column, which are made where there are none.
pub(crate) fn add(rows: &mut Vec<Row>, name: &str, column: &'static str, figure: f64) {
    let at = rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
        rows.push(Row { name: name.to_owned(), columns: Vec::new() });
        rows.len() - 1
    });
    let columns = &mut rows[at].columns;
    match columns.iter_mut().find(|(known, _)| *known == column) {
        Some((_, figures)) => figures.push(figure),
        None => columns.push((column, vec![figure])),
    }
}

/// Which figures are good ones.
#[derive(Clone, Copy)]
pub(crate) enum Better {
    Less,
    More,
}

impl Better {
    /// The best of some figures.
    fn best(self, figures: impl Iterator<Item = f64>) -> Option<f64> {
        match self {
            Self::Less => figures.reduce(f64::min),
            Self::More => figures.reduce(f64::max),
        }
    }
}

/// Prints a table of medians over the rounds, and how ours stand to the best of the others.
pub(crate) fn print_beside(title: &str, rows: Vec<Row>, better: Better) {
    let mut ratios = Vec::new();
    for ours in rows.iter().filter(|row| row.name.starts_with("mycelium")) {
        let is_inline = |name: &str| name.ends_with("inline");
        let peers = rows.iter().filter(|row| {
            let is_peer = !row.name.starts_with("mycelium") && !row.name.starts_with("bare");
            is_peer && is_inline(&row.name) == is_inline(&ours.name)
        });
        let peers: Vec<&Row> = peers.collect();
        let ratio = |(column, figures): &(&'static str, Vec<f64>)| {
            let of_column = |row: &&Row| {
                row.columns.iter().find(|(known, _)| known == column).map(|(_, all)| median(all))
            };
            let best = better.best(peers.iter().filter_map(of_column))?;
            Some((*column, vec![median(figures) / best]))
        };
        let name = format!("*{} to the best such*", ours.name);
        ratios.push(Row { name, columns: ours.columns.iter().filter_map(ratio).collect() });
    }
    let mut rows = rows;
    rows.extend(ratios.into_iter().filter(|row| !row.columns.is_empty()));
    print(title, rows);
}

/// Prints a table of medians over the rounds.
pub(crate) fn print(title: &str, rows: Vec<Row>) {
    let mut columns: Vec<&str> = Vec::new();
    for (column, _) in rows.iter().flat_map(|row| &row.columns) {
        if !columns.contains(column) {
            columns.push(column);
        }
    }
    println!("### {title}\n");
    println!("| | {} |", columns.join(" | "));
    println!("|---|{}", "--:|".repeat(columns.len()));
    for row in &rows {
        let cell = |column: &&str| {
            let figures = row.columns.iter().find(|(known, _)| known == column);
            figures.map_or(String::new(), |(_, figures)| shown(median(figures)))
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        println!("| {} | {} |", row.name, cells.join(" | "));
    }
    println!();
}

/// The figure in the middle.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// At a share of the figures, from the least on.
pub(crate) fn at(figures: &mut [f64], share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[((figures.len() - 1) as f64 * share) as usize]
}

fn shown(figure: f64) -> String {
    match figure {
        figure if figure < 3.0 => format!("{figure:.2}"),
        figure if figure < 100.0 => format!("{figure:.1}"),
        figure => format!("{figure:.0}"),
    }
}
