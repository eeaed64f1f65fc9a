//! Faults that meet the orders of a client: one is lost on the way, one is answered late.

use dasdlab_servers::control::order::ControlOrder;
use dasdlab_servers::order::{Order, Outcome};

use crate::lab::Lab;

/// The relationship of the orders of these tests, and those that were there before.
const PAIR: &str = "1100:1101";
const BEFORE: [&str; 2] = ["1110:1112", "1111:1113"];

async fn fault(lab: &Lab, what: &str) {
    let text = format!(r#"{{"what":{what},"when":{{"command":{{"kind":"flashcopy"}}}}}}"#);
    let order = ControlOrder::Fault(Box::new(serde_json::from_str(&text).unwrap()));
    let said = lab.desk.order(Order::Control(order)).await.unwrap();
    assert!(matches!(said, Outcome::Control(Ok(_))), "{said:?}");
}

#[tokio::test]
async fn a_lost_order_is_no_answer_of_the_array_and_the_same_order_is_obeyed_afterwards() {
    let lab = Lab::new().await;
    fault(&lab, r#"{"lose":{}}"#).await;
    assert_eq!(lab.establish(&[PAIR], &["persistent"]).await.says(), (504, "failed", "BE7AD124"));
    assert_eq!(lab.relations().await, BEFORE);
    assert_eq!(lab.establish(&[PAIR], &["persistent"]).await.status.as_u16(), 201);
    assert_eq!(lab.relations().await, [&[PAIR], &BEFORE[..]].concat());
}

#[tokio::test]
async fn a_delayed_order_is_seen_by_others_at_once_and_answered_when_its_time_has_come() {
    let lab = Lab::new().await;
    fault(&lab, r#"{"delay":{"by":"3s"}}"#).await;
    let mut late = std::pin::pin!(lab.establish(&[PAIR], &["persistent"]));
    loop {
        tokio::select! {
            biased;
            answer = &mut late => panic!("answered too early: {answer:?}"),
            relations = lab.relations() => if relations.contains(&PAIR.to_owned()) { break },
        }
    }
    tokio::select! {
        biased;
        answer = &mut late => panic!("answered too early: {answer:?}"),
        // Asked behind it: what was due by then would have been answered.
        _ = async { lab.wait(2_999).await; lab.relations().await } => {}
    }
    let (answer, ()) = tokio::join!(late, lab.wait(1));
    assert_eq!(answer.status.as_u16(), 201);
    assert_eq!(answer.column("flashcopies", "id"), [PAIR]);
}
