package dev.weft.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A long way between all sidecars and the control plane: in the mesh's own network namespace their connections are led through a
 * relay that passes each piece on late. Those that stand are reset, so that they come back by that way.
 */
final class Distance implements AutoCloseable {

    private static final int RELAY_PORT = 15_999;
    private static final Duration LISTENS = Duration.ofSeconds(60);
    private static final double NEAREST = 0.05;
    private static final double FARTHEST = 0.5;

    private final Path relay;
    private @Nullable Running running;

    Distance(Path directory) throws IOException {
        this.relay = Programs.python(directory, "late.py");
    }

    /** The greater the severity, the later what is sent arrives. */
    void begin(long controlPlane, double severity) throws Exception {
        String latest = Double.toString(NEAREST + severity * (FARTHEST - NEAREST));
        Running started = Shell.start(
                List.of(
                        "nsenter",
                        "-t",
                        Long.toString(controlPlane),
                        "-n",
                        "python3",
                        relay.toString(),
                        Integer.toString(RELAY_PORT),
                        Integer.toString(Field.CONTROL_PLANE_PORT),
                        latest),
                Map.of());
        running = started;
        Eventually.within(LISTENS, () -> assertThat(started.printed()).contains("listening"));
        nft(started, """
                add table ip chaos
                add chain ip chaos way { type nat hook prerouting priority dstnat; }
                add chain ip chaos stood { type filter hook input priority 0; }
                add rule ip chaos way tcp dport %1$d redirect to :%2$d
                add rule ip chaos stood iifname != "lo" tcp dport %1$d reject with tcp reset
                """.formatted(Field.CONTROL_PLANE_PORT, RELAY_PORT));
    }

    /** As near as before; what stood by the long way is closed. */
    void end() throws Exception {
        if (running != null) {
            nft(running, "delete table ip chaos");
        }
        close();
    }

    /** In the relay's own network namespace, as the control plane may be starting again. */
    private static void nft(Running relay, String script) throws Exception {
        Shell.run("nsenter", "-t", Long.toString(relay.process().pid()), "-n", "nft", script)
                .ok();
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}
