//! Query strings, and filters of lists.

use std::borrow::Cow;

use super::answer::{Answered, Failure};

/// The most parameters of a query.
pub(crate) const MAX_PARAMETERS: usize = 256;

/// The parameters of a query, in the order given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

/// A yes or a no, as clients in Python and others write it.
#[must_use]
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

impl Query {
    /// Reads a query string.
    ///
    /// # Errors
    /// It has too many parameters.
    pub(crate) fn read(text: &str) -> Answered<Self> {
        let parameters: Vec<_> = form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .filter(|(name, _)| !name.is_empty())
            .take(MAX_PARAMETERS + 1)
            .collect();
        if parameters.len() > MAX_PARAMETERS {
            return Err(Failure::malformed(format!("A query has no more than {MAX_PARAMETERS} parameters")));
        }
        Ok(Self(parameters))
    }

    /// Refuses every parameter but these.
    ///
    /// # Errors
    /// One that is none of them.
    pub(crate) fn only(&self, names: &[&str]) -> Answered<()> {
        match self.0.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) if names.is_empty() => Err(Failure::malformed(format!("Unknown parameter {name}: expected none"))),
            Some((name, _)) => Err(Failure::malformed(format!("Unknown parameter {name}: expected one of {}", names.join(", ")))),
        }
    }

    /// The value of a parameter that is given once at most.
    ///
    /// # Errors
    /// It is given twice.
    pub(crate) fn one(&self, name: &str) -> Answered<Option<&str>> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Failure::malformed(format!("Parameter {name} is given twice"))),
        }
    }

    /// Every value of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A yes or a no; no where it is not given.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn flag(&self, name: &str) -> Answered<bool> {
        let Some(value) = self.one(name)? else { return Ok(false) };
        boolean(value).ok_or_else(|| Failure::malformed(format!("{name} is {value}: expected true or false")))
    }

    /// The filters of a list whose rows have these fields.
    ///
    /// # Errors
    /// An unknown filter, or a value that is none.
    pub(crate) fn filters<'a, Row>(&self, fields: &'a [Field<Row>]) -> Answered<Filters<'a, Row>> {
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        self.only(&names)?;
        let mut each = Vec::new();
        for field in fields {
            let wanted = self.all(field.name).map(|value| Wanted::read(field.name, &field.kind, value));
            let wanted = wanted.collect::<Answered<Vec<_>>>()?;
            if !wanted.is_empty() {
                each.push((field, wanted));
            }
        }
        Ok(Filters(each))
    }
}

/// A field of a row by which a list can be filtered.
pub(crate) struct Field<Row> {
    /// The name of the filter.
    pub(crate) name: &'static str,
    /// What the field is, and its value in a row.
    pub(crate) kind: Kind<Row>,
}

/// What a field of a row is.
pub(crate) enum Kind<Row> {
    /// Texts, of which one has to be the one wanted, or to contain what stands behind `<like>`.
    Text(fn(&Row) -> Vec<Cow<'_, str>>),
    /// A number: `5`, `>5`, `<5`.
    Number(fn(&Row) -> f64),
    /// A yes or a no.
    Flag(fn(&Row) -> bool),
}

/// What is wanted of a field.
enum Wanted {
    Text(String),
    Like(String),
    Number(f64),
    Above(f64),
    Below(f64),
    Flag(bool),
}

impl Wanted {
    fn read<Row>(name: &str, kind: &Kind<Row>, value: &str) -> Answered<Self> {
        let expected = |what: &str| Failure::malformed(format!("Filter {name} is {value}: expected {what}"));
        let number = |text: &str| {
            text.trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .ok_or_else(|| expected("a number, with > or < before it"))
        };
        match kind {
            Kind::Text(_) => Ok(match value.strip_prefix("<like>") {
                Some(part) => Self::Like(part.to_lowercase()),
                None => Self::Text(value.to_owned()),
            }),
            Kind::Number(_) => match value.as_bytes().first() {
                Some(b'>') => number(value.get(1..).unwrap_or_default()).map(Self::Above),
                Some(b'<') => number(value.get(1..).unwrap_or_default()).map(Self::Below),
                _ => number(value).map(Self::Number),
            },
            Kind::Flag(_) => boolean(value).map(Self::Flag).ok_or_else(|| expected("true or false")),
        }
    }

