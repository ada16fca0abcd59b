package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.failure.CommandFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TargetMeshesTest {
    @CommandLine.Command
    private static final class Any {
        @CommandLine.Mixin
        private TargetMeshes meshes = new TargetMeshes();
    }

    private static TargetMeshes with(String... options) {
        Any command = new Any();
        new CommandLine(command).parseArgs(options);
        return command.meshes;
    }

    @Test
    void aCallMayTakeAsLongAsTheTimeoutAndTheAnswer() {
        assertThat(with().deadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(with("--timeout", "60s").deadline()).isEqualTo(Duration.ofSeconds(70));
        assertThatThrownBy(() -> with("--timeout", "61s").deadline())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("at most 60s");
    }
}
