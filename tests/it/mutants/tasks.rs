//! What a migration is meant to do, in SQL that does it, in a scope that says it, and in the SQL
//! that people write instead.

use super::truth::Truth;
use super::world::{STATUS, World};
use crate::differential::random::Random;
use std::fmt::Write as _;

/// The tasks of one world.
const FEW: usize = 3;

/// A correct migration and its mutants.
pub(super) struct Task {
    pub(super) name: &'static str,
    /// whose rows are meant
    pub(super) orgs: Vec<u64>,
    pub(super) sql: String,
    /// what is meant, by table and operation
    meant: Vec<Meant>,
    /// each with its kind
    pub(super) mutants: Vec<(&'static str, String)>,
}

/// Which rows an operation is meant to change, and what is meant to become of each.
struct Meant {
    table: &'static str,
    op: &'static str,
    rows: String,
    each: String,
}

/// What the tasks of a world mean: tenants, values, and bounds.
struct Values {
    reference: &'static str,
    org: u64,
    other: u64,
    status: &'static str,
    bound: u64,
    step: u64,
}

impl Task {
    /// The tasks of a world.
    pub(super) fn all(world: &World, case: u64) -> Vec<Self> {
        let mut random = Random::of_case(case ^ 0x5eed);
        let makers = [
            plan_by_status,
            stock_of_accounts,
            orphans,
            defaults,
            upsert,
            prices,
            rebuild,
            leaves,
            transfer,
            tier,
        ];
        // A few of them, so that the same number meets more databases.
        let first = usize::try_from(case).expect("small") * FEW;
        (first..first + FEW)
            .map(|at| makers[at % makers.len()])
            .map(|make| {
                let org = 1 + random.below(world.orgs);
                make(&Values {
                    reference: world.reference,
                    org,
                    other: 1 + org % world.orgs,
                    status: STATUS[random.index(3)],
                    bound: 2 + random.below(6),
                    step: 1 + random.below(3),
                })
            })
            .collect()
    }

    /// The scope that its author declares: what is meant, and beside it the numbers of what else
    /// the correct migration does.
    pub(super) fn scope(&self, correct: &Truth) -> String {
        let mut scope = format!("[expect.m]\ntenants = {:?}\n", self.orgs);
        for Meant {
            table,
            op,
            rows,
            each,
        } in &self.meant
        {
            let count = correct.count(table, op);
            let none = if count == 0 { "count = 0\n" } else { "" };
            let _ = write!(
                scope,
                "[expect.m.tables.{table}.{op}]\n{none}rows = '''{rows}'''\neach = '''{each}'''\n"
            );
        }
        for ((table, op), owners) in &correct.changed {
            if !self
                .meant
                .iter()
                .any(|meant| (meant.table, meant.op) == (*table, *op))
            {
                let count: u64 = owners.values().sum();
                let _ = writeln!(scope, "[expect.m.tables.{table}]\n{op} = {count}");
            }
        }
        scope
    }

    fn new(name: &'static str, orgs: &[u64], sql: impl Into<String>) -> Self {
        Self {
            name,
            orgs: orgs.to_vec(),
            sql: sql.into(),
            meant: Vec::new(),
            mutants: Vec::new(),
        }
    }

    fn meaning(
        mut self,
        (table, op): (&'static str, &'static str),
        rows: impl Into<String>,
        each: impl Into<String>,
    ) -> Self {
        let (rows, each) = (rows.into(), each.into());
        self.meant.push(Meant {
            table,
            op,
            rows,
            each,
        });
        self
    }

    /// A mutant, by a part of the SQL and what is written in its place.
    fn slip(mut self, kind: &'static str, part: &str, instead: &str) -> Self {
        assert!(
            self.sql.contains(part),
            "{}: no {part} in {}",
            self.name,
            self.sql
        );
        let sql = self.sql.replacen(part, instead, 1);
        self.mutants.push((kind, sql));
        self
    }

