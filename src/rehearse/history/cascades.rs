//! The ways from a statement to the rows that it wrote indirectly: `DROP TABLE chats → cascade →
//! messages`.
//!
//! The hook gives how deep in triggers and foreign-key actions a write was
//! (`sqlite3_preupdate_depth`), and not in which. So the schema is searched for what can lead from
//! the statement's own writes, one level at a time, to each write that was captured. If it allows
//! several paths, all of them are shown; if it explains none, the write has none.

use crate::change::Counts;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::capture::{Captured, TableName};
use crate::rewrite;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

/// The ways to the rows of a table, each from the statement to the table.
type Paths = BTreeSet<Vec<String>>;

/// Rows of one table that one statement wrote indirectly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Whether the statement itself replaced the rows, without a trigger or a foreign key.
    pub fn is_replacement(&self) -> bool {
        let replaces = |path: &Vec<String>| matches!(&path[..], [_, step, _] if step == "REPLACE");
        !self.paths.is_empty() && self.paths.iter().all(replaces)
    }

    /// The ways that lead to the rows: `DROP TABLE chats → cascade → messages`.
    pub fn told(&self) -> String {
        if self.paths.is_empty() {
            return format!("{}, by a way that the schema does not tell", self.table);
        }
        let paths: Vec<String> = self.paths.iter().map(|path| path.join(" → ")).collect();
        paths.join(" or ")
    }
}

/// Rows of a table, by its folded name, written in one way.
type RowsWritten = (TableName, Op);

/// Such rows at one depth.
type Node = (u32, RowsWritten);

/// Whether a write is the statement's own, and not of a trigger, a foreign-key action or REPLACE.
fn is_direct(op: Op, depth: u32, kind: &StatementKind) -> bool {
    let is_own = match kind {
        StatementKind::Insert => op != Op::Delete,
        StatementKind::Update => op == Op::Update,
        _ => true,
    };
    depth == 0 && is_own
}

/// The writes of a statement, direct and indirect, with the ways to the indirect ones in the order
/// of table and operation; `catalog` is the schema before it ran.
pub(crate) fn writes(
    captured: &Captured,
    statement: &Statement,
    catalog: &Catalog,
) -> (Counts, Counts, Vec<Indirect>) {
    let nodes = &captured.counts;
    let reached = LazyCell::new(|| search(nodes, statement, catalog));
    let (mut direct, mut indirect) = (Counts::default(), Counts::default());
    let mut found: BTreeMap<&RowsWritten, Indirect> = BTreeMap::new();
    for (node, rows) in nodes {
        let (depth, of) = node;
        if is_direct(of.1, *depth, &statement.kind) {
            direct.add(of.1, *rows);
            continue;
        }
        indirect.add(of.1, *rows);
        let found = found.entry(of).or_insert_with(|| Indirect {
            table: spelled(catalog, &of.0).to_owned(),
            op: of.1,
            rows: 0,
            paths: Paths::new(),
        });
        found.rows += rows;
        let paths = reached.get(node).into_iter().flatten();
        found.paths.extend(paths.cloned());
    }
    (direct, indirect, found.into_values().collect())
}

/// The name of a table as the schema spells it.
fn spelled<'a>(catalog: &'a Catalog, folded: &'a str) -> &'a str {
    let table = catalog.tables.get(folded);
    table.map_or(folded, |table| &table.name)
}

/// The most paths to one place that are shown.
const PATHS: usize = 4;

/// The paths to every node that the schema explains, level by level.
fn search(
    nodes: &BTreeMap<Node, u64>,
    statement: &Statement,
    catalog: &Catalog,
) -> BTreeMap<Node, Paths> {
    let edges = edges(catalog);
    let deepest = nodes.keys().map(|(depth, _)| *depth).max();
    // A write to a view has no event, and leads on.
    let is_view = |(depth, (table, _)): &Node| {
        let table = catalog.tables.get(&**table);
        Some(*depth) <= deepest && table.is_some_and(|table| table.kind == TableKind::View)
    };
    let mut reached = roots(nodes, statement);
    let mut open: Vec<Node> = reached.keys().cloned().collect();
    while let Some(node) = open.pop() {
        let paths = reached[&node].clone();
        for edge in edges.iter().filter(|edge| edge.from == node.1) {
            let next = (node.0 + edge.depth, edge.to.clone());
            if nodes.contains_key(&next) || is_view(&next) {
                let known = reached.entry(next.clone()).or_default();
                if known.is_empty() {
                    open.push(next);
                }
                known.extend(longer(&paths, edge, catalog));
            }
        }
    }
    reached
}

