package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RenewalHealthTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final Logger logger = (Logger) LoggerFactory.getLogger(RenewalLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final RenewalLog log = new RenewalLog();

    @BeforeEach
    void listen() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    private static RenewalHealth failing(Instant notAfter, int failures, String reason) {
        return new RenewalHealth(notAfter, NOW, failures, NOW.minusSeconds(60), reason);
    }

    private List<String> said(Level level) {
        return appender.list.stream()
                .filter(event -> event.getLevel().equals(level))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void hasNothingToSayWhileAllIsWell() {
        assertThat(failing(NOW.plusSeconds(60), 0, "").warning(NOW)).isEmpty();
    }

    @Test
    void saysWhatBreaksWhenAndWhy() {
        assertThat(failing(NOW.plus(Duration.ofMinutes(90)), 3, "no route").warning(NOW))
                .contains(
                        "WEFT-D022: the certificate ends in 1 h 30 min, at 2026-01-01T13:30:00Z, and all tunnels with it; "
                                + "no certificate in 3 attempts since 2026-01-01T11:59:00Z: no route");
        assertThat(failing(NOW.minusSeconds(1), 1, "no route").warning(NOW).orElseThrow())
                .startsWith("WEFT-D022: the certificate ended at 2026-01-01T11:59:59Z, no tunnel can be made; "
                        + "no certificate in 1 attempt since");
        assertThat(new RenewalHealth(null, NOW, 2, NOW, "no token").warning(NOW))
                .contains("WEFT-D022: no certificate in 2 attempts since 2026-01-01T12:00:00Z: no token");
    }

    @Test
    void logsAtFirstAtHalfOfWhatIsLeftAndAtTheEnd() {
        Instant end = NOW.plusSeconds(1000);
        for (int passed = 0; passed < 1010; passed += 10) {
            log.failed(failing(end, 1 + passed / 10, "no route"), NOW.plusSeconds(passed));
        }
        assertThat(said(Level.WARN)).hasSizeBetween(6, 9);
        assertThat(said(Level.ERROR)).hasSize(1);
        log.renewed(failing(end, 100, "no route"));
        assertThat(said(Level.INFO)).hasSize(1);
    }

    @Test
    void warnsOfNothingWhileASidecarStartsBesideItsControlPlane() {
        for (int passed = 0; passed < 10; passed++) {
            log.failed(new RenewalHealth(null, NOW, 1 + passed, NOW, "connection refused"), NOW.plusSeconds(passed));
        }
        assertThat(said(Level.WARN)).isEmpty();
        assertThat(said(Level.INFO)).containsExactly("No certificate yet: connection refused");
        log.failed(new RenewalHealth(null, NOW, 11, NOW, "connection refused"), NOW.plusSeconds(10));
        assertThat(said(Level.WARN)).hasSize(1);
    }

    @Test
    void logsEachNewReason() {
        Instant end = NOW.plusSeconds(1000);
        log.failed(failing(end, 1, "no route"), NOW);
        log.failed(failing(end, 2, "no route"), NOW);
        log.failed(failing(end, 3, "token unknown"), NOW);
        assertThat(said(Level.WARN)).hasSize(2);
    }

    @Test
    void takesAReasonThatNamesTheTimeForTheSame() {
        Instant end = NOW.plusSeconds(1000);
        log.failed(failing(end, 1, "expired at 11:00:00 (now: 12:00:00)"), NOW);
        log.failed(failing(end, 2, "expired at 11:00:00 (now: 12:00:01)"), NOW.plusSeconds(1));
        assertThat(said(Level.WARN)).hasSize(1);
    }
}