    fn instead(mut self, kind: &'static str, sql: impl Into<String>) -> Self {
        self.mutants.push((kind, sql.into()));
        self
    }

    /// Each statement left out, and each twice.
    fn shaken(mut self) -> Self {
        let statements: Vec<&str> = self.sql.split_inclusive(";\n").collect();
        let mut shaken = Vec::new();
        for at in 0..statements.len() {
            let mut fewer = statements.clone();
            fewer.remove(at);
            shaken.push((
                "statement left out",
                format!("SELECT 1;\n{}", fewer.concat()),
            ));
            let mut more = statements.clone();
            more.insert(at, statements[at]);
            shaken.push(("statement twice", more.concat()));
        }
        self.mutants.extend(shaken);
        self
    }
}

/// That these columns are what they were.
fn same(columns: &[&str]) -> String {
    let each = columns
        .iter()
        .map(|column| format!("new.{column} IS old.{column}"));
    each.collect::<Vec<_>>().join(" AND ")
}

const ACCOUNT: [&str; 6] = ["org", "id", "name", "status", "plan", "credit"];
const ITEM: [&str; 7] = [
    "org",
    "id",
    "account_id",
    "sku",
    "qty",
    "price",
    "parent_id",
];

/// That all columns of a table but some are what they were.
fn but(columns: &[&str], changed: &[&str]) -> String {
    let rest: Vec<&str> = columns
        .iter()
        .copied()
        .filter(|column| !changed.contains(column))
        .collect();
    same(&rest)
}

/// Accounts of one tenant and status get a plan, by a query of their keys.
fn plan_by_status(values: &Values) -> Task {
    let Values {
        org, other, status, ..
    } = values;
    let sql = format!(
        "UPDATE account SET plan = 'team' WHERE (org, id) IN (SELECT a.org, a.id FROM account a \
        WHERE a.org = {org} AND a.status = {status}) AND plan IS NOT 'team';\n"
    );
    Task::new("plan_by_status", &[*org], sql)
        .meaning(
            ("account", "update"),
            format!("SELECT org, id FROM account WHERE org = {org} AND status = {status}"),
            format!("new.plan = 'team' AND {}", but(&ACCOUNT, &["plan"])),
        )
        .slip(
            "half a key",
            "(org, id) IN (SELECT a.org, a.id",
            "id IN (SELECT a.id",
        )
        .slip("predicate dropped", &format!("a.org = {org} AND "), "")
        .slip(
            "predicate dropped",
            &format!(" AND a.status = {status}"),
            "",
        )
        .slip(
            "OR for AND",
            &format!("{org} AND a.status"),
            &format!("{org} OR a.status"),
        )
        .slip(
            "wrong tenant",
            &format!("a.org = {org}"),
            &format!("a.org = {other}"),
        )
        .slip(
            "wrong value",
            status,
            if *status == "'paid'" {
                "'late'"
            } else {
                "'paid'"
            },
        )
        .slip("wrong value", "'team'", "'free'")
        .slip(
            "shadowing",
            "a.org, a.id FROM account a",
            "account.org, account.id FROM account a",
        )
        .slip(
            "alias slip",
            &format!("a.org = {org} AND"),
            &format!("account.org = {org} AND"),
        )
        .slip("= NULL", &format!("a.status = {status}"), "a.status = NULL")
        .slip("keys swapped", "SELECT a.org, a.id", "SELECT a.id, a.org")
        .shaken()
}

/// The stock of one tenant's accounts of a status, by a join.
fn stock_of_accounts(values: &Values) -> Task {
    let Values {
        org,
        other,
        status,
        bound,
        step,
        ..
    } = values;
    let sql = format!(
        "UPDATE item SET qty = qty + {step} WHERE org = {org} AND qty < {bound} AND EXISTS (SELECT 1 \
        FROM account a WHERE a.org = item.org AND a.id = item.account_id AND a.status = {status});\n"
    );
    Task::new("stock_of_accounts", &[*org], sql)
        .meaning(
            ("item", "update"),
            format!(
                "SELECT i.id FROM item i JOIN account a ON a.org = i.org AND a.id = i.account_id \
                WHERE i.org = {org} AND i.qty < {bound} AND a.status = {status}"
            ),
            format!("new.qty = old.qty + {step} AND {}", but(&ITEM, &["qty"])),
        )
        .slip("missing join", "a.org = item.org AND ", "")
        .slip("missing join", "a.id = item.account_id AND ", "")
        .slip("alias slip", "a.id = item.account_id", "a.id = a.id")
        .slip("shadowing", "a.id = item.account_id", "a.id = id")
        .slip("predicate dropped", &format!("org = {org} AND "), "")
        .slip(
            "predicate dropped",
            &format!(" AND a.status = {status}"),
            "",
        )
        .slip(
            "OR for AND",
            &format!("{org} AND qty"),
            &format!("{org} OR qty"),
        )
        .slip(
            "off by one",
            &format!("qty < {bound}"),
            &format!("qty <= {bound}"),
        )
        .slip(
            "off by one",
            &format!("qty + {step}"),
            &format!("qty + {}", step + 1),
        )
        .slip(
            "wrong tenant",
            &format!("org = {org}"),
            &format!("org = {other}"),
        )
        .slip("NOT dropped or added", "AND EXISTS", "AND NOT EXISTS")
        .slip("wrong sign", "qty + ", "qty - ")
        .slip("wrong column", "SET qty", "SET price")
        .shaken()
}

/// Items whose account is gone are deleted.
fn orphans(values: &Values) -> Task {
    let Values { org, other, .. } = values;
    let sql = format!(
        "DELETE FROM item WHERE org = {org} AND account_id NOT IN (SELECT id FROM account WHERE org = \
        {org});\n"
    );
    let gone = |row: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM account a WHERE a.org = {row}.org AND a.id = {row}.account_id)"
        )
    };
    Task::new("orphans", &[*org], sql)
        .meaning(
            ("item", "delete"),
            format!(
                "SELECT i.id FROM item i WHERE i.org = {org} AND i.account_id IS NOT NULL AND {}",
                gone("i")
            ),
            format!("old.account_id IS NOT NULL AND {}", gone("old")),
        )
        .slip("predicate dropped", &format!("org = {org} AND "), "")
        .slip("predicate dropped", &format!(" WHERE org = {org})"), ")")
        .slip("NOT dropped or added", "NOT IN", "IN")
        .slip(
            "wrong tenant",
            &format!("WHERE org = {org})"),
            &format!("WHERE org = {other})"),
        )
        .slip(
            "outer column",
            "SELECT id FROM account",
            "SELECT account_id FROM account",
        )
        .slip(
            "NOT IN with NULL",
            "SELECT id FROM account WHERE",
            "SELECT parent_id FROM item WHERE",
        )
        .slip("wrong column", "account_id NOT", "id NOT")
        .slip(
            "OR for AND",
            &format!("{org} AND account_id"),
            &format!("{org} OR account_id"),
        )
        .instead(
            "predicate dropped",
            format!("DELETE FROM item WHERE org = {org};\n"),
        )
        .shaken()
}

