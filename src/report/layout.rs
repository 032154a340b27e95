//! Tables for terminals: cells are escaped text, columns are measured in display width, and a row
//! never gets wider than the report.

use std::borrow::Cow;

use super::escape;
use super::style::{Colour, Glyph, Paint, Style};

/// Columns of a report: what fits two windows on a laptop, or a mail.
pub(super) const WIDTH: usize = 98;

/// Text with its colour; escaped already.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) paint: Paint,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            paint: Paint::None,
        }
    }

    pub(super) fn painted(text: impl Into<String>, paint: Paint) -> Self {
        Self {
            text: text.into(),
            paint,
        }
    }
}

/// How a column takes more text than it has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is as wide as its widest cell.
    Whole,
    /// Its end is cut off.
    Cut,
    /// Its middle is cut out: both ends of an address tell something.
    CutMiddle,
    /// It goes on in the next line.
    Wrap,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    heading: &'static str,
    fit: Fit,
    right: bool,
    /// Columns it keeps when room is short.
    least: usize,
    /// Columns it is content with when room is short.
    most: usize,
}

impl Column {
    pub(super) const fn new(heading: &'static str, fit: Fit) -> Self {
        Self {
            heading,
            fit,
            right: false,
            least: 8,
            most: WIDTH,
        }
    }

    pub(super) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    pub(super) const fn between(mut self, least: usize, most: usize) -> Self {
        self.least = least;
        self.most = most;
        self
    }
}

/// Rows under columns, with notes between them.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    indent: usize,
}

#[derive(Debug)]
enum Row {
    Cells(Vec<Cell>),
    /// A line of its own, indented by so many columns and wrapped.
    Note(usize, Cell),
}

impl Table {
    pub(super) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
            indent: 0,
        }
    }

    pub(super) fn indented(mut self, indent: usize) -> Self {
        self.indent = indent;
        self
    }

    pub(super) fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(Row::Cells(cells.into()));
    }

    pub(super) fn note(&mut self, indent: usize, cell: Cell) {
        self.rows.push(Row::Note(indent, cell));
    }

    /// The lines, headings first (where there are any), each at most [`WIDTH`] columns unless a
    /// [`Fit::Whole`] cell is wider by itself.
    pub(super) fn lines(&self, style: Style) -> Vec<String> {
        let widths = self.widths();
        let mut lines = Vec::new();
        if self.columns.iter().any(|column| !column.heading.is_empty()) {
            let cells: Vec<_> = self
                .columns
                .iter()
                .map(|column| Cell::painted(column.heading, Paint::Strong))
                .collect();
            self.push_row(&cells, &widths, style, &mut lines);
        }
        self.push_rows(&widths, style, &mut lines);
        lines
    }

    /// The lines, with a title over the blank begin of the line of headings; without headings
    /// there, or where the title covers them, it stands alone.
    pub(super) fn lines_under(&self, title: &str, legend: &str, style: Style) -> Vec<String> {
        let widths = self.widths();
        let mut lines = Vec::new();
        let cells: Vec<_> = self
            .columns
            .iter()
            .map(|column| Cell::new(column.heading))
            .collect();
        let plain = Style {
            colour: Colour::Never,
            ..style
        };
        self.push_row(&cells, &widths, plain, &mut lines);
        let headings = lines.pop().unwrap_or_default();
        let rest = headings.trim_start();
        let blank = escape::width(&headings) - escape::width(rest);
        let taken = escape::width(title) + escape::width(legend);
        let mut first = format!(
            "{}{}",
            style.paint(Paint::Strong, title),
            style.paint(Paint::Dim, legend)
        );
        if blank > taken {
            first.push_str(&" ".repeat(blank - taken));
            first.push_str(&style.paint(Paint::Dim, rest).to_string());
        }
        lines.push(first);
        self.push_rows(&widths, style, &mut lines);
        lines
    }

    /// Width of each column: as wide as its cells, then shrunk, widest first, until all fit.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .map(|column| escape::width(column.heading))
            .collect();
        for row in &self.rows {
            if let Row::Cells(cells) = row {
                for (width, cell) in widths.iter_mut().zip(cells) {
                    let widest = cell.text.split('\n').map(escape::width).max();
                    *width = (*width).max(widest.unwrap_or(0));
                }
            }
        }
        let gaps = GAP * self.columns.len().saturating_sub(1) + self.indent;
        let excess = |widths: &[usize]| (widths.iter().sum::<usize>() + gaps).saturating_sub(WIDTH);
        // First what is wider than it need be, then whatever can still give way.
        for floor in [
            |column: &Column| column.most,
            |column: &Column| column.least,
        ] {
            while let excess @ 1.. = excess(&widths) {
                let widest = widths
                    .iter_mut()
                    .zip(&self.columns)
                    .filter(|(width, column)| column.fit != Fit::Whole && **width > floor(column))
                    .max_by_key(|(width, _)| **width);
                let Some((width, column)) = widest else {
                    break;
                };
                // A few at a time, so that two wide columns share the loss.
                *width -= excess.min(4).min(*width - floor(column));
            }
        }
        widths
    }

    fn push_rows(&self, widths: &[usize], style: Style, lines: &mut Vec<String>) {
        for row in &self.rows {
            match row {
                Row::Cells(cells) => self.push_row(cells, widths, style, lines),
                Row::Note(indent, cell) => {
                    for part in wrap(&cell.text, WIDTH.saturating_sub(*indent)) {
                        let painted = style.paint(cell.paint, &part);
                        lines.push(format!("{:indent$}{painted}", ""));
                    }
                }
            }
        }
    }

    fn push_row(&self, cells: &[Cell], widths: &[usize], style: Style, lines: &mut Vec<String>) {
        let ellipsis = style.glyph(Glyph::Ellipsis);
        let parts: Vec<Vec<Cow<'_, str>>> = cells
            .iter()
            .zip(widths)
            .zip(&self.columns)
            .map(|((cell, &width), column)| match column.fit {
                Fit::Whole => vec![Cow::Borrowed(cell.text.as_str())],
                Fit::Cut => vec![escape::cut(&cell.text, width, ellipsis)],
                Fit::CutMiddle => vec![escape::cut_middle(&cell.text, width, ellipsis)],
                Fit::Wrap => wrap(&cell.text, width)
                    .into_iter()
                    .map(Cow::Owned)
                    .collect(),
            })
            .collect();
        let height = parts.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = " ".repeat(self.indent);
            let mut pending = 0;
            for (index, part) in parts.iter().enumerate() {
                let text = part.get(at).map_or("", Cow::as_ref);
                let (Some(&width), Some(column), Some(cell)) =
                    (widths.get(index), self.columns.get(index), cells.get(index))
                else {
                    continue;
                };
                let blank = width.saturating_sub(escape::width(text));
                let (before, after) = if column.right { (blank, 0) } else { (0, blank) };
                if text.is_empty() {
                    pending += width + GAP;
                } else {
                    line.extend(std::iter::repeat_n(' ', pending + before));
                    line.push_str(&style.paint(cell.paint, text).to_string());
                    pending = after + GAP;
                }
            }
            lines.push(line);
        }
    }
}

