//! The rows that a migration touched, by table: one by one if their addresses moved, else as sets.

use super::entry::{UntrackedTouch, Write, Written};
use crate::change::RowAddress;
use crate::rehearse::capture::{Batch, Event, Net, RowImages, Rowids};
use crate::scope::Op;
use crate::sql::Value;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// The numbers of statements; millions of rows share a few sets of them.
pub type Statements = Rc<BTreeSet<usize>>;

/// A row that a migration wrote, followed through its writes.
#[derive(Debug, Clone)]
pub struct TouchedRow {
    /// its address before the migration; `None` for a new row
    pub origin: Option<RowAddress>,
    /// its address after; `None` for a row that is gone
    pub current: Option<RowAddress>,
    /// the statements that wrote it
    pub statements: Statements,
    /// whether it is known to be more than a copy in a table that the migration made
    pub written: bool,
}

impl TouchedRow {
    /// Its address before, else after.
    pub(super) fn first_address(&self) -> Option<&RowAddress> {
        self.origin.as_ref().or(self.current.as_ref())
    }
}

/// Every row that a migration wrote.
#[derive(Debug, Default)]
pub struct Touched {
    /// by folded table name; a write to the storage of a virtual table leaves an empty list
    pub rows: BTreeMap<String, TouchedRows>,
    /// tables to be compared whole, with the statements that wrote them in an unknown way
    pub doubtful: BTreeMap<String, BTreeSet<usize>>,
    /// virtual tables whose storage was written by other means than their module, with the statements
    /// that did
    pub storage_written: BTreeMap<String, BTreeSet<usize>>,
    /// rows that could not be followed to the end
    pub untracked: Vec<UntrackedTouch>,
    /// by folded name of a table of the state before, its rows that were written while they had
    /// their addresses
    pub origins: BTreeMap<String, Vec<TouchedRows>>,
    /// by folded name of a table that the migration made, the rows that were deleted from it
    pub removed: BTreeMap<String, Removed>,
}

/// Rows that statements themselves deleted from a table that the migration made, by their addresses
/// there.
#[derive(Debug, Clone, Default)]
pub struct Removed {
    rowids: Vec<(usize, Rowids)>,
    keys: HashMap<RowAddress, BTreeSet<usize>>,
}

impl Removed {
    /// Takes in what a statement itself deleted by a write.
    pub(super) fn take(&mut self, write: &Write) {
        match &write.what {
            Written::Rows(batch) => {
                let rowids = batch.direct(Op::Delete);
                if !rowids.is_empty() {
                    self.rowids.push((write.statement, rowids));
                }
            }
            Written::Row(Event {
                op: Op::Delete,
                depth: 0,
                old: Some(old),
                ..
            }) => {
                let statements = self.keys.entry(old.clone()).or_default();
                statements.insert(write.statement);
            }
            Written::Row(_) | Written::Module => {}
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rowids.is_empty() && self.keys.is_empty()
    }

    /// How many rows some statements deleted.
    pub fn rows_by(&self, is_one: impl Fn(usize) -> bool) -> u64 {
        let rowids = self.rowids.iter().filter(|(by, _)| is_one(*by));
        let keys = self.keys.values().flatten().filter(|by| is_one(**by));
        rowids.map(|(_, rows)| rows.len()).sum::<u64>() + keys.count() as u64
    }

    /// The statements that deleted a row at this address.
    pub fn statements_of(&self, address: &RowAddress) -> BTreeSet<usize> {
        let mut found = self.keys.get(address).cloned().unwrap_or_default();
        if let RowAddress::Rowid(rowid) = address {
            let rowids = self.rowids.iter();
            let deleted = rowids.filter(|(_, rows)| rows.contains(*rowid));
            found.extend(deleted.map(|(statement, _)| *statement));
        }
        found
    }
}

/// The rows of one table that a migration wrote.
#[derive(Debug)]
pub enum TouchedRows {
    /// in the order of their addresses
    Listed(Vec<TouchedRow>),
    /// rows that kept their rowids
    Sets(TouchedSets),
}

/// Rows that kept their rowids.
#[derive(Debug, Clone, Default)]
pub struct TouchedSets {
    batches: Vec<(usize, Rc<Batch>)>,
    net: Net,
    /// new rows in a table that the migration made, which may be copies
    copies: Rowids,
    statements: OnceCell<ByRow>,
}

/// Rows that one statement wrote alike, and no other wrote.
#[derive(Debug)]
pub struct ImagedRows<'t> {
    /// the statement
    pub statement: usize,
    /// what happened to them
    pub op: Op,
    /// what their images say
    pub images: &'t RowImages,
    /// the rows
    pub rows: Rowids,
}

