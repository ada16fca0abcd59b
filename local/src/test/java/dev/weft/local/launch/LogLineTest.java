package dev.weft.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogLineTest {

    private static final String HEAD = "{\"time\":\"2026-01-01T00:00:00Z\",\"level\":\"warn\",\"logger\":\"a.B\",";

    @Test
    void saysWhatALineSaysAndLeavesOutWhatIsNotThere() {
        assertThat(LogLine.forPeople(HEAD + "\"message\":\"refused\",\"code\":null,\"bytes\":7,\"why\":[\"a\",1]}"))
                .isEqualTo("WARN refused bytes=7 why=[\"a\",1]");
    }

    @Test
    void aPeersTextIsNoFurtherLineAndNoCommandToTheTerminal() {
        assertThat(LogLine.forPeople(HEAD + "\"message\":\"a\\nINFO all is well\\u001b[2J\"}"))
                .isEqualTo("WARN a?INFO all is well?[2J");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "{", "{\"level\":\"warn\"}", "{\"level\":1,\"message\":\"a\"}", "[1]"})
    void leavesEveryOtherLineAsItIs(String line) {
        assertThat(LogLine.forPeople(line)).isEqualTo(line);
    }
}
