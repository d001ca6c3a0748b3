//! `refrain._refrain`: the engine as Python calls it. What users see, with types and examples, is in `refrain/`.

mod arrow;
mod bank;
mod cleaned;
mod engine;
mod errors;
mod index;
mod pages;
mod run;
mod scan;

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command with these arguments, the first of which is its name; gives the exit status.
#[pyfunction]
fn command(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| engine::cli::status(args))
}

#[pymodule(gil_used = false)]
fn _refrain(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<arrow::Table>()?;
    module.add_class::<pages::Input>()?;
    module.add_class::<scan::Scan>()?;
    module.add_class::<bank::Bank>()?;
    module.add_function(wrap_pyfunction!(command, module)?)?;
    module.add_function(wrap_pyfunction!(scan::scan, module)?)?;
    module.add_function(wrap_pyfunction!(scan::clean_pages_with_bank, module)?)?;
    module.add_function(wrap_pyfunction!(bank::site_of, module)?)?;
    module.add_function(wrap_pyfunction!(bank::recipe_id, module)?)?;
    module.add_function(wrap_pyfunction!(index::index_add, module)?)?;
    module.add_function(wrap_pyfunction!(index::index_find, module)?)?;
    module.add_function(wrap_pyfunction!(index::clusters, module)?)?;
    module.add_function(wrap_pyfunction!(index::index_pages, module)?)?;
    module.add_function(wrap_pyfunction!(run::built_in_seeds, module)?)?;
    module.add_function(wrap_pyfunction!(run::_panic, module)?)?;
    Ok(())
}
