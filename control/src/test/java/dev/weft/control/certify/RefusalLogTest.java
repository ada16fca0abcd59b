package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much one address can have written into the audit log. */
final class RefusalLogTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private Instant now = START;
    private final List<Map<String, Object>> lines = new ArrayList<>();
    private final RefusalLog log = new RefusalLog(
            new AuditLog() {
                @Override
                public void record(Map<String, Object> event) {
                    lines.add(event);
                }

                @Override
                public void close() {}
            },
            clock(() -> now));

    private static Clock clock(InstantSource source) {
        return source.withZone(ZoneOffset.UTC);
    }

    private void refuse(String address, int times) {
        for (int i = 0; i < times; i++) {
            log.record(address, Map.of("event", "certificate-refused", "peer", address));
        }
    }

    @Test
    void writesABurstWholeAndThenSaysHowManyItLeftOut() {
        refuse("10.0.0.1", 5_000);
        assertThat(lines).hasSize(RefusalLog.LINES_BURST).noneMatch(line -> line.containsKey("leftOut"));
        now = START.plus(Duration.ofSeconds(1));
        refuse("10.0.0.1", 2);
        assertThat(lines).hasSize(RefusalLog.LINES_BURST + 1);
        assertThat(lines.getLast()).containsEntry("leftOut", 5_000L - RefusalLog.LINES_BURST);
        now = START.plus(Duration.ofSeconds(2));
        refuse("10.0.0.1", 1);
        assertThat(lines.getLast()).containsEntry("leftOut", 1L);
    }

    @Test
    void aSlash64OfIpv6HasTheLinesOfOneAddress() {
        for (int i = 1; i <= 500; i++) {
            refuse("2001:db8::" + Integer.toHexString(i), 1);
        }
        assertThat(lines).hasSize(RefusalLog.LINES_BURST);
        refuse("2001:db8:0:1::1", 1);
        assertThat(lines).hasSize(RefusalLog.LINES_BURST + 1);
    }

    @Test
    void keepsAddressesApart() {
        refuse("10.0.0.1", 5_000);
        refuse("10.0.0.2", 1);
        assertThat(lines).hasSize(RefusalLog.LINES_BURST + 1);
        assertThat(lines.getLast()).containsEntry("peer", "10.0.0.2");
    }
}
