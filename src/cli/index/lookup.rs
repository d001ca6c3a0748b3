//! The index of a command that cleans.

use crate::{
    Error, Result,
    engine::{Findings, Settings},
    evidence::{CleanOptions, CopiesAction},
    index::{Index, IndexWriter},
    records::Corpus,
    runs::{self, FoundPage, IndexPass, KnownCopies, LabelsFrom},
    store::Force,
};

use super::{
    super::{
        args::WithIndex,
        progress::Watch,
        terminal::{Verbosity, things},
    },
    Out, rows, say,
};

/// Where a command that cleans looks pages up.
pub(in super::super) struct Lookup {
    index: Index,
    found: Option<Out>,
    /// What the pages are added to.
    add: Option<IndexWriter>,
}

impl Lookup {
    /// Opens the index that is named, if one is, and the file for what is found.
    ///
    /// # Errors
    ///
    /// *Usage* if copies are to be kept: nothing would be done with what is found; or if the index was made by
    /// another recipe, which is told before hours of work.
    pub(in super::super) fn open(
        args: &WithIndex,
        copies: CopiesAction,
        settings: &Settings,
        force: Force,
    ) -> Result<Option<Lookup>> {
        let Some(index) = &args.index else { return Ok(None) };
        if copies == CopiesAction::Keep {
            let problem =
                "says which pages are copies; say what happens to them with --copies drop or mark";
            return Err(Error::usage("--index", problem));
        }
        let recipe = settings.recipe.families_id();
        let (index, add) = if args.add {
            let writer = runs::index_writer(index, settings)?;
            (writer.index().clone(), Some(writer))
        } else {
            (Index::open(index)?, None)
        };
        index.check_recipe(recipe)?;
        let found = args.found.as_deref().map(|path| Out::open(path, force)).transpose()?;
        Ok(Some(Lookup { index, found, add }))
    }

    /// The index, what takes what is found in it, and what pages are added to.
    pub(in super::super) fn parts(
        &mut self,
    ) -> (&Index, impl FnMut(&FoundPage) -> Result<()>, Option<&mut IndexWriter>) {
        let Lookup { index, found, add } = self;
        let index = &*index;
        let tell = move |page: &FoundPage| match found {
            Some(out) => out.line(rows::found(page, index)?.as_ref()),
            None => Ok(()),
        };
        (index, tell, add.as_mut())
    }

    /// Adds the pages that were cleaned, if that was asked for.
    pub(in super::super) fn add(
        &mut self,
        corpus: &Corpus,
        settings: &Settings,
        findings: &Findings,
        known: Option<&KnownCopies>,
        options: CleanOptions,
        observer: &Watch,
    ) -> Result<()> {
        let Some(writer) = &mut self.add else { return Ok(()) };
        let labels = LabelsFrom::Scan(&findings.pages);
        let pass = IndexPass { corpus, settings, labels, rejects: None, observer };
        runs::add_cleaned(pass, findings, known, options, writer)?;
        Ok(())
    }

    /// What was found is on disk; says what was added.
    pub(in super::super) fn commit(self, voice: Verbosity) -> Result<()> {
        if let Some(writer) = &self.add {
            let added = writer.index().pages() - self.index.pages();
            voice.note(&format!("{} added", things(added.into(), "page", "pages")));
            say(writer.index(), voice);
        }
        self.found.map_or(Ok(()), Out::commit)
    }
}
