//! Colours of results.

/// What a text is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Headings.
    Bold,
    /// What matters less.
    Dim,
    /// Good.
    Green,
    /// Warnings.
    Yellow,
    /// Errors.
    Red,
    /// Information.
    Blue,
}

/// Paints, or leaves texts as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    /// The text in this shade.
    #[must_use]
    pub fn paint(self, shade: Shade, text: &str) -> String {
        let code = match shade {
            Shade::Bold => "1",
            Shade::Dim => "2",
            Shade::Green => "32",
            Shade::Yellow => "33",
            Shade::Red => "1;31",
            Shade::Blue => "34",
        };
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
