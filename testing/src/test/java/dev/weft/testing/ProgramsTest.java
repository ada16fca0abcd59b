package dev.weft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgramsTest {
    @Test
    void returnsAllThatAProgramSays() throws Exception {
        assertThat(Programs.output(shell("echo one; echo two"))).isEqualTo("one\ntwo\n");
    }

    @Test
    void killsAProgramThatDoesNotEndAndItsChildren() throws Exception {
        Process program = shell("echo begun; sleep 1000 & sleep 1000; true");
        assertThatThrownBy(() -> Programs.output(program, Duration.ofMillis(300)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not end within PT0.3S")
                .hasMessageContaining("begun");
        assertThat(program.isAlive()).isFalse();
    }

    private static Process shell(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script).start();
    }
}
