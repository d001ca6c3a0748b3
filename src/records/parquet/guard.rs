//! Damage in Parquet that its reader did not think of: its panics are errors, and print nothing.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

use parquet::errors::{ParquetError, Result};

thread_local! {
    /// This thread is in a reader whose panics are told as errors.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives; a panic of it is an error. A panic in any other thread, or in this one outside of `read`, is
/// printed as before.
///
/// # Errors
///
/// Those of `read`.
pub fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                others(panic);
            }
        }));
    });
    let was_guarded = IS_GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(was_guarded);
    result.unwrap_or_else(|_| Err(ParquetError::General("not what a column can be".to_owned())))
}