/// A preference for the tenants that have none.
fn defaults(values: &Values) -> Task {
    let Values { org, other, .. } = values;
    let sql = format!(
        "INSERT INTO pref(org, k, v) SELECT DISTINCT a.org, 'theme', 'dark' FROM account a WHERE a.org IN \
        ({org}, {other}) AND NOT EXISTS (SELECT 1 FROM pref p WHERE p.org = a.org AND p.k = 'theme');\n"
    );
    Task::new("defaults", &[*org, *other], sql)
        .meaning(
            ("pref", "insert"),
            format!(
                "SELECT DISTINCT org, 'theme' AS k FROM account WHERE org IN ({org}, {other}) AND org NOT IN \
                (SELECT org FROM pref WHERE k = 'theme')"
            ),
            "new.k = 'theme' AND new.v = 'dark'",
        )
        .slip("REPLACE for UPSERT", "INSERT INTO", "INSERT OR IGNORE INTO")
        .instead(
            "REPLACE for UPSERT",
            format!(
                "INSERT OR REPLACE INTO pref(org, k, v) SELECT DISTINCT org, 'theme', 'dark' FROM account \
                WHERE org IN ({org}, {other});\n"
            ),
        )
        .slip("missing join", "p.org = a.org AND ", "")
        .slip("missing join", " AND p.k = 'theme'", "")
        .slip("alias slip", "p.org = a.org", "p.org = p.org")
        .slip("predicate dropped", &format!("a.org IN ({org}, {other}) AND "), "")
        .slip("wrong tenant", &format!("({org}, {other})"), &format!("({org}, {org})"))
        .slip("wrong value", "'theme', 'dark'", "'theme', 'light'")
        .slip("wrong value", "'theme', 'dark'", "'Theme', 'dark'")
        .slip("columns swapped", "'theme', 'dark'", "'dark', 'theme'")
        .shaken()
}

