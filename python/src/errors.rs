//! Errors of the engine as exceptions.

use pyo3::{prelude::*, types::PyType};

use crate::engine::{Class, Error};

/// An exception of `refrain.errors`, by its name.
pub(crate) fn exception(py: Python<'_>, name: &str, message: &str) -> PyErr {
    let class = || -> PyResult<Bound<'_, PyType>> {
        Ok(py.import("refrain.errors")?.getattr(name)?.cast_into()?)
    };
    match class() {
        Ok(class) => PyErr::from_type(class, message.to_owned()),
        Err(error) => error,
    }
}

pub(crate) fn usage(py: Python<'_>, message: impl AsRef<str>) -> PyErr {
    exception(py, "UsageError", message.as_ref())
}

pub(crate) fn data(py: Python<'_>, message: impl AsRef<str>) -> PyErr {
    exception(py, "DataError", message.as_ref())
}

/// The error as the exception of its class.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let name = match error.class() {
        Class::Record => "RecordError",
        Class::Usage => "UsageError",
        Class::Data => "DataError",
        Class::Machine => "MachineError",
        Class::Cancelled => return pyo3::exceptions::PyKeyboardInterrupt::new_err(()),
        // A class that came later than this.
        _ => "InternalError",
    };
    let message = in_words_of_python(&error.to_string());
    let Some((at, problem)) = error.as_record() else { return exception(py, name, &message) };
    let problem = in_words_of_python(problem);
    // Rows count from 0 here, and lines of a file from 1.
    let is_row = at.file == crate::pages::NAME;
    let row = at.record.saturating_sub(1);
    let message = if is_row { format!("row {row}: {problem}") } else { format!("{at}: {problem}") };
    let raised = exception(py, name, &message);
    let _ = raised.value(py).setattr("row", row);
    let file = (!is_row).then_some(at.file.as_str());
    let _ = raised.value(py).setattr("file", file);
    raised
}

/// What flags of the command are called here. Longer ones first where one begins like another.
const WORDS: [(&str, &str); 24] = [
    ("--text-field", "text="),
    ("--id-field", "id="),
    ("--site-field", "site="),
    ("--url-field", "url="),
    ("--date-field", "date="),
    ("with --max-record", "with the command's --max-record"),
    ("add --force", "say force=True"),
    ("add `--to jsonl`", "name an output that ends in .jsonl"),
    ("`--to jsonl`", "an output that ends in .jsonl"),
    ("--max-bad 50%", "max_bad=1000"),
    ("--max-bad ", "max_bad="),
    ("--memory", "memory="),
    ("--work", "work="),
    ("--bank", "bank="),
    ("--index", "an index"),
    ("--copies", "copies="),
    ("--chrome", "chrome="),
    ("--paragraph", "paragraph="),
    ("use the same flags", "use the same recipe"),
    ("--number ", "paragraph="),
    ("--seeds", "seeds="),
    ("`refrain index add`", "`Index.add`"),
    ("--force", "force=True"),
    ("--rejects", "rejects"),
];

/// The message with arguments instead of flags.
fn in_words_of_python(message: &str) -> String {
    let mut message = message.to_owned();
    for (flag, argument) in WORDS {
        if message.contains(flag) {
            message = message.replace(flag, argument);
        }
    }
    message
}
