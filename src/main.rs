//! The `refrain` command.
use std::path::PathBuf;
fn main() {
    let mut args = std::env::args().skip(1);
    let input = PathBuf::from(args.next().unwrap());
    let dir = PathBuf::from(args.next().unwrap());
    let level = args.next();
    let corpus = refrain::input::Corpus::open(&[input], refrain::input::Options::default()).unwrap();
    let mut recipe = refrain::recipe::Recipe::default();
    recipe.chrome_level = match level.as_deref() { Some("balanced") => refrain::recipe::Level::Balanced, Some("strict") => refrain::recipe::Level::Strict, Some("lenient") => refrain::recipe::Level::Lenient, _ => refrain::recipe::Level::Careful };
    let settings = refrain::pipeline::Settings { recipe, seeds: None, threads: std::num::NonZeroUsize::new(2).unwrap(), strict: false };
    struct O; impl refrain::pipeline::Observer for O { fn end(&self, s: refrain::pipeline::Stage, t: std::time::Duration) { eprintln!("{} {:?}", s.word(), t); } }
    let f = refrain::pipeline::scan(&corpus, &settings, None, &O).unwrap();
    refrain::output::write_evidence(&f, &dir, refrain::store::Force::Replace).unwrap();
    eprintln!("{}", serde_json::to_string(&refrain::output::Summary::of(&f)).unwrap());
}
