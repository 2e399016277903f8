//! Numbers in the place of hidden values: equal exactly where the values are.

use crate::sql::Value;

/// The hidden values met so far, in one sample or one sentence.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Vec<Value>);

impl Numbers {
    /// The number of a value, from 1.
    pub(crate) fn of(&mut self, value: &Value) -> u32 {
        let known = self.0.iter().position(|other| other == value);
        let at = known.unwrap_or_else(|| {
            self.0.push(value.clone());
            self.0.len() - 1
        });
        u32::try_from(at + 1).unwrap_or(u32::MAX)
    }
}

/// What a sentence has in the place of a hidden value with a number: `‹redacted›`, `‹redacted 2›`.
pub(crate) fn word(number: u32) -> String {
    if number == 1 {
        super::REDACTED.to_owned()
    } else {
        format!("‹redacted {number}›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_number() {
        let mut numbers = Numbers::default();
        let values = [
            Value::Integer(1),
            Value::Real(1.0),
            Value::text("1"),
            Value::Integer(1),
            Value::Null,
            Value::Null,
        ];
        assert_eq!(
            values.each_ref().map(|value| numbers.of(value)),
            [1, 2, 3, 1, 4, 4]
        );
        assert_eq!(
            [word(numbers.of(&values[0])), word(numbers.of(&values[2]))],
            ["‹redacted›", "‹redacted 3›"]
        );
    }
}
