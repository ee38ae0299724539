//! What is known of key supervision objects, as it is shown.

use tiaoxi_api::{
    code::Code,
    service::{ListingsQuery, ServiceError},
    types::{
        self, AgreementShown, ConfirmedUntil, Date, DutyShown, ExchangeStatus, HeartbeatShown,
        LateShown, ListingShown, ListingsPage, MapShown, RefusedShown, SubjectSupervision,
        SupervisionShown,
    },
};
use tiaoxi_credit::{CodeScheme, Kind, SubjectCode};
use tiaoxi_federation::terms::{Agreement, Map};
use tiaoxi_recognition::{ListingView, Place, RecognitionState, View};
use tiaoxi_views::query::SubjectQuery;

use super::{
    Exchange,
    desk::{ExchangeDesk, place_of, place_shown, stands},
};
use crate::clock;

mod listing;

use listing::Names;

impl Exchange {
    /// The supervision catalogue of this node.
    pub(crate) fn supervision_shown(&self) -> SupervisionShown {
        SupervisionShown::of(&self.supervision, self.read().view().today())
    }

    /// The agreements of the charter.
    pub(crate) fn agreements_shown(&self) -> Vec<AgreementShown> {
        let today = self.read().view().today();
        let shown = |agreement: &Agreement| AgreementShown {
            id: agreement.id().to_string(),
            version: agreement.version(),
            name: agreement.name().to_owned(),
            parties: agreement.parties().iter().map(ToString::to_string).collect(),
            starts: Date(agreement.starts()),
            ends: Date(agreement.ends()),
            in_force: (agreement.starts()..=agreement.ends()).contains(&today),
            freshness_hours: u16::try_from(agreement.freshness_seconds() / 3600)
                .unwrap_or(u16::MAX),
            propagation_days: agreement.propagation_days(),
            handling_days: agreement.handling_days(),
            sole_traders: agreement.allows_sole_traders(),
            duties: agreement.duties().iter().map(|duty| self.duty_shown(duty)).collect(),
            maps: agreement.maps().iter().map(map_shown).collect(),
        };
        self.terms().agreements().map(shown).collect()
    }

    fn duty_shown(&self, duty: &tiaoxi_federation::terms::DomainDuty) -> DutyShown {
        DutyShown {
            domain: duty.domain.to_string(),
            domain_name: Names(&self.supervision).domain(duty.domain.as_str()),
            members: duty.members.iter().map(ToString::to_string).collect(),
        }
    }

    /// One listing.
    pub(crate) fn listing_shown(&self, place: &types::Place) -> Result<ListingShown, ServiceError> {
        let place = place_of(place)?;
        let reading = self.read();
        let view = reading.view();
        let listing = view.listing(&place);
        let listing = listing.ok_or_else(|| ServiceError::from(Code::ListingNotFound))?;
        Ok(listing::shown(&view, &listing))
    }

    /// Listings chosen by a query.
    pub(crate) fn listings_page(&self, query: &ListingsQuery) -> ListingsPage {
        let reading = self.read();
        let view = reading.view();
        let from = usize::try_from(query.from).unwrap_or(usize::MAX);
        let limit = usize::from(query.limit);
        let mut chosen =
            view.places().filter(|place| self.is_chosen(query, &view, place)).skip(from);
        let places: Vec<Place> = chosen.by_ref().take(limit).collect();
        let listings = places.iter().filter_map(|place| view.listing(place));
        let listings = listings.map(|it| listing::shown(&view, &it)).collect();
        let more = chosen.next().is_some();
        ListingsPage { listings, more }
    }

    /// What costs least is asked first: most listings are seen no closer.
    fn is_chosen(&self, query: &ListingsQuery, view: &View<'_>, place: &Place) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        let agreement = place.origin.channel.agreement();
        agreement.is_some_and(|id| same(&query.agreement, id.as_str()))
            && same(&query.origin, place.origin.member.as_str())
            && query.state.as_ref().is_none_or(|state| state == view.state(place).name())
            && (!query.undecided || self.may_be_undecided(view, place))
    }

    fn may_be_undecided(&self, view: &View<'_>, place: &Place) -> bool {
        let waits = place.origin.member != self.me && stands(view.state(place));
        waits && view.listing(place).is_some_and(|listing| self.is_undecided(&listing))
    }

    /// Whether officers of this member have to decide on a listing.
    fn is_undecided(&self, listing: &ListingView<'_>) -> bool {
        listing.recognitions.get(&self.me).is_some_and(|it| {
            it.state == RecognitionState::Undecided && it.officers.is_some_and(|count| count > 0)
        })
    }

    /// Whether a subject is a key supervision object, and everything about it.
    pub(crate) fn subject_supervision(&self, query: &SubjectQuery) -> SubjectSupervision {
        let reading = self.read();
        let view = reading.view();
        let mut listings = view.of_subject(&codes(query));
        listings.sort_by_key(|it| (!it.state.in_force(), std::cmp::Reverse(it.stated)));
        let name = listings.iter().find_map(|it| it.listing).map(|it| it.subject.name.clone());
        let in_force: Vec<_> = listings.iter().filter(|it| it.state.in_force()).collect();
        let mut origins: Vec<_> =
            in_force.iter().map(|it| (it.agreement, it.origin_member)).collect();
        origins.sort();
        origins.dedup();
        let confirmed = origins.into_iter().map(|(agreement, member)| ConfirmedUntil {
            member: member.to_string(),
            fresh_until: view.confirmed_until(agreement, member),
        });
        SubjectSupervision {
            code: query.code().to_owned(),
            is_key_object: !in_force.is_empty(),
            words: subject_words(&view, name.as_deref(), &in_force),
            name,
            confirmed_until: confirmed.collect(),
            asked_at: view.now(),
            listings: listings.iter().map(|it| listing::shown(&view, it)).collect(),
        }
    }
}

