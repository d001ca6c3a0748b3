//! HTML files of any bytes.

use refrain::{
    base::cpu::Tier,
    records::{Fields, as_json, json_fields},
};

use super::reading::{File, read};

pub fn target(bytes: &[u8]) {
    read(&File::new("page.html", bytes), |_, _, record| {
        let mut line = Vec::new();
        let text = record.page.text.as_ref();
        let made =
            as_json(record, &record.others, text, &Fields::default(), Tier::best(), &mut line);
        let fields = json_fields(made.raw).unwrap();
        let (_, found) = fields.iter().find(|(name, _)| name == "text").unwrap();
        assert_eq!(serde_json::from_str::<String>(found).unwrap(), text);
    });
}
