//! The paths from a statement to the rows that it wrote indirectly: `DROP TABLE chats → cascade →
//! messages`.
//!
//! The hook tells how deep a write stood in triggers and foreign-key actions
//! (`sqlite3_preupdate_depth`) and not which. So the schema is searched for what can lead from the
//! statement's own writes, one level at a time, to each write that was captured. Where it allows
//! several paths all of them are told, where it explains none the write stands without one.

use crate::change::Counts;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::capture::Captured;
use crate::rewrite;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one table that one statement wrote indirectly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Indirect {
    /// The table.
    pub table: String,
    /// What happened to the rows.
    pub op: Op,
    /// Row writes.
    pub rows: u64,
    /// The ways in which the schema leads there, each step by step from the statement to the table;
    /// empty where it explains none.
    pub paths: BTreeSet<Vec<String>>,
}

impl Indirect {
    /// The ways that lead to the rows: `DROP TABLE chats → cascade → messages`.
    pub fn told(&self) -> String {
        if self.paths.is_empty() {
            return format!("{}, by a way that the schema does not tell", self.table);
        }
        let paths: Vec<String> = self.paths.iter().map(|path| path.join(" → ")).collect();
        paths.join(" or ")
    }
}

/// Rows of a table, by its folded name, written in one way at one depth.
type Node = (u32, String, Op);

/// What makes one write out of another.
struct Edge {
    from: (String, Op),
    to: (String, Op),
    what: String,
    /// how many levels deeper it leads
    depth: u32,
}

/// Whether a write is of the statement's own: not of a trigger, of a foreign-key action or a
/// deletion by REPLACE.
pub(crate) fn is_direct(op: Op, depth: u32, kind: &StatementKind) -> bool {
    let is_own = match kind {
        StatementKind::Insert => op != Op::Delete,
        StatementKind::Update => op == Op::Update,
        _ => true,
    };
    depth == 0 && is_own
}

/// The writes of a statement that meet a condition on operation and depth.
pub(crate) fn counts(captured: &Captured, counts_in: impl Fn(Op, u32) -> bool) -> Counts {
    let mut counts = Counts::default();
    for ((_, op, depth), rows) in &captured.counts {
        if counts_in(*op, *depth) {
            counts.add(*op, *rows);
        }
    }
    counts
}

/// What a statement wrote indirectly, in the order of depth and table; `catalog` is that of the
/// moment before it ran.
pub(crate) fn indirect(
    captured: &Captured,
    statement: &Statement,
    catalog: &Catalog,
    name_of: impl Fn(usize) -> String,
) -> Vec<Indirect> {
    let direct = |op: Op, depth: u32| is_direct(op, depth, &statement.kind);
    if captured
        .counts
        .iter()
        .all(|((_, op, depth), _)| direct(*op, *depth))
    {
        return Vec::new();
    }
    let node = |((table, op, depth), rows): &((usize, Op, u32), u64)| {
        (
            (*depth, ident::folded(&name_of(*table)), *op),
            (*rows, direct(*op, *depth)),
        )
    };
    let nodes: BTreeMap<Node, (u64, bool)> = captured.counts.iter().map(node).collect();
    let reached = search(&nodes, statement, catalog);
    let mut found: BTreeMap<(String, Op), Indirect> = BTreeMap::new();
    for (node, (rows, _)) in nodes.iter().filter(|(_, (_, direct))| !direct) {
        let table = catalog
            .table(&node.1)
            .map_or_else(|| node.1.clone(), |t| t.name.clone());
        let entry = || Indirect {
            paths: BTreeSet::new(),
            table,
            op: node.2,
            rows: 0,
        };
        let indirect = found.entry((node.1.clone(), node.2)).or_insert_with(entry);
        indirect.rows += rows;
        indirect
            .paths
            .extend(reached.get(node).cloned().unwrap_or_default());
    }
    found.into_values().collect()
}

