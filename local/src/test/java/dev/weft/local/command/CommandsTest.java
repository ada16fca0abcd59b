package dev.weft.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CommandsTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void passesInputAndReturnsOutput() throws Exception {
        assertThat(Commands.run(List.of("cat"), "a line")).isEqualTo("a line");
    }

    @Test
    void killsACommandThatDoesNotEnd() {
        assertThatThrownBy(() -> Commands.run(List.of("sleep", "600"), "", SHORT))
                .hasMessage("sleep 600: no end within 1 s");
        // The child of the shell has its output, too.
        assertThatThrownBy(() -> Commands.run(List.of("sh", "-c", "sleep 600; true"), "", SHORT))
                .hasMessageContaining("no end within 1 s");
    }

    @Test
    void saysWhatACommandSaidThatDidNotReadItsInput() {
        assertThatThrownBy(
                        () -> Commands.run(List.of("sh", "-c", "echo no such table >&2; exit 3"), "x".repeat(1 << 20)))
                .hasMessageContaining("exit status 3: no such table");
    }
}
