package dev.weft.proxy.http2.flood;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.Http2Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloodGuardTest {
    private long now;

    /** The shortest time that a sidecar can be set to, before it asks a silent peer for a sign of life. */
    @Test
    void pingsOfASidecarThatWaitsAreNoFlood() throws Http2Violation {
        List<Limit> hits = new ArrayList<>();
        FloodGuard guard = new FloodGuard(() -> now, hits::add);
        for (int i = 0; i < 100_000; i++) {
            now += Duration.ofMillis(100).toNanos();
            guard.answer();
        }
        assertThat(hits).isEmpty();
    }
}