/// One account's credit, made or set.
fn upsert(values: &Values) -> Task {
    let Values {
        org, other, bound, ..
    } = values;
    let sql = format!(
        "INSERT INTO account(org, id, name, credit) VALUES ({org}, {bound}, 'made', 50) ON CONFLICT(org, id) \
        DO UPDATE SET credit = excluded.credit;\n"
    );
    let rows = format!("SELECT {org} AS org, {bound} AS id WHERE");
    let exists = format!("EXISTS (SELECT 1 FROM account WHERE org = {org} AND id = {bound})");
    Task::new("upsert", &[*org], sql)
        .meaning(
            ("account", "update"),
            format!("{rows} {exists}"),
            format!("new.credit = 50 AND {}", but(&ACCOUNT, &["credit"])),
        )
        .meaning(
            ("account", "insert"),
            format!("{rows} NOT {exists}"),
            "new.name = 'made' AND new.credit = 50 AND new.plan IS NULL AND new.status IS NULL",
        )
        .instead(
            "REPLACE for UPSERT",
            format!("REPLACE INTO account(org, id, name, credit) VALUES ({org}, {bound}, 'made', 50);\n"),
        )
        .instead(
            "REPLACE for UPSERT",
            format!("INSERT OR IGNORE INTO account(org, id, name, credit) VALUES ({org}, {bound}, 'made', 50);\n"),
        )
        .slip("wrong tenant", &format!("({org}, {bound}"), &format!("({other}, {bound}"))
        .slip("keys swapped", &format!("({org}, {bound}"), &format!("({bound}, {org}"))
        .slip("off by one", &format!("{bound}, 'made'"), &format!("{}, 'made'", bound + 1))
        .slip("wrong value", "excluded.credit", "account.credit")
        .slip("wrong value", "excluded.credit", "credit + excluded.credit")
        .slip("wrong column", "SET credit = excluded.credit", "SET credit = excluded.credit, name = excluded.name")
        .shaken()
}

/// The prices of one tenant, from its preference.
fn prices(values: &Values) -> Task {
    let Values { org, other, .. } = values;
    let sql = format!(
        "UPDATE item SET price = CAST(p.v AS INTEGER) FROM pref p WHERE p.org = item.org AND p.k = 'price' AND \
        item.org = {org} AND item.price IS NOT CAST(p.v AS INTEGER);\n"
    );
    let price = |row: &str| {
        format!("(SELECT CAST(v AS INTEGER) FROM pref WHERE org = {row}.org AND k = 'price')")
    };
    Task::new("prices", &[*org], sql)
        .meaning(
            ("item", "update"),
            format!(
                "SELECT i.id FROM item i JOIN pref p ON p.org = i.org AND p.k = 'price' WHERE i.org = {org} AND \
                i.price IS NOT CAST(p.v AS INTEGER)"
            ),
            format!("new.price IS {} AND {}", price("new"), but(&ITEM, &["price"])),
        )
        .slip("missing join", "p.org = item.org AND ", "")
        .slip("missing join", "p.k = 'price' AND ", "")
        .slip("predicate dropped", &format!("item.org = {org} AND "), "")
        .slip("wrong tenant", &format!("item.org = {org}"), &format!("item.org = {other}"))
        .slip("wrong tenant", "p.org = item.org", &format!("p.org = {other}"))
        .slip("alias slip", "p.org = item.org", "item.org = item.org")
        .slip("OR for AND", "p.org = item.org AND", "p.org = item.org OR")
        .slip("wrong value", "CAST(p.v AS INTEGER) FROM", "p.v FROM")
        .slip("wrong value", "CAST(p.v AS INTEGER) FROM", "CAST(p.v AS TEXT) FROM")
        .slip("wrong column", "SET price", "SET qty")
        .shaken()
}

