//! Any bytes come back: random ones, and good input that was damaged.

use lingjian_intake::fuzz;
use proptest::prelude::*;

type Target = fn(&[u8]);

const GOOD: [(Target, &str); 6] = [
    (
        fuzz::transcript,
        r#"{"id":"a","started_at":"2026-11-01T09:00:00+08:00","duration_ms":9,"attributes":{"x":1.5,"y":true},
"turns":[{"role":"agent","start_ms":0,"end_ms":9,"text":"您好\n","words":[{"text":"您","start_ms":0,"end_ms":4,"confidence":1}]}],
"sound":{"speech":[{"role":"agent","start_ms":0,"end_ms":9}]}}"#,
    ),
    (
        fuzz::transcript,
        r#"[{"speaker":"Agent","text":"Hi","stime":0,"etime":1.5},{"role":"客户","text":"x","start_ms":1,"end_ms":2}]"#,
    ),
    (
        fuzz::lines,
        "\u{feff}{\"id\":\"a\",\"turns\":[]}\n\n{\"turns\":[{\"role\":\"agent\",\"start_ms\":0,\"end_ms\":9,\"text\":\"x\"}]}\n",
    ),
    (
        fuzz::vcon,
        r#"{"vcon":"0.0.1","parties":[{"tel":"1","role":"agent"}],"dialog":[{"type":"recording","start":"2024-03-16T16:09:20.7","duration":57.1}],"analysis":[{"type":"transcript","body":[{"party":0,"start":0,"end":1,"text":"x"}]}]}"#,
    ),
    (
        fuzz::mapping,
        "source: a\nzone: Asia/Shanghai\ntime: [iso, '%Y']\nfile: {encoding: gb18030, header_rows: 2}\nfields:\n  id: [a, b]\n  talk: {column: c, unit: ms, values: {x: y}}\nattributes:\n  z: {column: d, type: flag}\n",
    ),
    (
        fuzz::table,
        "id,b,start,talk,hold,end\n1,x,2026-11-01 09:00,00:10,\"5\",HANG\n2,\"y\ny\",1793494800,1:00:00,,\n",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_come_back(data in prop::collection::vec(any::<u8>(), 0..600)) {
        for (target, _) in GOOD {
            target(&data);
        }
        fuzz::pattern(&data);
    }

    #[test]
    fn damaged_input_comes_back(
        which in 0..GOOD.len(),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let (target, good) = GOOD[which];
        let mut data = good.as_bytes().to_vec();
        for (at, byte, how) in hits {
            if data.is_empty() {
                break;
            }
            let at = at.index(data.len());
            match how {
                0 => data[at] = byte,
                1 => data.insert(at, byte),
                2 => drop(data.remove(at)),
                _ => data.truncate(at),
            }
        }
        target(&data);
    }

    #[test]
    fn patterns_come_back(text in "[{}a:*_.8é-]{0,20}\n[{}a:*_.8é/-]{0,40}") {
        fuzz::pattern(text.as_bytes());
    }
}