/// The codes under which a listing may name the subject of a query.
pub(super) fn codes(query: &SubjectQuery) -> Vec<SubjectCode> {
    let schemes = [
        CodeScheme::USCC,
        CodeScheme::REGISTRATION,
        CodeScheme::ORGANISATION,
        CodeScheme::TAX,
        CodeScheme::INSTITUTION,
        CodeScheme::SOCIAL_ORGANISATION,
    ];
    schemes.map(|scheme| SubjectCode { scheme, code: query.code().to_owned() }).to_vec()
}

/// The answer in a sentence or two.
fn subject_words(view: &View<'_>, name: Option<&str>, in_force: &[&ListingView<'_>]) -> String {
    let name = name.unwrap_or("该主体");
    let Some(first) = in_force.first() else {
        return format!("截至 {}，本节点所知范围内，{name}不是重点监管对象。", view.today());
    };
    let origin = listing::member_name(view, first.origin_member);
    let whose = |member: &tiaoxi_federation::MemberId| {
        if member == view.me() {
            "本单位".to_owned()
        } else {
            format!("本单位随{}", listing::member_name(view, member))
        }
    };
    let here = match &first.here {
        Some(here) if here.follows => {
            let inspection = here.inspection.label().unwrap_or_default();
            format!("{}：{}，{inspection}", whose(&here.member), here.state.label())
        }
        Some(here) => {
            format!("{}：{}，不采取措施", whose(&here.member), here.state.label())
        }
        None => "由本单位或本市列入".to_owned(),
    };
    let others = match in_force.len() {
        1 => String::new(),
        count => format!("另有 {} 条列入。", count - 1),
    };
    format!("{name}是重点监管对象：由{origin}列入，{}。{here}。{others}", first.state.label())
}

fn map_shown(map: &Map) -> MapShown {
    MapShown {
        receiver: map.receiver.as_ref().map(ToString::to_string),
        domain: map.domain.to_string(),
        standard: map.standard.to_string(),
        standard_version: map.standard_version,
        level: map.level.to_string(),
        here: map.here.to_string(),
        inspection: listing::inspection_name(map.inspection),
        inspection_zh: listing::inspection_label(map.inspection),
        measures: map.measures.iter().map(ToString::to_string).collect(),
        officers: map.officers,
        term_months_max: map.term_months_max,
        objection_pauses: map.objection_pauses,
    }
}

impl ExchangeDesk {
    /// How the exchange is, for operators.
    pub(crate) fn status(&self) -> Result<ExchangeStatus, ServiceError> {
        let exchange = &*self.exchange;
        let reading = exchange.read();
        let view = reading.view();
        let (mut listings, mut in_force, mut undecided, mut contradictory) = (0, 0, 0, 0);
        for place in view.places() {
            listings += 1;
            in_force += u64::from(view.state(&place).in_force());
            if exchange.may_be_undecided(&view, &place) {
                undecided += 1;
                contradictory += u64::from(self.votes(&place)?.are_contradictory());
            }
        }
        let (waiting, waiting_total) = capped(&view.waiting(), |it| types::Waiting {
            by: place_shown(&it.by),
            kind: it.kind.map_or("unknown", Kind::name).to_owned(),
            about: it.about.as_ref().map(place_shown),
        });
        let (refused, refused_total) = capped(&view.refused(), |it| RefusedShown {
            place: place_shown(&it.place),
            by: it.by.as_ref().map(ToString::to_string),
            code: it.code.clone(),
            zh: it.zh.clone(),
            en: it.en.clone(),
        });
        let (late, late_total) = capped(&view.late(), |it| LateShown {
            listing: place_shown(&it.listing),
            what: listing::clock_kind(it.kind),
            due: Date(it.due),
            members: it.members.iter().map(ToString::to_string).collect(),
        });
        Ok(ExchangeStatus {
            now: view.now(),
            own_clock: clock::unix_seconds(),
            agreements: exchange.terms().agreements().map(|it| it.id().to_string()).collect(),
            heartbeats: self.heartbeats(&view),
            listings,
            in_force,
            undecided,
            contradictory,
            waiting,
            waiting_total,
            refused,
            refused_total,
            late,
            late_total,
        })
    }

    fn heartbeats(&self, view: &View<'_>) -> Vec<HeartbeatShown> {
        let beats = self.exchange.logs.heartbeats().into_iter();
        let shown = beats.map(|(origin, beat)| {
            let agreement = origin.channel.agreement();
            let fresh = agreement.and_then(|id| view.confirmed_until(id, &origin.member));
            let age = i128::from(view.now()) - i128::from(beat.unix_seconds());
            HeartbeatShown {
                member: origin.member.to_string(),
                log: origin.to_string(),
                unix_seconds: beat.unix_seconds(),
                age_seconds: i64::try_from(age).unwrap_or(i64::MAX),
                fresh: fresh.is_some_and(|until| until >= view.now()),
            }
        });
        shown.collect()
    }
}

/// The first of a list, shown, and how many there are.
fn capped<T, S>(all: &[T], shown: impl Fn(&T) -> S) -> (Vec<S>, u64) {
    let total = all.len() as u64;
    (all.iter().take(types::EXCHANGE_LISTED_MAX).map(shown).collect(), total)
}
