//! Types that contain themselves have no inline form, so the language refuses them.

use std::collections::HashMap;

use super::model::{Item, ItemName, Module, Type};
use super::report::ImportError;

/// An error if a type contains itself, in whatever way.
pub(super) fn refuse_cycles(modules: &[Module]) -> Result<(), ImportError> {
    let mut nodes: HashMap<(usize, &str), usize> = HashMap::new();
    let mut items: Vec<&Item> = Vec::new();
    for (index, module) in modules.iter().enumerate() {
        for item in &module.items {
            nodes.insert((index, &item.name), items.len());
            items.push(item);
        }
    }
    let node = |name: &ItemName| nodes.get(&(name.module, name.name.as_str())).copied();
    let edges: Vec<Vec<usize>> = items
        .iter()
        .map(|item| item.kind.types().into_iter().flat_map(Type::items).filter_map(node).collect())
        .collect();
    match find_cycle(&edges) {
        None => Ok(()),
        Some(cycle) => Err(describe(&items, &cycle)),
    }
}

fn describe(items: &[&Item], cycle: &[usize]) -> ImportError {
    let names: Vec<&str> =
        cycle.iter().chain(cycle.first()).map(|node| items[*node].name.as_str()).collect();
    let first = cycle.first().map_or(items[0], |node| items[*node]);
    ImportError {
        place: first.place.clone(),
        message: format!("`{}` contains itself: {}", first.name, names.join(" → ")),
        help: Some("a .myc type cannot; refer to the other value by an id".to_owned()),
    }
}

/// Nodes of a cycle, in order, if there is one.
fn find_cycle(edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let (mut done, mut active) = (vec![false; edges.len()], vec![false; edges.len()]);
    for start in 0..edges.len() {
        // Nodes on the way, each with the number of edges that were followed.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, followed)) = way.last_mut() {
            let at = *node;
            let next = edges[at].get(*followed).copied().filter(|_| !done[at]);
            *followed += 1;
            active[at] = true;
            let Some(next) = next else {
                (done[at], active[at]) = (true, false);
                way.pop();
                continue;
            };
            if active[next] {
                let nodes: Vec<usize> = way.iter().map(|(node, _)| *node).collect();
                let from = nodes.iter().position(|node| *node == next)?;
                return Some(nodes[from..].to_vec());
            }
            way.push((next, 0));
        }
    }
    None
}
