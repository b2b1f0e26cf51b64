//! Tokens to a tree, by binding power (a Pratt parser).

use super::lexer::{Token, tokens};
use super::{DEPTH_MAX, FUNCTIONS, Fault, Form, NODES_MAX, Node, Op};
use crate::{Said, say};
use std::ops::Range;
use terms::Fact;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser { tokens: tokens(text)?, position: 0, depth: 0, nodes: 0 };
    let node = parser.expression(0)?;
    match parser.peek() {
        (Token::End, _) => Ok(node),
        (_, span) => Err(fault(span, say("should-end"), say("should-end-cure"))),
    }
}

fn fault(span: Range<usize>, what: Said, cure: Said) -> Fault {
    Fault { span, what, cure }
}

/// Binding powers as in CEL: `?:`, `||`, `&&`, comparisons, sums, products, signs.
fn infix(token: &Token) -> Option<(Op, u8)> {
    Some(match token {
        Token::Sign("||") => (Op::Or, 2),
        Token::Sign("&&") => (Op::And, 3),
        Token::Sign("==") => (Op::Equal, 4),
        Token::Sign("!=") => (Op::Unequal, 4),
        Token::Sign("<") => (Op::Less, 4),
        Token::Sign("<=") => (Op::LessEqual, 4),
        Token::Sign(">") => (Op::Greater, 4),
        Token::Sign(">=") => (Op::GreaterEqual, 4),
        Token::Name(name) if name == "in" => (Op::In, 4),
        Token::Sign("+") => (Op::Plus, 5),
        Token::Sign("-") => (Op::Minus, 5),
        Token::Sign("*") => (Op::Times, 6),
        Token::Sign("/") => (Op::Divide, 6),
        Token::Sign("%") => (Op::Remainder, 6),
        _ => return None,
    })
}

const CONDITIONAL: u8 = 1;
const PREFIX: u8 = 7;

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    position: usize,
    depth: usize,
    nodes: usize,
}

impl Parser {
    fn peek(&self) -> (Token, Range<usize>) {
        // The last token is always `End`, and the position never passes it.
        self.tokens[self.position.min(self.tokens.len() - 1)].clone()
    }

    fn take(&mut self) -> (Token, Range<usize>) {
        let token = self.peek();
        self.position += 1;
        token
    }

    fn accept(&mut self, sign: &'static str) -> Option<Range<usize>> {
        let (token, span) = self.peek();
        if token != Token::Sign(sign) {
            return None;
        }
        self.position += 1;
        Some(span)
    }

    fn expect(&mut self, sign: &'static str) -> Result<Range<usize>, Fault> {
        let (_, span) = self.peek();
        self.accept(sign)
            .ok_or_else(|| fault(span, say("sign-missing").with("sign", sign), say("sign-missing-cure")))
    }

    fn node(&mut self, form: Form, span: Range<usize>) -> Result<Node, Fault> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(fault(span, say("expression-parts"), say("expression-split-cure")));
        }
        Ok(Node { form, span })
    }

    fn expression(&mut self, least: u8) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let (_, span) = self.peek();
            return Err(fault(span, say("expression-deep"), say("expression-split-cure")));
        }
        let mut left = self.prefix()?;
        loop {
            let (token, _) = self.peek();
            if token == Token::Sign("?") && least <= CONDITIONAL {
                self.position += 1;
                let then = self.expression(CONDITIONAL + 1)?;
                self.expect(":")?;
                let other = self.expression(CONDITIONAL)?;
                let span = left.span.start..other.span.end;
                left = self.node(Form::If(Box::new(left), Box::new(then), Box::new(other)), span)?;
                continue;
            }
            let Some((op, power)) = infix(&token).filter(|(_, power)| *power >= least.max(CONDITIONAL + 1))
            else {
                break;
            };
            self.position += 1;
            let right = self.expression(power + 1)?;
            let span = left.span.start..right.span.end;
            left = self.node(Form::Binary(op, Box::new(left), Box::new(right)), span)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Node, Fault> {
        let (token, span) = self.take();
        match token {
            Token::Number(number) => self.node(Form::Literal(Fact::Number(number)), span),
            Token::Text(text) => self.node(Form::Literal(Fact::Text(text)), span),
            Token::Name(name) => self.name(name, span),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("[") => {
                let items = self.list("]")?;
                let end = self.expect("]")?.end;
                self.node(Form::List(items), span.start..end)
            }
            Token::Sign("!") => {
                let inner = self.expression(PREFIX)?;
                let span = span.start..inner.span.end;
                self.node(Form::Not(Box::new(inner)), span)
            }
            Token::Sign("-") => {
                let inner = self.expression(PREFIX)?;
                let span = span.start..inner.span.end;
                self.node(Form::Negate(Box::new(inner)), span)
            }
            Token::Sign(sign) => {
                Err(fault(span, say("nothing-before").with("sign", sign), say("value-here-cure")))
            }
            Token::End => Err(fault(span, say("breaks-off"), say("value-here-cure"))),
        }
    }

    fn list(&mut self, close: &'static str) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        while self.peek().0 != Token::Sign(close) {
            items.push(self.expression(0)?);
            if self.accept(",").is_none() {
                break;
            }
        }
        Ok(items)
    }

    fn name(&mut self, name: String, span: Range<usize>) -> Result<Node, Fault> {
        match name.as_str() {
            "true" => return self.node(Form::Literal(Fact::Flag(true)), span),
            "false" => return self.node(Form::Literal(Fact::Flag(false)), span),
            "in" => {
                return Err(fault(span, say("nothing-before").with("sign", "in"), say("value-here-cure")));
            }
            _ => {}
        }
        if self.accept("(").is_none() {
            return self.node(Form::Name(name), span);
        }
        if name == "has" {
            let (token, place) = self.take();
            let Token::Name(fact) = token else {
                return Err(fault(place, say("has-name"), say("has-name-cure")));
            };
            let end = self.expect(")")?.end;
            return self.node(Form::Has(fact), span.start..end);
        }
        let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> =
                std::iter::once("has").chain(FUNCTIONS.iter().map(|(known, _)| *known)).collect();
            return Err(fault(span, say("no-function").with("name", &name), Said::nearest(&name, &known)));
        };
        let arguments = self.list(")")?;
        let end = self.expect(")")?.end;
        self.node(Form::Call(*function, arguments), span.start..end)
    }
}
