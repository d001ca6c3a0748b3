//! All that the package uses of the crate, named once.

pub(crate) use refrain::{
    Bank, Class, CleanOptions, Corpus, Error, Findings, Index, Keep, Kind, LabelledParagraph,
    Labeller, Level, Observer, Options as Reading, Page, Place, Recipe, Result, Row, Rows,
    Settings, Split, Time,
    bank::Day,
    base::{error::meant, page::PageNumber},
    chrome::{BUILT_IN_SEEDS, ChromeFamily, SiteCounts, seed_bank},
    clean, cli,
    copies::{Passage, Share},
    engine::{ClusterFinding, MostBad, Stage, Unit, label_pages},
    evidence::{
        ChromeAction, CopiesAction, Summary, ToldPages, rows::Decimal, write_evidence, write_json,
    },
    index::Disposition,
    records::{
        CleanSink, Files, Format, Single, SiteBy, Target, TextFormat, day_text, named_inputs,
        named_json_lines, named_site, site_of_url, time_text,
    },
    report,
    runs::{
        Cleaned, Explainer, FoundPage, IndexPass, Knowledge, LabelsFrom, LearntPages, add_to_index,
        clean_with_bank, find_in_index, index_clusters, index_writer, learn_bank, merge_banks,
    },
    scan,
    store::{AtomicFile, Force},
};
