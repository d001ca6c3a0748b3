#![no_main]

// The reader of Parquet panics at some damage, which is caught: it is an error like any other. The hook that
// libFuzzer is given would end the process before. What is not caught still does; the tests say what it was.
libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| ())),
    |bytes: &[u8]| refrain_fuzz::targets::run("parquet", bytes)
);
