//! All that the package uses of the crate, named once.

pub(crate) use refrain::{
    Class, Error, Result,
    chrome::{BUILT_IN_SEEDS, Bank, ChromeFamily, Day, SiteCounts, Time, seed_bank},
    cli,
    copies::{Passage, Share},
    error::meant,
    index::{Fate, Index},
    input::{
        Corpus, Format, Options as Reading, Row, Rows, SiteBy, TextFormat, day_text, named_inputs,
        named_site, site_of_url, time_text,
    },
    output::{
        ChromeAction, CleanOptions, CleanSink, ClusterFinding, CopiesAction, Files, Findings,
        Single, Summary, Target, ToldPages, named_json_lines, rows::Decimal, write_evidence,
        write_json,
    },
    page::{Kind, Page, PageNumber, Place},
    pipeline::{
        Cleaned, Explainer, FoundPage, IndexPass, Knowledge, LabelledParagraph, LabelsFrom,
        MostBad, Observer, PageLabeller, Settings, Stage, Unit, Unobserved, add_to_index, clean,
        clean_with_bank, find_in_index, index_clusters, index_writer, label_pages, learn_bank,
        merge_banks, scan,
    },
    recipe::{Keep, Level, Recipe, Split},
    report,
    store::{AtomicFile, Force},
};