/// The paths with one more step.
fn longer(paths: &Paths, edge: &Edge, catalog: &Catalog) -> Vec<Vec<String>> {
    let step = [edge.what.clone(), spelled(catalog, &edge.to.0).to_owned()];
    // A self-referencing action repeats its step at each level.
    let longer = |path: &Vec<String>| {
        let step = if path.ends_with(&step) {
            &[]
        } else {
            &step[..]
        };
        [path, step].concat()
    };
    paths.iter().take(PATHS).map(longer).collect()
}

/// The statement's own writes, with the path that starts there.
fn roots(nodes: &BTreeMap<Node, u64>, statement: &Statement) -> BTreeMap<Node, Paths> {
    let (verb, ops): (&str, &[Op]) = match statement.kind {
        StatementKind::Insert => ("INSERT INTO", &[Op::Insert, Op::Update]),
        StatementKind::Update => ("UPDATE", &[Op::Update]),
        StatementKind::Delete => ("DELETE FROM", &[Op::Delete]),
        StatementKind::Drop(ObjectType::Table) => ("DROP TABLE", &[Op::Delete]),
        _ => return BTreeMap::new(),
    };
    let table = statement.table.as_deref().unwrap_or_default();
    let own = ops.iter().map(|op| (0, (ident::folded(table).into(), *op)));
    // A write that REPLACE, for one, got ahead of has no event, and leads on all the same.
    let own = own.filter(|node| node.1.1 == ops[0] || nodes.contains_key(node));
    own.map(|node| (node, Paths::from([vec![format!("{verb} {table}")]])))
        .collect()
}

/// What makes one write out of another.
struct Edge {
    from: RowsWritten,
    to: RowsWritten,
    what: String,
    /// how many levels deeper it leads
    depth: u32,
}

/// Everything in the schema that makes one write out of another.
fn edges(catalog: &Catalog) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (name, table) in &catalog.tables {
        for op in [Op::Insert, Op::Update] {
            edges.push(Edge {
                from: (name.as_str().into(), op),
                to: (name.as_str().into(), Op::Delete),
                what: "REPLACE".to_owned(),
                depth: 0,
            });
        }
        for key in table.keys.foreign.iter().rev() {
            for (event, action) in [(Op::Update, &key.on_update), (Op::Delete, &key.on_delete)] {
                let op = match action.as_str() {
                    "CASCADE" => event,
                    "SET NULL" | "SET DEFAULT" => Op::Update,
                    _ => continue,
                };
                edges.push(Edge {
                    from: (ident::folded(&key.parent).into(), event),
                    to: (name.as_str().into(), op),
                    what: action.to_ascii_lowercase(),
                    depth: 1,
                });
            }
        }
    }
    add_triggers(catalog, &mut edges);
    edges
}

fn add_triggers(catalog: &Catalog, edges: &mut Vec<Edge>) {
    for (name, trigger) in catalog.triggers() {
        let Some(outline) = trigger.sql.as_deref().and_then(rewrite::trigger) else {
            continue;
        };
        for (op, table) in outline.writes {
            // The ON CONFLICT clause of an INSERT may make an update of it.
            let ops: &[Op] = match op {
                Op::Insert => &[Op::Insert, Op::Update],
                _ => &[op],
            };
            edges.extend(ops.iter().map(|op| Edge {
                from: (ident::folded(&trigger.table).into(), outline.event),
                to: (ident::folded(&table).into(), *op),
                what: format!("trigger {name}"),
                depth: 1,
            }));
        }
    }
}
