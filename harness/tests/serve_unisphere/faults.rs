//! Faults that meet the orders of a client: one is lost on the way, one is answered late.

use dasdlab_servers::control::order::ControlOrder;
use dasdlab_servers::order::{Order, Outcome};
use serde_json::Value;

use super::clones::act;
use super::lab::{ARRAY, Lab, run};

async fn fault(lab: &Lab, what: &str) {
    let text = format!(r#"{{"what":{what},"when":{{"command":{{"kind":"establish"}}}}}}"#);
    let order = ControlOrder::Fault(Box::new(serde_json::from_str(&text).unwrap()));
    let said = lab.desk.order(Order::Control(order)).await.unwrap();
    assert!(matches!(said, Outcome::Control(Ok(_))), "{said:?}");
}

/// Whether the session of the two groups is there.
async fn is_there(lab: &Lab) -> bool {
    let path = format!("GET /104/replication/symmetrix/{ARRAY}/storagegroup/IMSP/clone/storagegroup/FOREIGN_BCV");
    lab.ask(&path, Value::Null).await.0 == 200
}

#[test]
fn a_lost_order_leaves_nothing_and_the_same_order_is_obeyed_afterwards() {
    run(async {
        let lab = Lab::by_hand();
        fault(&lab, r#"{"lose":{}}"#).await;
        let before = lab.picture().await;
        assert_eq!(act(&lab, "create IMSP FOREIGN_BCV").await, 500);
        assert_eq!((lab.picture().await, is_there(&lab).await), (before, false));
        assert_eq!((act(&lab, "create IMSP FOREIGN_BCV").await, is_there(&lab).await), (201, true));
    });
}

#[test]
fn a_delayed_order_is_seen_by_others_at_once_and_answered_when_its_time_has_come() {
    run(async {
        let lab = Lab::by_hand();
        fault(&lab, r#"{"delay":{"by":"3s"}}"#).await;
        let mut late = std::pin::pin!(act(&lab, "create IMSP FOREIGN_BCV"));
        loop {
            tokio::select! {
                biased;
                status = &mut late => panic!("answered too early: {status}"),
                seen = is_there(&lab) => if seen { break },
            }
        }
        tokio::select! {
            biased;
            status = &mut late => panic!("answered too early: {status}"),
            // Asked behind it: what was due by then would have been answered.
            _ = async { lab.wait(2_999).await; is_there(&lab).await } => {}
        }
        let (status, ()) = tokio::join!(late, lab.wait(1));
        assert_eq!(status, 201);
    });
}
