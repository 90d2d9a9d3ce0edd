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
    if figure < 100.0 { format!("{figure:.1}") } else { format!("{figure:.0}") }
}
