package dev.weft.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class LogLinesTest {

    @Test
    void aLineHasTimeLevelAndMessageAndNumbersAsNumbers() {
        LoggingEvent event = new LoggingEvent(
                "x",
                new LoggerContext().getLogger("dev.weft.Some"),
                Level.WARN,
                "it {}",
                new IllegalStateException("broke"),
                new Object[] {"waits"});
        event.setTimeStamp(1_772_366_400_000L);
        event.addKeyValuePair(new KeyValuePair("proxies", 3));
        event.addKeyValuePair(new KeyValuePair("peer", "a\"b"));
        assertThat(new String(new LogLines().encode(event), StandardCharsets.UTF_8))
                .isEqualTo("{\"time\":\"2026-03-01T12:00:00Z\",\"level\":\"warn\",\"logger\":\"dev.weft.Some\","
                        + "\"message\":\"it waits\",\"proxies\":3,\"peer\":\"a\\\"b\","
                        + "\"error\":\"java.lang.IllegalStateException: broke\"}\n");
    }
}
