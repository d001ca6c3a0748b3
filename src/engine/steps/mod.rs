//! The steps of a run: records in, records out. No step knows where records wait, and no runner knows a rule.
//!
//! | step | key | takes | gives |
//! | --- | --- | --- | --- |
//! | [`gather`] | – | pages | columns |
//! | [`near`] | site | columns of a shard | near-duplicates to be decided; long families of each site |
//! | [`cross_site`] | family | long families of sites | families known on every site |
//! | [`label`] | site | columns of a shard | marks, chrome families, counts |
//! | [`meet`] | page, then key | columns and marks | keys, pairs of pages that share them |
//! | [`count`] | first page | pairs that met | candidates |
//! | [`texts`] | page | candidates | bodies, titles, samples of chrome |
//! | [`verify`] | any pairs | two bodies | links with proof |
//! | [`cluster`] | component | links | clusters, members, passages |
//!
//! A step may rely on one thing: all records of a key are in one call, in any order. It sorts what it needs sorted.

pub(crate) mod cluster;
pub(crate) mod count;
pub(crate) mod cross_site;
pub(crate) mod gather;
pub(crate) mod label;
pub(crate) mod lines;
pub(crate) mod meet;
pub(crate) mod near;
pub(crate) mod texts;
pub(crate) mod verify;