    fn is_met<Row>(&self, kind: &Kind<Row>, row: &Row) -> bool {
        match (self, kind) {
            (Self::Text(wanted), Kind::Text(of)) => of(row).iter().any(|text| text.eq_ignore_ascii_case(wanted)),
            (Self::Like(part), Kind::Text(of)) => of(row).iter().any(|text| text.to_lowercase().contains(part)),
            (Self::Number(wanted), Kind::Number(of)) => (of(row) - wanted).abs() < 0.005,
            (Self::Above(limit), Kind::Number(of)) => of(row) > *limit,
            (Self::Below(limit), Kind::Number(of)) => of(row) < *limit,
            (Self::Flag(wanted), Kind::Flag(of)) => of(row) == *wanted,
            _ => false,
        }
    }
}

/// The filters of a list: of each field one value at least has to be met.
pub(crate) struct Filters<'a, Row>(Vec<(&'a Field<Row>, Vec<Wanted>)>);

impl<Row> Filters<'_, Row> {
    /// Whether a row is wanted.
    #[must_use]
    pub(crate) fn meets(&self, row: &Row) -> bool {
        self.0.iter().all(|(field, wanted)| wanted.iter().any(|wanted| wanted.is_met(&field.kind, row)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static str, f64, bool);

    const FIELDS: [Field<Row>; 3] = [
        Field { name: "name", kind: Kind::Text(|row: &Row| vec![row.0.into()]) },
        Field { name: "size", kind: Kind::Number(|row: &Row| row.1) },
        Field { name: "big", kind: Kind::Flag(|row: &Row| row.2) },
    ];

    /// The rows that a query leaves, or what is said instead.
    #[track_caller]
    fn check(query: &str, expected: Result<&[&str], &str>) {
        let rows = [Row("ims1", 1.0, false), Row("ims2", 2.5, true), Row("other", 9.0, true)];
        let read = Query::read(query).unwrap();
        match (read.filters(&FIELDS), expected) {
            (Ok(filters), Ok(expected)) => {
                let left: Vec<_> = rows.iter().filter(|row| filters.meets(row)).map(|row| row.0).collect();
                assert_eq!(left, expected, "{query}");
            }
            (Err(failure), Err(expected)) => assert!(failure.message.contains(expected), "{query}: {}", failure.message),
            (Ok(_), Err(_)) => panic!("{query} is no filter"),
            (Err(failure), Ok(_)) => panic!("{query}: {}", failure.message),
        }
    }

    #[test]
    fn of_each_field_one_value_has_to_be_met() {
        check("", Ok(&["ims1", "ims2", "other"]));
        check("name=ims1&name=other", Ok(&["ims1", "other"]));
        check("name=%3Clike%3EIMS&big=True", Ok(&["ims2"]));
        check("size=%3E1&size=1", Ok(&["ims1", "ims2", "other"]));
        check("size=<2.5", Ok(&["ims1"]));
        check("size=2.50", Ok(&["ims2"]));
        check("big=FALSE", Ok(&["ims1"]));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        check("nmae=ims1", Err("Unknown parameter nmae: expected one of name, size, big"));
        check("big=perhaps", Err("expected true or false"));
        for number in ["", ">", "x", "NaN", "inf", ">>1"] {
            check(&format!("size={number}"), Err("expected a number"));
        }
    }

    #[test]
    fn a_query_is_bounded_and_a_parameter_given_once() {
        assert!(Query::read(&"a=1&".repeat(MAX_PARAMETERS)).is_ok());
        assert!(Query::read(&"a=1&".repeat(MAX_PARAMETERS + 1)).is_err());
        let twice = Query::read("force=True&force=False").unwrap();
        assert!(twice.flag("force").is_err());
        assert_eq!(twice.flag("star"), Ok(false));
    }
}
