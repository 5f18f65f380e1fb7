//! One line of the grammar: words with alternatives `(a|b|)`, which nest, and slots `{name}`, `{name!}`.

/// A line, ready to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(pub(crate) Vec<Node>);

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Words.
    Text(String),
    /// One of these.
    Choice(Vec<Vec<Node>>),
    /// What the call puts there.
    Slot {
        /// Its name.
        name: String,
        /// Drawn anew each time; otherwise it stays for the whole call.
        fresh: bool,
    },
}

impl Template {
    /// Reads a line.
    ///
    /// # Errors
    /// Brackets that do not meet, in words.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let mut rest = line.chars().peekable();
        let nodes = sequence(&mut rest)?;
        match rest.next() {
            None => Ok(Self(nodes)),
            Some(found) => Err(format!("`{found}` outside of brackets")),
        }
    }

    /// The slots it names, nested ones too.
    #[cfg(test)]
    pub(crate) fn slots(&self) -> Vec<&str> {
        fn walk<'a>(nodes: &'a [Node], into: &mut Vec<&'a str>) {
            for node in nodes {
                match node {
                    Node::Text(_) => {}
                    Node::Choice(ways) => ways.iter().for_each(|way| walk(way, into)),
                    Node::Slot { name, .. } => into.push(name),
                }
            }
        }
        let mut slots = Vec::new();
        walk(&self.0, &mut slots);
        slots
    }
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn sequence(rest: &mut Rest<'_>) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    let mut text = String::new();
    while let Some(&next) = rest.peek() {
        if next == '|' || next == ')' {
            break;
        }
        rest.next();
        match next {
            '(' => {
                flush(&mut text, &mut nodes);
                nodes.push(choice(rest)?);
            }
            '{' => {
                flush(&mut text, &mut nodes);
                nodes.push(slot(rest)?);
            }
            '}' => return Err("`}` without `{`".to_owned()),
            other => text.push(other),
        }
    }
    flush(&mut text, &mut nodes);
    Ok(nodes)
}

fn choice(rest: &mut Rest<'_>) -> Result<Node, String> {
    let mut ways = Vec::new();
    loop {
        ways.push(sequence(rest)?);
        match rest.next() {
            Some('|') => {}
            Some(')') => return Ok(Node::Choice(ways)),
            _ => return Err("`(` without `)`".to_owned()),
        }
    }
}

fn slot(rest: &mut Rest<'_>) -> Result<Node, String> {
    let mut name = String::new();
    for next in rest.by_ref() {
        if next != '}' {
            name.push(next);
            continue;
        }
        let fresh = name.ends_with('!');
        let name = name.trim_end_matches('!').to_owned();
        return if name.is_empty() {
            Err("`{}` without a name".to_owned())
        } else {
            Ok(Node::Slot { name, fresh })
        };
    }
    Err("`{` without `}`".to_owned())
}

fn flush(text: &mut String, nodes: &mut Vec<Node>) {
    if !text.is_empty() {
        nodes.push(Node::Text(std::mem::take(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nested_alternatives_and_slots() {
        let template = Template::parse("您好(|，{who}(先生|女士))，{item!}呢").unwrap();
        assert_eq!(template.slots(), ["who", "item"]);
        assert_eq!(template.0.len(), 5);
        assert!(matches!(&template.0[1], Node::Choice(ways) if ways.len() == 2 && ways[0].is_empty()));
    }

    #[test]
    fn says_which_bracket_is_wrong() {
        for (line, problem) in [
            ("(a|b", "`(` without `)`"),
            ("a)", "`)` outside of brackets"),
            ("{a", "`{` without `}`"),
            ("}", "`}` without `{`"),
            ("{!}", "`{}` without a name"),
        ] {
            assert_eq!(Template::parse(line).unwrap_err(), problem);
        }
    }
}
