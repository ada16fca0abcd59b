package dev.weft.policy.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TokenTest {

    /** The characters as RFC 9110 lists them. */
    private static final String ALL = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    @Test
    void theFunctionAndThePatternsKnowTheSameCharacters() {
        for (int c = 0; c <= 0x17f; c++) {
            String one = Character.toString(c);
            boolean expected = ALL.indexOf(c) >= 0;
            assertThat(Token.hasCharacter(c)).as("U+%04x", c).isEqualTo(expected);
            assertThat(Token.is("x" + one + "y")).as("U+%04x", c).isEqualTo(expected);
            assertThat(one.matches(Token.PATTERN)).as("U+%04x", c).isEqualTo(expected);
            assertThat(one.matches(Token.LOWER_CASE_PATTERN))
                    .as("U+%04x", c)
                    .isEqualTo(expected && !(c >= 'A' && c <= 'Z'));
        }
    }

    @Test
    void anEmptyTextIsNone() {
        assertThat(Token.is("")).isFalse();
        assertThat(Token.hasCharacter(-1)).isFalse();
        assertThat(Token.hasCharacter((byte) 0xe4)).isFalse();
    }
}
