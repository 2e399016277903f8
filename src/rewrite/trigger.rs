//! What the grammar says about a trigger: which writes fire it, and which writes its body makes.

use super::grammar::{dequoted, first_statement};
use crate::scope::Op;
use sqlite3_parser::ast::{Stmt, TriggerCmd, TriggerEvent};

/// The outline of a trigger.
#[derive(Debug, PartialEq, Eq)]
pub struct TriggerOutline {
    /// what fires it
    pub event: Op,
    /// what its statements write, in their order
    pub writes: Vec<(Op, String)>,
}

/// Reads `CREATE TRIGGER …`; `None` where the grammar does not.
pub fn trigger(sql: &str) -> Option<TriggerOutline> {
    let look = |statement: &Stmt<'_>| {
        let Stmt::CreateTrigger {
            event, commands, ..
        } = statement
        else {
            return None;
        };
        let event = match event {
            TriggerEvent::Delete => Op::Delete,
            TriggerEvent::Insert => Op::Insert,
            TriggerEvent::Update | TriggerEvent::UpdateOf(_) => Op::Update,
        };
        let writes = commands.iter().filter_map(write).collect();
        Some(TriggerOutline { event, writes })
    };
    first_statement(sql, look).ok().flatten()
}

fn write(command: &TriggerCmd<'_>) -> Option<(Op, String)> {
    let (op, name) = match command {
        TriggerCmd::Update { tbl_name, .. } => (Op::Update, tbl_name),
        TriggerCmd::Insert { tbl_name, .. } => (Op::Insert, tbl_name),
        TriggerCmd::Delete { tbl_name, .. } => (Op::Delete, tbl_name),
        TriggerCmd::Select(_) => return None,
    };
    Some((op, dequoted(&name.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writes_of_a_body_are_read() {
        let sql = "CREATE TRIGGER \"a b\" AFTER UPDATE OF x ON t BEGIN SELECT 1; INSERT OR \
            REPLACE INTO [u v] VALUES (new.x); DELETE FROM w; END";
        let writes = vec![(Op::Insert, "u v".to_owned()), (Op::Delete, "w".to_owned())];
        assert_eq!(
            trigger(sql),
            Some(TriggerOutline {
                event: Op::Update,
                writes
            })
        );
        assert_eq!(trigger("CREATE TABLE t(x)"), None);
    }
}