/// A table made again, with the names of one tenant in upper case.
fn rebuild(values: &Values) -> Task {
    let Values {
        org,
        other,
        reference,
        ..
    } = values;
    let sql = format!(
        "CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, account_id INTEGER, sku TEXT NOT NULL, \
        qty INTEGER NOT NULL, price INTEGER, parent_id INTEGER{reference});\n\
        INSERT INTO item_new(id, org, account_id, sku, qty, price, parent_id) SELECT id, org, account_id, CASE WHEN \
        org = {org} THEN upper(sku) ELSE sku END, qty, price, parent_id FROM item;\n\
        DROP TABLE item;\n\
        ALTER TABLE item_new RENAME TO item;\n\
        CREATE INDEX item_by_account ON item(org, account_id);\n"
    );
    Task::new("rebuild", &[*org], sql)
        .meaning(
            ("item", "update"),
            format!("SELECT id FROM item WHERE org = {org}"),
            format!("new.sku = upper(old.sku) AND {}", but(&ITEM, &["sku"])),
        )
        .slip(
            "predicate dropped",
            &format!("CASE WHEN org = {org} THEN upper(sku) ELSE sku END"),
            "upper(sku)",
        )
        .slip(
            "rows forgotten",
            "FROM item;",
            &format!("FROM item WHERE org = {org};"),
        )
        .slip(
            "rows forgotten",
            "FROM item;",
            "FROM item WHERE account_id;",
        )
        .slip(
            "rows forgotten",
            "FROM item;",
            "FROM item JOIN account ON account.org = item.org AND account.id = item.account_id;",
        )
        .slip(
            "columns swapped",
            "qty, price, parent_id FROM",
            "price, qty, parent_id FROM",
        )
        .slip(
            "column forgotten",
            "price, parent_id FROM",
            "price, NULL FROM",
        )
        .slip(
            "wrong tenant",
            &format!("org = {org} THEN"),
            &format!("org = {other} THEN"),
        )
        .slip("keys made anew", "SELECT id, org,", "SELECT NULL, org,")
        .slip("ELSE dropped", " ELSE sku END", " END")
        .shaken()
}

/// Items of one tenant without a child are set to none.
fn leaves(values: &Values) -> Task {
    let Values {
        org, other, bound, ..
    } = values;
    let sql = format!(
        "UPDATE item SET qty = 0 WHERE org = {org} AND qty >= {bound} AND id NOT IN (SELECT parent_id FROM item WHERE \
        parent_id IS NOT NULL);\n"
    );
    Task::new("leaves", &[*org], sql)
        .meaning(
            ("item", "update"),
            format!(
                "SELECT i.id FROM item i WHERE i.org = {org} AND i.qty >= {bound} AND NOT EXISTS (SELECT 1 FROM item \
                child WHERE child.parent_id = i.id)"
            ),
            format!("new.qty = 0 AND old.qty >= {bound} AND {}", but(&ITEM, &["qty"])),
        )
        .slip("NOT IN with NULL", " WHERE parent_id IS NOT NULL", "")
        .slip("NOT dropped or added", "NOT IN", "IN")
        .slip("off by one", &format!("qty >= {bound}"), &format!("qty > {bound}"))
        .slip("off by one", &format!("qty >= {bound}"), &format!("qty >= {}", bound - 1))
        .slip("predicate dropped", &format!("org = {org} AND "), "")
        .slip("predicate dropped", &format!("qty >= {bound} AND "), "")
        .slip("predicate added", "IS NOT NULL)", &format!("IS NOT NULL AND org = {other})"))
        .slip("outer column", "SELECT parent_id FROM item WHERE", "SELECT item.id FROM item child WHERE")
        .slip("wrong column", "SELECT parent_id", "SELECT account_id")
        .slip("wrong tenant", &format!("org = {org}"), &format!("org = {other}"))
        .slip("OR for AND", &format!("{org} AND qty"), &format!("{org} OR qty"))
        .shaken()
}

