package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionTest {

    @Test
    void doesNotShowTheEnvironmentInMessages(@TempDir Path folder) {
        Session session = new Session(
                new Printed().screen(),
                new Meshes(new StateDirectories(folder, false)),
                Clock.systemUTC(),
                Map.of("WEFT_PASSPHRASE", "a secret"));
        assertThat(session.toString()).startsWith("Session[").doesNotContain("PASSPHRASE", "a secret");
    }
}
