package dev.weft.daemon.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"\u001b[2J", "\r", "\n", "\u0000", "\u007f", "\u009b", "\u202e", "\u200b", "\u2028", "\u2029"})
    void whatSteersATerminalIsReplaced(String text) {
        assertThat(PlainText.is("a" + text)).isFalse();
        assertThat(PlainText.of("a" + text + "b")).startsWith("a?").endsWith("b");
        assertThat(PlainText.is(PlainText.of(text))).isTrue();
    }

    @Test
    void lettersOfSeveralScriptsAndSymbolsStay() {
        String text = "Größe 大きさ \ud83d\ude00 a/b-c";
        assertThat(PlainText.is(text)).isTrue();
        assertThat(PlainText.of(text)).isSameAs(text);
    }
}
