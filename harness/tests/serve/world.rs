//! Time that leaves no trace, however often somebody looks; and the same world of the same orders.

use dasdlab_harness::serve::{Living, site};
use dasdlab_model::command::{Command, Issuer};
use dasdlab_model::event::Time;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::site::Site;
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_servers::control::order::{ControlOrder, Question};
use dasdlab_servers::core::Core;
use dasdlab_servers::order::Order;
use dasdlab_simulator::World;
use proptest::prelude::*;

fn site_of(text: &str) -> Site {
    let Content::Site(site) = parse("site.toml", text.to_owned(), Encoding::Toml).unwrap().content else {
        unreachable!("a site")
    };
    *site
}

const BCV: &str = include_str!("../common/bcv.toml");

pub(crate) fn bcv() -> Site {
    site_of(BCV)
}

pub(crate) fn flashcopy() -> Site {
    site_of(include_str!("../common/flashcopy.toml"))
}

/// The site of [`bcv`] with another IMS system on the same array, and a profile of its own.
pub(crate) fn two_profiles() -> Site {
    let mut site = bcv();
    let twin = BCV.replace("IMSP", "IMSQ").replace("UCAT.DB", "UCAT.DQ").replace("IMS{", "IMQ{").replace("IMS00", "IMQ00");
    let twin = twin.replace("BCV{", "BCQ{").replace("ua = \"00\"", "ua = \"10\"").replace("ua = \"80\"", "ua = \"90\"");
    let mut twin = site_of(&twin.replace("\"200", "\"201").replace("\"208", "\"209"));
    site.volumes.append(&mut twin.volumes);
    site.ims.append(&mut twin.ims);
    site.catalogs.append(&mut twin.catalogs);
    site.data_sets.append(&mut twin.data_sets);
    site.profiles.append(&mut twin.profiles);
    site
}

pub(crate) fn core(site: &Site) -> Core {
    Core::new(Box::new(Living::new(World::boot(site).unwrap(), String::new())))
}

fn orders() -> Vec<Order> {
    let profile = || "IMSP DATA".parse().unwrap();
    let mirror = |source: u8, bcv: u8, order| Order::Command {
        by: Issuer::Foreign("QA".to_owned()),
        command: Command::Mirror {
            standard: format!("000290100001/20/{source:02X}").parse().unwrap(),
            bcv: format!("000290100001/20/{bcv:02X}").parse().unwrap(),
            order,
        },
    };
    let fault = |text: &str| Order::Control(ControlOrder::Fault(Box::new(serde_json::from_str(text).unwrap())));
    vec![
        mirror(0, 0x80, MirrorOrder::EstablishFull),
        mirror(0, 0x80, MirrorOrder::SplitInstant),
        mirror(1, 0x83, MirrorOrder::EstablishFull),
        mirror(1, 0x83, MirrorOrder::SplitForced),
        mirror(1, 0x83, MirrorOrder::EstablishIncremental),
        Order::Control(ControlOrder::Setup { profile: profile(), wait_ms: 7_200_000 }),
        Order::Control(ControlOrder::Job { profile: profile(), setup_only: false, wait_ms: 7_200_000 }),
        Order::Control(ControlOrder::Advance { by_ms: 90_000 }),
        fault(
            r#"{"what":{"rate":{"array":"000290100001","tracks":100}},"when":{"command":{"kind":"establish","nth":1}},"for":"10m"}"#,
        ),
        fault(
            r#"{"what":{"pair-failed":{"pair":{"generation":1,"nth":2}}},"when":{"copied":{"pair":{"generation":1,"nth":1},"percent":40}}}"#,
        ),
        fault(r#"{"what":{"lose":{}},"when":{"enters":{"pair":{"generation":1,"nth":1},"state":"Synchronized"}}}"#),
        fault(r#"{"what":{"delay":{"by":"30s"}},"when":{"phase":{"name":"establish"}}}"#),
        fault(r#"{"what":{"abend":{}},"when":{"after":"setup"}}"#),
    ]
}

/// What there is after these orders, each so many milliseconds after the one before; looked at so often in between.
fn lived(plan: &[(u64, usize, u8)], looks: bool) -> (Site, String) {
    let (mut core, orders) = (core(&bcv()), orders());
    let mut now = 0;
    let mut go = |core: &mut Core, gap: u64, looked: u8| {
        if looks {
            for look in 1..=u64::from(looked) {
                core.engine.advance(Time(now + gap * look / (u64::from(looked) + 1)));
                core.engine.look();
                core.engine.take_events();
            }
        }
        now = core.engine.now().0.max(now + gap);
        now
    };
    for &(gap, order, looked) in plan {
        let at = go(&mut core, gap, looked);
        core.apply(Time(at), false, &orders[order % orders.len()]);
    }
    let end = go(&mut core, 40_000_000, 9);
    core.engine.advance(Time(end));
    let mut said = String::new();
    for question in [Question::Work(None), Question::Work(Some(1)), Question::Faults] {
        said += &format!("{:?}\n", core.engine.answer(&question));
    }
    (site(&mut core).unwrap(), said)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn it_makes_no_difference_how_often_somebody_looks(
        plan in prop::collection::vec((0_u64..400_000, 0_usize..13, 0_u8..5), 1..12)
    ) {
        prop_assert_eq!(lived(&plan, true), lived(&plan, false));
    }
}