impl TouchedRows {
    /// Whether none was written.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Listed(rows) => rows.is_empty(),
            Self::Sets(sets) => sets.is_empty(),
        }
    }

    /// The number of rows.
    pub fn len(&self) -> u64 {
        match self {
            Self::Listed(rows) => rows.len() as u64,
            Self::Sets(sets) => sets.net.all().len(),
        }
    }

    /// Every row, in the order of the addresses.
    pub fn each(&self) -> Box<dyn Iterator<Item = TouchedRow> + '_> {
        match self {
            Self::Listed(rows) => Box::new(rows.iter().cloned()),
            Self::Sets(sets) => Box::new(sets.each()),
        }
    }

    /// The statements that wrote any of them.
    pub fn statements(&self) -> BTreeSet<usize> {
        match self {
            Self::Listed(rows) => {
                // Rows share their sets.
                let mut sets: Vec<&Statements> = rows.iter().map(|row| &row.statements).collect();
                sets.dedup_by(|a, b| Rc::ptr_eq(a, b));
                let all = sets.into_iter().flat_map(|set| set.iter());
                all.copied().collect()
            }
            Self::Sets(sets) => sets.batches.iter().map(|(by, _)| *by).collect(),
        }
    }

    /// Those that are there after and are more than copies, by their address after.
    pub fn standing(&self) -> Addressed<'_> {
        self.addressed(
            |row| row.current.as_ref().filter(|_| row.written),
            |sets| sets.net.began.without(&sets.copies).with(&sets.net.kept),
        )
    }

    /// Those that are new and are there, by their address.
    pub fn began(&self) -> Addressed<'_> {
        self.addressed(
            |row| row.current.as_ref().filter(|_| row.origin.is_none()),
            |sets| sets.net.began.clone(),
        )
    }

    /// Those that were there before, by their address before.
    pub fn original(&self) -> Addressed<'_> {
        self.addressed(
            |row| row.origin.as_ref(),
            |sets| sets.net.ended.clone().with(&sets.net.kept),
        )
    }

    /// Those that were there before the migration and are gone.
    pub fn ended(&self) -> Addressed<'_> {
        self.addressed(
            |row| row.origin.as_ref().filter(|_| row.current.is_none()),
            |sets| sets.net.ended.clone(),
        )
    }

    fn addressed(
        &self,
        address: fn(&TouchedRow) -> Option<&RowAddress>,
        rowids: fn(&TouchedSets) -> Rowids,
    ) -> Addressed<'_> {
        match self {
            Self::Listed(rows) => {
                let rows = rows.iter();
                let rows = rows.filter_map(|row| Some((address(row)?, &row.statements)));
                Addressed::Listed(rows.collect())
            }
            Self::Sets(sets) => Addressed::Sets(rowids(sets), sets),
        }
    }
}

/// Rows to be asked for by their address.
pub enum Addressed<'t> {
    /// one by one
    Listed(HashMap<&'t RowAddress, &'t Statements>),
    /// by rowid
    Sets(Rowids, &'t TouchedSets),
}

impl<'t> Addressed<'t> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Listed(rows) => rows.is_empty(),
            Self::Sets(rows, _) => rows.is_empty(),
        }
    }

    /// Their rowids, and the primary keys of those without a rowid.
    pub fn rowids_and_keys(self) -> (Rowids, BTreeSet<&'t [Value]>) {
        let (mut rowids, mut keys) = (Rowids::default(), BTreeSet::new());
        match self {
            Self::Listed(rows) => rows.into_keys().for_each(|row| match row {
                RowAddress::Rowid(rowid) => drop(rowids.insert(*rowid)),
                RowAddress::Key(key) => drop(keys.insert(&**key)),
            }),
            Self::Sets(rows, _) => rowids = rows,
        }
        (rowids, keys)
    }

    /// Whether the row at an address is one of them.
    pub fn contains(&self, address: &RowAddress) -> bool {
        match (self, address) {
            (Self::Listed(rows), _) => rows.contains_key(address),
            (Self::Sets(rows, _), RowAddress::Rowid(rowid)) => rows.contains(*rowid),
            (Self::Sets(..), _) => false,
        }
    }

    /// The statements that wrote the row at an address, where it is one of them.
    pub fn statements_of(&self, address: &RowAddress) -> Option<Statements> {
        match (self, address) {
            (Self::Listed(rows), _) => rows.get(address).copied().cloned(),
            (Self::Sets(rows, sets), RowAddress::Rowid(rowid)) if rows.contains(*rowid) => {
                Some(sets.statements_of(*rowid))
            }
            (Self::Sets(..), _) => None,
        }
    }
}

impl TouchedSets {
    /// Takes in what one more statement wrote; `may_copy` says whether rows that it only inserts may
    /// be copies.
    pub(crate) fn take(&mut self, statement: usize, batch: Rc<Batch>, may_copy: bool) {
        let net = batch.net();
        self.copies -= &net.ended;
        self.copies -= &net.kept;
        if may_copy {
            self.copies |= &batch.only_inserted();
        }
        self.net.then(&net);
        self.batches.push((statement, batch));
        self.statements = OnceCell::new();
    }

    /// Whether no row was written, apart from new rows that are gone again.
    pub fn is_empty(&self) -> bool {
        self.net.all().is_empty()
    }

