package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static dev.weft.proxy.http.Http2Raw.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.settings.HeadLimits;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a caller of HTTP/2 makes the gate keep and write, by what it sends. */
class Http2HeldTest {
    private static final int STREAMS = 1024;
    private static final int FIELDS = 90;
    /** Memory of a field with a name of one letter and a value of one. */
    private static final int LEAST_MEMORY = 140;

    private static final int LARGE = 3900;
    private static final HeadLimits LARGE_HEADS = new HeadLimits(256, 1000);

    @Test
    void openRequestsCountTheMemoryThatTheirFieldsTake() {
        String[] letters = new String[2 * FIELDS];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = String.valueOf((char) ('a' + i % 26));
        }
        byte[] head = join(get("/yes"), block(letters));
        try (Http2Raw raw = new Http2Raw().begun()) {
            for (int i = 0; i < STREAMS; i++) {
                raw.say(headers(2 * i + 1, true, head));
            }
            assertThat(raw.gate.held()).isGreaterThan(STREAMS * FIELDS * LEAST_MEMORY);
            for (int i = 0; i < STREAMS; i++) {
                raw.answer(headers(2 * i + 1, true, block(":status", "200")));
            }
            assertThat(raw.gate.held()).isZero();
        }
    }

    /** A field of 4 KiB is in the header table, and each request names it as often as a head may have it. */
    private static byte[] bomb(HeadLimits heads) {
        byte[] all = {};
        byte[] often = new byte[heads.octets() / (LARGE + 100)];
        Arrays.fill(often, (byte) 0xbe);
        byte[] more = join(get("/yes"), often);
        byte[] name = {0x40, 1, 'x', 127, (byte) ((LARGE - 127) % 128 | 128), (byte) ((LARGE - 127) / 128)};
        byte[] value = new byte[LARGE];
        Arrays.fill(value, (byte) 'v');
        all = join(all, headers(1, true, join(get("/yes"), name, value)));
        for (int i = 1; i < streams(heads); i++) {
            all = join(all, headers(2 * i + 1, true, more));
        }
        return all;
    }

    /** So many that all their heads are 32 MiB. */
    private static int streams(HeadLimits heads) {
        return STREAMS * HeadLimits.DEFAULTS.octets() / heads.octets();
    }

    static List<HeadLimits> limits() {
        return List.of(HeadLimits.DEFAULTS, LARGE_HEADS);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aReadWritesNoMoreHeadsThanTheApplicationsConnectionTakes(HeadLimits heads) {
        try (Http2Raw raw = new Http2Raw(heads).begun()) {
            raw.takes = false;
            raw.say(bomb(heads));
            int oneHead = 2 * heads.octets();
            assertThat(raw.application.size())
                    .isBetween(Http2RequestWriter.MOST_WRITTEN, Http2RequestWriter.MOST_WRITTEN + oneHead);
            assertThat(raw.gate.full()).isTrue();
            int first = raw.judged.size();
            raw.say(frame(Frames.PING, 0, 0, new byte[8]));
            raw.gate.requestEnded();
            assertThat(raw.judged).as("what comes later waits too").hasSize(first);
            assertThat(raw.ends).isEmpty();
            raw.takes = true;
            raw.gate.applicationTakes();
            assertThat(raw.judged).hasSize(streams(heads));
            assertThat(raw.gate.full()).isFalse();
            assertThat(raw.toApplication().getLast().type()).isEqualTo(Frames.PING);
            assertThat(raw.ends).isEqualTo(" application");
            assertThat(raw.refusal).isNull();
        }
    }

    @Test
    void anOpenRequestWithALargeHeadCountsIt() {
        try (Http2Raw raw = new Http2Raw(LARGE_HEADS).begun()) {
            raw.say(bomb(LARGE_HEADS));
            assertThat(raw.judged).hasSize(streams(LARGE_HEADS));
            assertThat((long) raw.gate.held()).isGreaterThan(streams(LARGE_HEADS) * (long) LARGE_HEADS.octets());
        }
    }

    @Test
    void dataThatWaitsIsReleasedWithTheConnection() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.takes = false;
            raw.say(bomb(HeadLimits.DEFAULTS));
            raw.say(frame(Frames.PING, 0, 0, new byte[8]));
            assertThat(raw.gate.full()).isTrue();
            raw.closed = true;
            raw.gate.close();
            assertThat(raw.gate.held()).isZero();
        }
    }
}
