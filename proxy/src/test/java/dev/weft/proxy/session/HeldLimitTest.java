package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A sidecar holds no more than its memory has room for. */
final class HeldLimitTest {

    private static final long MIB = 1 << 20;
    /** What a heap of 64 MiB has besides one space for survivors. */
    private static final long USUAL_HEAP = 62 * MIB;

    private final Logger log = (Logger) LoggerFactory.getLogger(HeldLimit.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void listenNoLonger() {
        log.detachAppender(lines);
    }

    @Test
    void theMostThatAPodMaySetFitsTheUsualSidecar() {
        assertThat(HeldLimit.bytes(96, USUAL_HEAP, 128 * MIB)).isEqualTo(96 * MIB);
        assertThat(lines.list).isEmpty();
    }

    @Test
    void lessIsHeldWhereTheBuffersOrTheHeapAreSmaller() {
        assertThat(HeldLimit.bytes(200, 10_000 * MIB, 128 * MIB)).isEqualTo(96 * MIB);
        assertThat(HeldLimit.bytes(64, 20 * MIB, 128 * MIB)).isEqualTo(32 * MIB);
    }

    @Test
    void theLogSaysThatTheLimitIsLower() {
        HeldLimit.bytes(97, USUAL_HEAP, 128 * MIB);
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .extracting(Object::toString)
                        .contains("code=\"WEFT-D037\"", "maxHeldMib=\"97\"", "heldMib=\"96\"", "heapMib=\"62\""));
    }

    @Test
    void thisProcessHasRoomForTheDefault() {
        assertThat(HeldLimit.inThisProcess(64)).isEqualTo(64 * MIB);
        assertThat(HeldLimit.inThisProcess(1 << 20)).isLessThan(1L << 40);
    }
}