    /// Rows that one statement wrote, once, by what their images say; and all other rows. A row that
    /// ended and a new one may be one row under another rowid: if `may_join` says so and there are
    /// both, they are among the others.
    pub fn by_images(&self, may_join: bool) -> (Vec<ImagedRows<'_>>, Rowids) {
        let mut others = self.written_again();
        if may_join && !self.net.began.is_empty() && !self.net.ended.is_empty() {
            others |= &self.net.began;
            others |= &self.net.ended;
        }
        let mut found = Vec::new();
        for (statement, batch) in &self.batches {
            for (class, rows) in &batch.classes {
                match &class.images {
                    None => others |= rows,
                    Some(images) => found.push(ImagedRows {
                        statement: *statement,
                        op: class.op,
                        images,
                        rows: rows.without(&others),
                    }),
                }
            }
        }
        // A new row that is gone again is no row of either state.
        others &= &self.net.all();
        (found, others)
    }

    fn written_again(&self) -> Rowids {
        let (mut once, mut again) = (Rowids::default(), Rowids::default());
        for (_, batch) in &self.batches {
            let rows = batch.rows();
            again |= &batch.again;
            again |= &once.common(&rows);
            once |= &rows;
        }
        again
    }

    /// Every row, one by one in the order of their rowids.
    pub(super) fn each(&self) -> impl Iterator<Item = TouchedRow> + '_ {
        self.rows(self.net.all())
    }

    /// Some of the rows, one by one in the order of their rowids.
    pub fn rows(&self, rowids: Rowids) -> impl Iterator<Item = TouchedRow> + '_ {
        rowids.into_each().flat_map(move |rowid| {
            let statements = self.statements_of(rowid);
            let address = move |is_there: bool| is_there.then_some(RowAddress::Rowid(rowid));
            let nets = [
                (&self.net.ended, true, false),
                (&self.net.kept, true, true),
                (&self.net.began, false, true),
            ];
            let nets = nets
                .into_iter()
                .filter(move |(rows, ..)| rows.contains(rowid));
            nets.map(move |(_, was, is)| TouchedRow {
                origin: address(was),
                current: address(is),
                statements: Rc::clone(&statements),
                written: was || !self.copies.contains(rowid),
            })
        })
    }

    /// The statements that wrote a row.
    fn statements_of(&self, rowid: i64) -> Statements {
        let by_row = self.statements.get_or_init(|| ByRow::new(&self.batches));
        let found = match by_row {
            ByRow::Sets(sets) => {
                let set = sets.iter().find(|(_, rows)| rows.contains(rowid));
                set.map(|(statements, _)| statements)
            }
            ByRow::Each(each) => each.get(&rowid),
        };
        found.cloned().unwrap_or_default()
    }
}

/// The most batches whose rows are sorted into sets by the statements that wrote them.
const FEW: usize = 64;

/// The statements that wrote each row.
#[derive(Debug, Clone)]
enum ByRow {
    /// few statements: rows by the set of statements that wrote them
    Sets(Vec<(Statements, Rowids)>),
    /// many statements: each row
    Each(HashMap<i64, Statements>),
}

impl ByRow {
    fn new(batches: &[(usize, Rc<Batch>)]) -> Self {
        if batches.len() > FEW {
            return Self::each(batches);
        }
        let mut sets = StatementSets::default();
        let mut found: Vec<(Statements, Rowids)> = Vec::new();
        for (statement, batch) in batches {
            let mut new = batch.rows();
            let mut split = Vec::new();
            for (statements, rows) in &mut found {
                let common = rows.common(&new);
                if !common.is_empty() {
                    *rows -= &common;
                    new -= &common;
                    split.push((sets.with(statements, *statement), common));
                }
            }
            split.push((sets.with(&Statements::default(), *statement), new));
            found.extend(split);
            found.retain(|(_, rows)| !rows.is_empty());
        }
        Self::Sets(found)
    }

    fn each(batches: &[(usize, Rc<Batch>)]) -> Self {
        let (mut sets, mut each) = (StatementSets::default(), HashMap::new());
        for (statement, batch) in batches {
            for rowid in batch.rows().into_each() {
                let known = each.get(&rowid).unwrap_or(&sets.none);
                let set = sets.with(&Rc::clone(known), *statement);
                each.insert(rowid, set);
            }
        }
        Self::Each(each)
    }
}

/// Sets of statements, each made once out of the one before: millions of rows share a few.
#[derive(Default)]
pub(super) struct StatementSets {
    pub(super) none: Statements,
    /// by the place of a set in memory and the statement added to it: the set, which is kept there
    /// by that, and the larger one
    larger: HashMap<(*const BTreeSet<usize>, usize), [Statements; 2]>,
}

impl StatementSets {
    /// A set with one more statement.
    pub(super) fn with(&mut self, set: &Statements, statement: usize) -> Statements {
        if set.contains(&statement) {
            return Rc::clone(set);
        }
        let both = self.larger.entry((Rc::as_ptr(set), statement));
        let [_, larger] = both.or_insert_with(|| {
            let mut larger = set.as_ref().clone();
            larger.insert(statement);
            [Rc::clone(set), Statements::new(larger)]
        });
        Rc::clone(larger)
    }
}