/// The paths to every node that the schema explains, level by level.
fn search(
    nodes: &BTreeMap<Node, (u64, bool)>,
    statement: &Statement,
    catalog: &Catalog,
) -> BTreeMap<Node, BTreeSet<Vec<String>>> {
    let edges = edges(catalog);
    let deepest = nodes.keys().map(|node| node.0).max().unwrap_or_default();
    let is_view = |table: &str| {
        catalog
            .tables
            .get(table)
            .is_some_and(|t| t.kind == TableKind::View)
    };
    let mut reached: BTreeMap<Node, BTreeSet<Vec<String>>> = BTreeMap::new();
    let mut open: Vec<Node> = roots(nodes, statement, &mut reached);
    while let Some(node) = open.pop() {
        let paths = reached[&node].clone();
        for edge in edges
            .iter()
            .filter(|edge| edge.from.0 == node.1 && edge.from.1 == node.2)
        {
            let next = (node.0 + edge.depth, edge.to.0.clone(), edge.to.1);
            if next.0 > deepest || !(nodes.contains_key(&next) || is_view(&next.1)) {
                continue;
            }
            let known = reached.entry(next.clone()).or_default();
            let before = known.len();
            let name = catalog
                .tables
                .get(&next.1)
                .map_or(next.1.as_str(), |t| t.name.as_str());
            known.extend(
                paths
                    .iter()
                    .take(PATHS)
                    .map(|path| extended(path, &edge.what, name)),
            );
            if before == 0 {
                open.push(next);
            }
        }
    }
    reached
}

/// Paths to one place that are told.
const PATHS: usize = 4;

/// A self-referencing action repeats itself once for each level; it is told once.
fn extended(path: &[String], what: &str, table: &str) -> Vec<String> {
    let mut longer = path.to_vec();
    let step = [what.to_owned(), table.to_owned()];
    if !longer.ends_with(&step) {
        longer.extend(step);
    }
    longer
}

/// The statement's own writes, with the path that starts there.
fn roots(
    nodes: &BTreeMap<Node, (u64, bool)>,
    statement: &Statement,
    reached: &mut BTreeMap<Node, BTreeSet<Vec<String>>>,
) -> Vec<Node> {
    let Some(target) = &statement.table else {
        return Vec::new();
    };
    let folded = ident::folded(target);
    let (verb, ops): (&str, &[Op]) = match statement.kind {
        StatementKind::Insert => ("INSERT INTO", &[Op::Insert, Op::Update]),
        StatementKind::Update => ("UPDATE", &[Op::Update]),
        StatementKind::Delete => ("DELETE FROM", &[Op::Delete]),
        StatementKind::Drop(ObjectType::Table) => ("DROP TABLE", &[Op::Delete]),
        _ => return Vec::new(),
    };
    let mut open: Vec<Node> = ops.iter().map(|op| (0, folded.clone(), *op)).collect();
    // A write that another forestalled, by REPLACE for one, left no event; it leads on all the
    // same.
    open.retain(|node| nodes.contains_key(node) || ops[0] == node.2);
    for node in &open {
        reached
            .entry(node.clone())
            .or_default()
            .insert(vec![format!("{verb} {target}")]);
    }
    open
}

/// Everything in the schema that makes one write out of another.
fn edges(catalog: &Catalog) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (name, table) in &catalog.tables {
        for op in [Op::Insert, Op::Update] {
            let to = (name.clone(), Op::Delete);
            edges.push(Edge {
                from: (name.clone(), op),
                to,
                what: "REPLACE".to_owned(),
                depth: 0,
            });
        }
        for key in &table.foreign_keys {
            for (event, action) in [(Op::Update, &key.on_update), (Op::Delete, &key.on_delete)] {
                let op = match action.as_str() {
                    "CASCADE" => event,
                    "SET NULL" | "SET DEFAULT" => Op::Update,
                    _ => continue,
                };
                let from = (ident::folded(&key.parent), event);
                edges.push(Edge {
                    from,
                    to: (name.clone(), op),
                    what: action.to_ascii_lowercase(),
                    depth: 1,
                });
            }
        }
    }
    for (name, trigger) in catalog.triggers() {
        let Some(outline) = trigger.sql.as_deref().and_then(rewrite::trigger) else {
            continue;
        };
        for (op, table) in outline.writes {
            // An INSERT may turn into an update by its ON CONFLICT clause.
            let ops: &[Op] = if op == Op::Insert {
                &[Op::Insert, Op::Update]
            } else {
                &[op]
            };
            for op in ops {
                let from = (ident::folded(&trigger.table), outline.event);
                edges.push(Edge {
                    from,
                    to: (ident::folded(&table), *op),
                    what: format!("trigger {name}"),
                    depth: 1,
                });
            }
        }
    }
    edges
}
