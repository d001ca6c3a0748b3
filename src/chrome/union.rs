//! Pages that were found to be one page, pair by pair, to groups.

/// The most copies of a page that its own site prints under different URLs. More pages with the same
/// prose are a template: video pages that all list the same programmes.
const COPIES: usize = 5;

/// Union-find whose root is the smallest page of a group, in whatever order pairs come.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    parent: Vec<u32>,
}

impl Union {
    pub(crate) fn new(pages: usize) -> Union {
        Union { parent: (0..).take(pages).collect() }
    }

    fn root(&mut self, mut page: u32) -> u32 {
        while self.parent[page as usize] != page {
            let up = self.parent[page as usize];
            self.parent[page as usize] = self.parent[up as usize];
            page = self.parent[page as usize];
        }
        page
    }

    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// A group of more than half of a site, or of more than [`COPIES`] pages, is a template and not
    /// copies: its pages part again.
    pub(crate) fn dissolve_templates(&mut self) {
        let pages = self.parent.len();
        let mut size = vec![0_usize; pages];
        let roots: Vec<u32> = (0..).take(pages).map(|page| self.root(page)).collect();
        for &root in &roots {
            size[root as usize] += 1;
        }
        for (page, &root) in (0..).zip(&roots) {
            let size = size[root as usize];
            if size > COPIES || (size > 2 && 2 * size > pages) {
                self.parent[page as usize] = page;
            }
        }
    }

    /// By page the number of its group, in order of first appearance, and how many there are.
    pub(crate) fn groups(mut self) -> (Vec<u32>, u32) {
        let pages = self.parent.len();
        let mut of = vec![0; pages];
        let mut count = 0;
        for page in (0..).take(pages) {
            let root = self.root(page);
            // The root is the smallest page of its group, so it has its number already.
            of[page as usize] = if root == page {
                count += 1;
                count - 1
            } else {
                of[root as usize]
            };
        }
        (of, count)
    }
}
