//! Rows of data sets and catalogs.

use dasdlab_model::name::{CatalogName, DataSetName, ImsSsid, Volser};
use dasdlab_model::states::{CatalogKind, DataSetClass, Storage};
use dasdlab_model::tables::{Counted, CountedNames, DataSetTable, Kind, Texts, digits};
use rustc_hash::FxHashMap;

use crate::cells::{self, Wrong, optional, parsed, same};
use crate::columns::{Plan, data_set as at};
use crate::counts::{Counters, Patience};
use crate::ends::{Row, length};
use crate::faults::Name;
use crate::read::{self, Said, Takes};
use crate::shape::{Alike, Shape, Span};

/// The label under which a catalog names a migrated data set.
const MIGRAT: &[u8] = b"MIGRAT";
/// The same as a word.
const MIGRAT_WORD: u64 = u64::from_be_bytes(*b"\0\0MIGRAT");

/// A row that is a catalog.
#[derive(Debug, Clone)]
pub(crate) struct CatalogRow {
    pub(crate) name: CatalogName,
    pub(crate) kind: CatalogKind,
    pub(crate) volumes: Vec<Volser>,
    /// Where its row begins.
    pub(crate) at: usize,
}

/// What a piece of the table holds.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) table: DataSetTable,
    /// Rows of the table that stand for more.
    pub(crate) counted: Vec<CountedNames>,
    /// The catalogs that data sets name, by the numbers that stand in the table.
    pub(crate) named: Vec<CatalogName>,
    /// A label of a data set of each of them, where one has any.
    pub(crate) labels: Vec<Option<Volser>>,
    /// The catalogs that have rows.
    pub(crate) catalogs: Vec<CatalogRow>,
    pub(crate) said: Said,
}

/// A row that others look like.
struct Before {
    shape: Shape,
    kind: Kind,
    catalog: u32,
    users: u32,
    name: Span,
    label: Span,
    patience: Patience,
}

/// Rows that count up.
struct Behind {
    rows: usize,
    /// Which digits of the names do.
    digits: (usize, usize),
    /// Whether the labels do too.
    labels: bool,
}

impl Before {
    /// The rows from this place on that count up from the one before them: their names, and their labels or not.
    fn count(&mut self, piece: &[u8], at: usize) -> Option<Behind> {
        let last = self.shape.before(piece, at).filter(|_| self.patience.is_due())?;
        let behind = self.behind(&last, piece, at);
        let rows = behind.as_ref().map_or(0, |behind| behind.rows);
        self.patience.found(rows);
        self.shape.pass(rows);
        behind.filter(|behind| behind.rows > 0)
    }

    fn behind(&self, last: &Alike<'_>, piece: &[u8], at: usize) -> Option<Behind> {
        let next = Alike { bytes: piece.get(at..)?.first_chunk()?, length: last.length };
        let (from, to) = digits(last.field(self.name))?;
        let mut counters = Counters::new(last.length);
        counters.decimal(last, (self.name.at + from, self.name.at + to))?;
        let labels = last.field(self.label) != next.field(self.label);
        if labels {
            counters.label(last, self.label)?;
        }
        Some(Behind { rows: counters.count(last, piece, at - last.length), digits: (from, to), labels })
    }
}