/// Credit moves from one account to another.
fn transfer(values: &Values) -> Task {
    let Values {
        org, other, step, ..
    } = values;
    let sql = format!(
        "UPDATE account SET credit = credit - {step} WHERE org = {org} AND id = 1;\n\
        UPDATE account SET credit = credit + {step} WHERE org = {org} AND id = 2;\n"
    );
    Task::new("transfer", &[*org], sql)
        .meaning(
            ("account", "update"),
            format!("SELECT org, id FROM account WHERE org = {org} AND id IN (1, 2)"),
            format!(
                "new.credit = old.credit + iif(new.id = 1, -{step}, {step}) AND {}",
                but(&ACCOUNT, &["credit"])
            ),
        )
        .slip("half a key", &format!("org = {org} AND id = 1"), "id = 1")
        .slip("half a key", &format!("org = {org} AND id = 2"), "id = 2")
        .slip("predicate dropped", " AND id = 1", "")
        .slip("off by one", "id = 2", "id = 3")
        .slip(
            "off by one",
            &format!("credit - {step}"),
            &format!("credit - {}", step + 1),
        )
        .slip("wrong sign", "credit - ", "credit + ")
        .slip(
            "wrong tenant",
            &format!("org = {org} AND id = 2"),
            &format!("org = {other} AND id = 2"),
        )
        .slip(
            "OR for AND",
            &format!("{org} AND id = 1"),
            &format!("{org} OR id = 1"),
        )
        .slip("keys swapped", "AND id = 1;", "AND id = 2;")
        .shaken()
}

/// A new column, filled for two tenants.
fn tier(values: &Values) -> Task {
    let Values {
        org, other, bound, ..
    } = values;
    let sql = format!(
        "ALTER TABLE account ADD COLUMN tier TEXT;\n\
        UPDATE account SET tier = CASE WHEN credit >= {bound} THEN 'high' ELSE 'low' END WHERE org IN ({org}, \
        {other});\n"
    );
    Task::new("tier", &[*org, *other], sql)
        .meaning(
            ("account", "update"),
            format!("SELECT org, id FROM account WHERE org IN ({org}, {other})"),
            format!(
                "new.tier = iif(old.credit < {bound}, 'low', 'high') AND {}",
                same(&ACCOUNT)
            ),
        )
        .slip(
            "off by one",
            &format!("credit >= {bound}"),
            &format!("credit > {bound}"),
        )
        .slip("ELSE dropped", " ELSE 'low'", "")
        .slip(
            "predicate dropped",
            &format!(" WHERE org IN ({org}, {other})"),
            "",
        )
        .slip(
            "wrong tenant",
            &format!("({org}, {other})"),
            &format!("({org}, {org})"),
        )
        .slip("values swapped", "'high' ELSE 'low'", "'low' ELSE 'high'")
        .slip("wrong column", "WHEN credit", "WHEN id")
        .slip("wrong column", "SET tier", "SET status")
        .slip(
            "default instead",
            "tier TEXT",
            "tier TEXT NOT NULL DEFAULT 'low'",
        )
        .shaken()
}
