//! Repairs and objections to records: what narrows or marks a record, and what lifts a mark.

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{EntryTarget, Notice, Said},
};
use tiaoxi_credit::{
    Effect, Kind, Statement,
    statement::{End, ObjectionMark, Repair},
};
use tiaoxi_recognition::Place;
use tiaoxi_views::{EntryRef, effects::Happening};

use super::{About, Notices, Told, shown};
use crate::own::{Life, Version};

impl Notices {
    /// Narrows a repaired record: it is no longer published, shared or used. `None` where it was
    /// repaired before.
    pub(crate) fn repair(
        &self,
        version: &Version,
        repair: Repair,
        preview: bool,
    ) -> Result<Option<Said>, ServiceError> {
        let is_repair = |it: &Happening| it.kind == Kind::Repair as u8;
        if self.holding(version.entry, None).iter().any(is_repair) {
            return Ok(None);
        }
        let words = format!("信用修复：{}", version.record.document);
        self.say(version, &Statement::Repair(repair), preview, words).map(Some)
    }

    /// Marks a record as objected to.
    pub(crate) fn mark(
        &self,
        place: &Place,
        mark: ObjectionMark,
        preview: bool,
    ) -> Result<Said, ServiceError> {
        self.own.refresh()?;
        let version = self.record_named(place)?;
        let words = format!("异议标注：{}（{}）", version.record.document, mark.objection);
        self.say(&version, &Statement::ObjectionMark(mark), preview, words)
    }

    /// Lifts the open marks of a record. An objection that is right is followed by a correction or a
    /// withdrawal, which is another step.
    pub(crate) fn answer(
        &self,
        place: &Place,
        end: &End,
        preview: bool,
    ) -> Result<Said, ServiceError> {
        self.own.refresh()?;
        let version = self.record_named(place)?;
        let holding = self.holding(version.entry, None);
        let marks = holding.into_iter().filter(|it| it.effect == Effect::Marks);
        let mut last = None;
        for mark in marks {
            let notices = self.own.notices()?;
            let about = About {
                entry: mark.by,
                origin: notices.clone(),
                item: version.item,
                life: Life::Stands,
                is_signed: true,
            };
            let told =
                Told { record: Some(shown::record(&version.record)), records: None, preview };
            let notice = self.append(&about, &Statement::End(end.clone()), told)?;
            let label = end.cause.label().unwrap_or_default();
            last = Some(said(notice, format!("异议答复：{}（{label}）", version.record.document)));
        }
        last.ok_or_else(|| Code::ObjectionNotFound.into())
    }

    fn record_named(&self, place: &Place) -> Result<Version, ServiceError> {
        self.record_at(&EntryTarget { entry: place.number, log: Some(place.origin.to_string()) })
    }

    /// What holds of a record now.
    fn holding(&self, entry: EntryRef, import: Option<EntryRef>) -> Vec<Happening> {
        self.own.state(entry, import).because
    }

    fn say(
        &self,
        version: &Version,
        statement: &Statement,
        preview: bool,
        words: String,
    ) -> Result<Said, ServiceError> {
        let told = Told { record: Some(shown::record(&version.record)), records: None, preview };
        let notice = self.append(&About::from(version.clone()), statement, told)?;
        Ok(said(notice, words))
    }
}

fn said(notice: Notice, words: String) -> Said {
    Said {
        log: notice.log,
        number: notice.number,
        kind: notice.kind,
        preview: notice.preview,
        about: Some(notice.concerns),
        subject_name: notice.record.and_then(|record| record.name),
        words,
    }
}