struct Reader<'a> {
    plan: &'a Plan,
    before: Option<Before>,
    /// Who uses data sets of which it is not said; read at the end of all pieces.
    users: Vec<ImsSsid>,
    part: Part,
    names: Texts,
    /// The name before.
    name: &'a str,
    numbers: FxHashMap<CatalogName, u32>,
    catalog: (&'a [u8], u32),
    ims: Option<(&'a [u8], u32)>,
    class: Option<(&'a [u8], Class)>,
    /// Where the row before says that its data set is kept.
    storage: Option<Storage>,
    /// The numbers of the users that are assumed of data sets without and with IMS systems.
    assumed: [Option<u32>; 2],
    /// Where the columns stand in the file.
    places: [usize; at::COUNT],
    /// What words mean that were met, by their lengths.
    classes: [(u128, Class); 16],
    storages: [(u128, Storage); 16],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    DataSet(DataSetClass),
    Catalog(CatalogKind),
}

/// Reads a piece that begins `offset` bytes into the file; `users` use data sets where the table has no column for them.
pub(crate) fn read(plan: &Plan, piece: &[u8], offset: usize, users: &[ImsSsid]) -> Part {
    let mut reader = Reader {
        plan,
        before: None,
        users: users.to_vec(),
        part: Part::default(),
        names: Texts::default(),
        name: "",
        numbers: FxHashMap::default(),
        catalog: (b"", 0),
        ims: None,
        class: None,
        storage: None,
        assumed: [None; 2],
        places: std::array::from_fn(|slot| plan.place(slot)),
        classes: [(u128::MAX, Class::DataSet(DataSetClass::Database)); 16],
        storages: [(u128::MAX, Storage::Disk); 16],
    };
    let said = read::read(Name::DataSets, plan, (piece, offset), &mut reader);
    let mut part = reader.part;
    part.table.take_names(reader.names);
    Part { said, ..part }
}

impl<'a> Takes<'a, { at::COUNT }> for Reader<'a> {
    fn take_usual(&mut self, row: &Row<'a, '_>) -> bool {
        self.usual(row).is_some()
    }

    #[inline]
    fn take_alike(&mut self, piece: &'a [u8], at: usize) -> Option<usize> {
        let before = self.before.as_mut()?;
        if let Some(Behind { rows, digits, labels }) = before.count(piece, at) {
            let counted = Counted::behind(self.part.table.len(), rows);
            self.part.counted.push(CountedNames { rows: counted, digits, labels });
            return Some(rows * before.shape.length());
        }
        let row = before.shape.alike(piece, at)?;
        let label = row.label(before.label).filter(|&label| label != MIGRAT_WORD)?;
        let name = std::str::from_utf8(row.field(before.name)).ok()?;
        let (kind, catalog, users) = (before.kind, before.catalog, before.users);
        self.push(name, kind, catalog, users, [label]);
        Some(row.length)
    }

    fn take(&mut self, cells: &[&'a [u8]; at::COUNT], begin: usize) -> Result<(), Wrong> {
        self.row(cells, begin)
    }

    fn remember(&mut self, row: &Row<'a, '_>) {
        if let (Some(key), Some((_, class))) = (row.key(self.places[at::CLASS]), self.class) {
            self.classes[length(key)] = (key, class);
        }
        if let (Some(key), Some(storage)) = (row.key(self.places[at::STORAGE]), self.storage) {
            self.storages[length(key)] = (key, storage);
        }
    }
}

impl<'a> Reader<'a> {
    /// Takes a data set on one volume, in the catalog and with the users of the row before.
    fn usual(&mut self, row: &Row<'a, '_>) -> Option<()> {
        let key = row.key(self.places[at::CLASS])?;
        let (known, Class::DataSet(class)) = self.classes[length(key)] else { return None };
        if known != key || !same(row.field(self.places[at::CATALOG]), self.catalog.0) {
            return None;
        }
        let key = row.key(self.places[at::STORAGE])?;
        let (known, storage) = self.storages[length(key)];
        let users = match self.ims {
            Some((last, users)) if same(row.field(self.places[at::IMS]), last) => users,
            Some(_) => return None,
            None => self.assumed[usize::from(class.names_ims())]?,
        };
        if known != key {
            return None;
        }
        let label = row.label(self.places[at::VOLUMES]).filter(|&label| label != 0 && label != MIGRAT_WORD)?;
        let name = std::str::from_utf8(row.field(self.places[at::NAME])).ok()?;
        if !DataSetName::is_legal_behind(name, self.name) {
            return None;
        }
        let catalog = self.catalog.1;
        self.push(name, Kind::new(class, storage), catalog, users, [label]);
        self.first_label(catalog, Some(label));
        self.before = Shape::new(row).map(|mut shape| {
            let name = shape.name(row, self.places[at::NAME]);
            let label = shape.label(row, self.places[at::VOLUMES]);
            let patience = self.before.take().map(|before| before.patience).unwrap_or_default();
            Before { shape, kind: Kind::new(class, storage), catalog, users, name, label, patience }
        });
        Some(())
    }

    fn push(&mut self, name: &'a str, kind: Kind, catalog: u32, users: u32, labels: impl IntoIterator<Item = u64>) {
        self.names.push(name);
        self.name = name;
        self.part.table.push_unnamed(kind, catalog, users, labels);
    }

    /// Notes a label of a data set of a catalog that has none yet.
    fn first_label(&mut self, catalog: u32, label: Option<u64>) {
        if let Some(known) = self.part.labels.get_mut(catalog as usize)
            && known.is_none()
        {
            *known = label.and_then(Volser::from_packed);
        }
    }

    fn row(&mut self, row: &[&'a [u8]; at::COUNT], begin: usize) -> Result<(), Wrong> {
        self.storage = None;
        let class = match self.class(row)? {
            Class::DataSet(class) => class,
            Class::Catalog(kind) => return self.catalog_row(row, kind, begin),
        };
        let name = match std::str::from_utf8(row[at::NAME]) {
            Ok(name) if DataSetName::is_legal(name) => name,
            _ => return Err(parsed::<DataSetName>(row, at::NAME).err().unwrap_or((at::NAME, "no data set name".to_owned()))),
        };
        let catalog = self.catalog(row)?;
        let migrated = !self.plan.has(at::STORAGE) && row[at::VOLUMES].eq_ignore_ascii_case(MIGRAT);
        let storage = match row[at::STORAGE] {
            b"" if migrated => Storage::Migrated,
            b"" => Storage::Disk,
            _ => cells::word(row, at::STORAGE)?.unwrap_or(Storage::Disk),
        };
        self.storage = (!migrated).then_some(storage);
        let users = self.users(row, class)?;
        let named = row[at::VOLUMES];
        if migrated || named.is_empty() {
            self.push(name, Kind::new(class, storage), catalog, users, []);
            return Ok(());
        }
        let first = match Volser::pack(named) {
            Some(label) => {
                self.push(name, Kind::new(class, storage), catalog, users, [label]);
                Some(label)
            }
            None => {
                let labels: Vec<u64> = cells::parts(named)
                    .map(|part| {
                        Volser::pack(part).map_or_else(|| cells::part::<Volser>(part, at::VOLUMES).map(Volser::packed), Ok)
                    })
                    .collect::<Result<_, _>>()?;
                let first = labels.first().copied();
                self.push(name, Kind::new(class, storage), catalog, users, labels);
                first
            }
        };
        self.first_label(catalog, first);
        Ok(())
    }

    fn class(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<Class, Wrong> {
        let cell = row[at::CLASS];
        if let Some((last, class)) = self.class
            && same(last, cell)
        {
            return Ok(class);
        }
        let class = match cell {
            b"" if self.plan.has(at::CLASS) => {
                return Err((at::CLASS, "the class is missing: expected one such as database".to_owned()));
            }
            b"" => Class::DataSet(DataSetClass::Database),
            _ if cell.eq_ignore_ascii_case(b"user-catalog") => Class::Catalog(CatalogKind::User),
            _ if cell.eq_ignore_ascii_case(b"master-catalog") => Class::Catalog(CatalogKind::Master),
            _ => match cells::word(row, at::CLASS) {
                Ok(class) => Class::DataSet(class.unwrap_or(DataSetClass::Database)),
                Err((slot, message)) => return Err((slot, format!("{message}, user-catalog or master-catalog"))),
            },
        };
        self.class = Some((cell, class));
        Ok(class)
    }

    fn catalog_row(&mut self, row: &[&'a [u8]; at::COUNT], kind: CatalogKind, at: usize) -> Result<(), Wrong> {
        let name = parsed(row, at::NAME)?;
        let volumes: Vec<Volser> =
            cells::parts(row[at::VOLUMES]).map(|part| cells::part(part, at::VOLUMES)).collect::<Result<_, _>>()?;
        if volumes.is_empty() {
            return Err((at::VOLUMES, format!("catalog {name} is on no volume: expected one or more labels")));
        }
        self.part.catalogs.push(CatalogRow { name, kind, volumes, at });
        Ok(())
    }

    fn catalog(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<u32, Wrong> {
        let cell = row[at::CATALOG];
        if !cell.is_empty() && same(cell, self.catalog.0) {
            return Ok(self.catalog.1);
        }
        let Some(name) = optional::<CatalogName>(row, at::CATALOG)? else {
            return Err((at::CATALOG, "the catalog is missing: expected the one that names the data set".to_owned()));
        };
        let number = match self.numbers.get(&name) {
            Some(&number) => number,
            None => {
                let number = u32::try_from(self.part.named.len()).unwrap_or(u32::MAX);
                self.numbers.insert(name.clone(), number);
                self.part.named.push(name);
                self.part.labels.push(None);
                number
            }
        };
        self.catalog = (cell, number);
        Ok(number)
    }

    fn users(&mut self, row: &[&'a [u8]; at::COUNT], class: DataSetClass) -> Result<u32, Wrong> {
        if !self.plan.has(at::IMS) {
            let users = if class.names_ims() { self.users.clone() } else { Vec::new() };
            let users = self.part.table.users(users);
            self.assumed[usize::from(class.names_ims())] = Some(users);
            return Ok(users);
        }
        let cell = row[at::IMS];
        if let Some((last, users)) = self.ims
            && same(last, cell)
        {
            return Ok(users);
        }
        let users: Vec<ImsSsid> = cells::parts(cell).map(|part| cells::part(part, at::IMS)).collect::<Result<_, _>>()?;
        let users = self.part.table.users(users);
        self.ims = Some((cell, users));
        Ok(users)
    }
}
