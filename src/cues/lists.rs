//! The lists of words and phrases, by language.

/// Language and list. See `seeds/cues/README.md` for what stands in them.
pub const LISTS: [(&str, &str); 12] = [
    ("ar", include_str!("../../seeds/cues/ar.txt")),
    ("de", include_str!("../../seeds/cues/de.txt")),
    ("en", include_str!("../../seeds/cues/en.txt")),
    ("es", include_str!("../../seeds/cues/es.txt")),
    ("fr", include_str!("../../seeds/cues/fr.txt")),
    ("it", include_str!("../../seeds/cues/it.txt")),
    ("ja", include_str!("../../seeds/cues/ja.txt")),
    ("nl", include_str!("../../seeds/cues/nl.txt")),
    ("pl", include_str!("../../seeds/cues/pl.txt")),
    ("pt", include_str!("../../seeds/cues/pt.txt")),
    ("ru", include_str!("../../seeds/cues/ru.txt")),
    ("zh", include_str!("../../seeds/cues/zh.txt")),
];
