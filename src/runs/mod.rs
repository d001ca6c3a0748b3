//! What commands do, one file a command: [`engine`](crate::engine) finds, this writes, cleans, learns and explains.

mod attributes;
mod bank;
mod clean;
mod drops;
mod explain;
mod index;
mod library;
mod read;
mod rewriter;
mod stream;
mod tune;

pub use attributes::attributes;
pub use bank::{Forget, Learned, LearnedPart, learn_bank, merge_banks, prune_bank, write_bank};
pub use clean::{Cleaned, check_marks, clean};
pub use explain::{
    Compared, Explainer, LearntPages, Likeness, PageShown, PairShown, ParagraphShown, Printed,
    Shown,
};
pub use index::{
    ChangedPage, FoundPage, IndexClusters, IndexDiff, IndexPass, Indexed, KnownCopies, LabelsFrom,
    OtherCluster, add_cleaned, add_to_index, diff_index, find_in_index, index_clusters,
    index_writer, known_copies,
};
pub use library::{
    BankBuilder, Copies, CopyCluster, CopyOf, LabelledParagraph, PageFinder, PageLabeller,
};
pub use stream::{Knowledge, KnownPages, Learning, Standings, Streamed, Tell, clean_with_bank};
pub use tune::{Bin, Items, Measured, Sample, sample};