/// Escaped text in lines of at most `columns`, broken at blanks where there are any, and at line
/// feeds of our own (escaped text has none).
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    text.split('\n')
        .flat_map(|part| wrap_line(part, columns))
        .collect()
}

fn wrap_line(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let mut rest = word;
        let wide = escape::width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        // A word that fits no line is broken where the line ends.
        while escape::width(rest) > columns.max(2) {
            let head = escape::cut(rest, columns.max(2), "").into_owned();
            rest = rest.get(head.len()..).unwrap_or_default();
            lines.push(head);
        }
        line.push_str(rest);
        used += escape::width(rest);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `left` and `right` at the two ends of a line; the left one gives way.
pub(super) fn spread(left: &str, right: &str, ellipsis: &str) -> String {
    let room = WIDTH.saturating_sub(escape::width(right) + GAP);
    let left = escape::cut(left, room, ellipsis);
    let blank = WIDTH.saturating_sub(escape::width(&left) + escape::width(right));
    format!("{left}{:blank$}{right}", "")
}

/// Blanks between columns.
const GAP: usize = 2;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_cells_give_way_and_short_ones_stay() {
        let mut table = Table::new([
            Column::new("WHO", Fit::CutMiddle).between(11, 50),
            Column::new("N", Fit::Whole).right(),
            Column::new("WHAT", Fit::Wrap),
        ]);
        table.row([
            Cell::new(
                "2001:db8:1234:5678:9abc:def0:1234:5678 → 2001:db8:1234:5678:9abc:def0:1234:9999",
            ),
            Cell::new("7"),
            Cell::new(
                "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
            ),
        ]);
        let lines = table.lines(Style::PLAIN);
        assert!(lines.len() > 2, "{lines:#?}");
        for line in &lines {
            assert!(escape::width(line) <= WIDTH, "{line}");
        }
        assert!(lines[1].contains("9999"));
    }

    proptest! {
        #[test]
        fn wrapped_lines_keep_to_their_columns_and_lose_nothing(
            text in "[a-z漢 ]{0,200}", columns in 4..60_usize,
        ) {
            let lines = wrap(&text, columns);
            for line in &lines {
                prop_assert!(escape::width(line) <= columns, "{line:?}");
            }
            let squeeze = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }

        #[test]
        fn rows_keep_to_the_width(a in "[a-z漢 ]{0,120}", b in "[a-z:]{0,120}", c in "[a-z ]{0,120}") {
            let mut table = Table::new([
                Column::new("A", Fit::Cut),
                Column::new("B", Fit::CutMiddle),
                Column::new("C", Fit::Wrap),
            ]).indented(2);
            table.row([Cell::new(a), Cell::new(b), Cell::new(c)]);
            for line in table.lines(Style::PLAIN) {
                prop_assert!(escape::width(&line) <= WIDTH, "{line:?}");
            }
        }
    }
}
