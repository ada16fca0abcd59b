package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A sidecar holds no more than its memory has room for. */
final class HeldLimitTest {

    private static final long MIB = 1 << 20;
    /** What a heap of 64 MiB has besides one space for survivors. */
    private static final long USUAL_HEAP = 62 * MIB;

    private static final long NONE = Long.MAX_VALUE;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path cgroup;

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
        assertThat(HeldLimit.bytes(96, USUAL_HEAP, 128 * MIB, NONE)).isEqualTo(96 * MIB);
        assertThat(lines.list).isEmpty();
    }

    @Test
    void lessIsHeldWhereTheBuffersOrTheHeapAreSmaller() {
        assertThat(HeldLimit.bytes(200, 10_000 * MIB, 128 * MIB, NONE)).isEqualTo(96 * MIB);
        assertThat(HeldLimit.bytes(64, 20 * MIB, 128 * MIB, NONE)).isEqualTo(32 * MIB);
    }

    @Test
    void theLogSaysThatTheLimitIsLower() {
        HeldLimit.bytes(97, USUAL_HEAP, 128 * MIB, NONE);
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .extracting(Object::toString)
                        .contains("code=\"WEFT-D037\"", "maxHeldMib=\"97\"", "heldMib=\"96\"", "heapMib=\"62\""));
    }

    /** Heap and buffers alone would permit 79 MiB, and the kernel would end the sidecar that holds them. */
    @Test
    void lessIsHeldInASmallContainer() {
        assertThat(HeldLimit.bytes(64, 51 * MIB, 128 * MIB, 128 * MIB)).isEqualTo(32 * MIB);
        assertThat(HeldLimit.bytes(64, USUAL_HEAP, 128 * MIB, 160 * MIB)).isEqualTo(64 * MIB);
        assertThat(HeldLimit.bytes(96, USUAL_HEAP, 128 * MIB, 160 * MIB)).isEqualTo(64 * MIB);
        assertThat(HeldLimit.bytes(96, USUAL_HEAP, 128 * MIB, 192 * MIB)).isEqualTo(96 * MIB);
    }

    @Test
    void aLittleIsHeldInATinyContainer() {
        assertThat(HeldLimit.bytes(64, 38 * MIB, 128 * MIB, 96 * MIB)).isEqualTo(8 * MIB);
        assertThat(HeldLimit.bytes(4, 38 * MIB, 128 * MIB, 96 * MIB)).isEqualTo(4 * MIB);
    }

    @ParameterizedTest
    @CsvSource({
        "memory.max,                   134217728,           134217728",
        "memory.max,                   max,                 9223372036854775807",
        "memory/memory.limit_in_bytes, 134217728,           134217728",
        "memory/memory.limit_in_bytes, 9223372036854771712, 9223372036854771712"
    })
    void theLimitOfTheContainerIsRead(String file, String text, long limit) throws IOException {
        Path path = cgroup.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
        assertThat(HeldLimit.container(cgroup)).isEqualTo(limit);
    }

    @Test
    void outsideOfContainersThereIsNoLimit() {
        assertThat(HeldLimit.container(cgroup)).isEqualTo(NONE);
    }

    @Test
    void thisProcessHasRoomForTheDefault() {
        assertThat(HeldLimit.inThisProcess(64)).isEqualTo(64 * MIB);
        assertThat(HeldLimit.inThisProcess(1 << 20)).isLessThan(1L << 40);
    }
}
