use std::collections::HashMap;

pub struct User {
    pub name: String,
    pub tags: Vec<String>,
}

pub fn load(lines: &[String]) -> Option<User> {
    let mut fields = HashMap::new();
    for line in lines {
        let (key, value) = line.split_once('=').unwrap();
        if key.is_empty() {
            return None;
        }
        fields.insert(key, value);
    }
    let name = fields.get("name").expect("a user has a name");
    fn words(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }
    let tags = fields.get("tags").map(|text| words(text)).unwrap_or_default();
    if tags.len() > 100 {
        panic!("{name} has {} tags", tags.len());
    }
    Some(User { name: (*name).to_owned(), tags })
}
