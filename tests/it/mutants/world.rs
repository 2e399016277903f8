//! A small database of several tenants, whose keys of several columns share numbers between tenants.

use crate::differential::random::Random;
use std::fmt::Write as _;

/// A database, and the values that a migration may mean.
pub(super) struct World {
    pub(super) seed: String,
    /// the tenants
    pub(super) orgs: u64,
    /// the foreign key of its items, where they have one
    pub(super) reference: &'static str,
}

/// What an account may be; the last one is NULL.
pub(super) const STATUS: [&str; 4] = ["'new'", "'paid'", "'late'", "NULL"];

impl World {
    pub(super) fn generate(case: u64) -> Self {
        let mut random = Random::of_case(case);
        let orgs = 3 + random.below(3);
        let is_logged = random.chance(30);
        let keyed = random.chance(50);
        let reference = if keyed {
            ", FOREIGN KEY(org, account_id) REFERENCES account(org, id)"
        } else {
            ""
        };
        let mut seed = format!(
            "CREATE TABLE account(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, status TEXT, \
            plan TEXT, credit INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));\n\
            CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, account_id INTEGER, sku TEXT NOT NULL, \
            qty INTEGER NOT NULL, price INTEGER, parent_id INTEGER{reference});\n\
            CREATE INDEX item_by_account ON item(org, account_id);\n\
            CREATE TABLE pref(org INTEGER NOT NULL, k TEXT NOT NULL, v TEXT, PRIMARY KEY(org, k)) WITHOUT ROWID;\n\
            CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, account_id INTEGER, what TEXT);\n"
        );
        if is_logged {
            seed += "CREATE TRIGGER account_logged AFTER UPDATE OF plan, credit ON account BEGIN\n  \
                INSERT INTO log(org, account_id, what) VALUES (new.org, new.id, 'changed');\nEND;\n";
        }
        let mut item = 0;
        for org in 1..=orgs {
            for id in 1..=3 + random.below(4) {
                let status = STATUS[random.index(STATUS.len())];
                let plan = random.pick(&["'free'", "'gold'", "NULL"]);
                let credit = random.below(10);
                let _ = writeln!(
                    seed,
                    "INSERT INTO account VALUES ({org}, {id}, 'n{org}{id}', {status}, {plan}, {credit});"
                );
            }
            for _ in 0..3 + random.below(6) {
                item += 1;
                let account = if random.chance(15) {
                    "NULL".to_owned()
                } else {
                    (1 + random.below(8)).to_string()
                };
                let parent = if random.chance(40) {
                    (1 + random.below(item)).to_string()
                } else {
                    "NULL".to_owned()
                };
                let _ = writeln!(
                    seed,
                    "INSERT INTO item VALUES ({item}, {org}, {account}, 'sku{}', {}, {}, {parent});",
                    random.below(9),
                    random.below(10),
                    random.below(5)
                );
            }
            for (key, chance) in [("theme", 50), ("price", 80), ("limit", 50)] {
                if random.chance(chance) {
                    let _ = writeln!(
                        seed,
                        "INSERT INTO pref VALUES ({org}, '{key}', '{}');",
                        random.below(20)
                    );
                }
            }
        }
        Self {
            seed,
            orgs,
            reference,
        }
    }
}
