//! The language in which commands answer people: Chinese where the environment asks for it, else
//! English. Help texts are English; `README.zh-CN.md` is the Chinese guide.

use std::env;

/// Variables that say it, the first that is set deciding.
const VARIABLES: [&str; 4] = ["TIAOXI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/// A language of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// That of the environment.
    pub(crate) fn of_environment() -> Self {
        Self::of(VARIABLES.iter().filter_map(|name| env::var(name).ok()))
    }

    fn of(settings: impl Iterator<Item = String>) -> Self {
        match settings.into_iter().find(|setting| !setting.is_empty()) {
            Some(setting) if setting.to_ascii_lowercase().starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The text in this language.
    pub(crate) fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_setting_decides() {
        for (settings, expected) in [
            (&["zh_CN.UTF-8"][..], Language::Chinese),
            (&["", "ZH"], Language::Chinese),
            (&["en_GB.UTF-8", "zh_CN.UTF-8"], Language::English),
            (&["C"], Language::English),
            (&[], Language::English),
        ] {
            let found = Language::of(settings.iter().map(|setting| (*setting).to_owned()));
            assert_eq!(found, expected, "{settings:?}");
        }
    }
}
