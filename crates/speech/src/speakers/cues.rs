//! What agents say and customers do not, and the other way round.

use lingjian_language::Folded;

/// Folded phrases and how strongly each speaks for the agent.
const AGENT: [(&str, f32); 62] = [
    ("工号", 3.0),
    ("客服", 1.0),
    ("客户服务", 2.0),
    ("服务中心", 2.0),
    ("很高兴为您服务", 3.0),
    ("为您服务", 2.5),
    ("有什么可以帮", 3.0),
    ("有什么能帮", 3.0),
    ("可以帮到您", 2.5),
    ("帮您查", 2.0),
    ("为您查", 2.0),
    ("帮您登记", 2.0),
    ("为您登记", 2.0),
    ("帮您处理", 2.0),
    ("为您处理", 2.0),
    ("给您带来不便", 2.5),
    ("感谢您的来电", 3.0),
    ("感谢您的耐心", 2.0),
    ("请您稍等", 2.0),
    ("请稍等", 1.5),
    ("请问您贵姓", 2.0),
    ("请问怎么称呼", 2.0),
    ("您的订单号", 1.5),
    ("您的手机号", 1.5),
    ("您的身份证", 1.5),
    ("跟您核实", 2.0),
    ("和您核对", 2.0),
    ("还有其他可以帮", 2.5),
    ("祝您生活愉快", 2.5),
    ("请对我的服务", 3.0),
    ("满意度评价", 2.5),
    ("通话将被录音", 3.0),
    ("我是您的专属", 2.5),
    ("我们公司", 0.7),
    ("您", 0.05),
    ("thank you for calling", 3.0),
    ("thanks for calling", 3.0),
    ("thank you for reaching out", 2.5),
    ("thank you for contacting", 2.5),
    ("thank you for choosing", 2.0),
    ("how may i help", 3.0),
    ("how can i help", 3.0),
    ("how may i assist", 3.0),
    ("how can i assist", 3.0),
    ("may i have your", 2.5),
    ("can i have your", 2.0),
    ("could you please provide", 2.5),
    ("could you provide", 2.5),
    ("can you please provide", 2.5),
    ("may i please have", 2.5),
    ("for verification", 1.5),
    ("to assist you", 1.5),
    ("anything else i can", 2.5),
    ("is there anything else", 2.5),
    ("we apologize", 1.5),
    ("i apologize for", 1.5),
    ("this call may be recorded", 3.0),
    ("this call is recorded", 3.0),
    ("our records", 1.0),
    ("let me check", 1.0),
    ("speaking with you", 1.0),
    ("have a great day", 0.7),
];

/// The same for the customer.
const CUSTOMER: [(&str, f32); 30] = [
    ("我要投诉", 2.5),
    ("我要退", 2.5),
    ("我想退", 2.5),
    ("我想咨询", 2.0),
    ("我想问", 1.5),
    ("我想查", 1.5),
    ("我买的", 2.0),
    ("我的订单", 1.5),
    ("我在你们", 2.0),
    ("你们公司", 1.5),
    ("你们的服务", 2.0),
    ("你们怎么", 2.0),
    ("你们", 0.3),
    ("什么时候能", 0.7),
    ("叫你们领导", 2.5),
    ("消费者协会", 1.5),
    ("my order", 1.5),
    ("my account", 1.0),
    ("my bill", 1.5),
    ("i want a refund", 2.0),
    ("i want to cancel", 2.0),
    ("id like to cancel", 2.0),
    ("i bought", 2.0),
    ("i ordered", 2.0),
    ("im calling about", 1.5),
    ("i am calling about", 1.5),
    ("im having trouble", 1.5),
    ("my email is", 1.5),
    ("my phone number is", 1.5),
    ("speak to your manager", 2.0),
];

/// How strongly a text speaks for the agent (positive) or the customer (negative); 0 says nothing. About 3 settles
/// it.
pub(crate) fn agent(text: &str) -> f32 {
    let folded = Folded::new(text);
    let sum = |cues: &[(&str, f32)]| -> f32 {
        cues.iter().filter(|(cue, _)| folded.as_str().contains(cue)).map(|(_, weight)| weight).sum()
    };
    sum(&AGENT) - sum(&CUSTOMER)
}

#[cfg(test)]
mod tests {
    use super::agent;

    #[test]
    fn both_sides_are_known_by_their_words() {
        for text in
            ["您好，這裡是客戶服務中心，工號一零二四", "Thank you for calling Acme. How may I help you?"]
        {
            assert!(agent(text) >= 3.0, "{text}");
        }
        for text in ["我要退货，你们的服务态度太差了", "I'm calling about my order."] {
            assert!(agent(text) <= -2.0, "{text}");
        }
        assert_eq!(agent("嗯。"), 0.0);
    }
}
