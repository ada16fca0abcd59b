package dev.weft.proxy.http;

import static dev.weft.proxy.http.Http2Raw.block;
import static dev.weft.proxy.http.Http2Raw.frame;
import static dev.weft.proxy.http.Http2Raw.get;
import static dev.weft.proxy.http.Http2Raw.headers;
import static dev.weft.proxy.http.Http2Raw.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.Frames;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a caller of HTTP/2 makes the gate keep and write, by what it sends. */
class Http2HeldTest {
    private static final int STREAMS = 1024;
    private static final int FIELDS = 90;
    /** Memory of a field with a name of one letter and a value of one. */
    private static final int LEAST_MEMORY = 140;

    private static final int LARGE = 3900;
    /** What the largest head makes of its octets, on top of the gate's limit. */
    private static final int ONE_HEAD = 64 * 1024;

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

    /** A field of 4 KiB is in the header table, and each request names it eight times, with an octet each. */
    private static byte[] bomb() {
        byte[] all = {};
        byte[] eight = new byte[8];
        Arrays.fill(eight, (byte) 0xbe);
        byte[] more = join(get("/yes"), eight);
        byte[] name = {0x40, 1, 'x', 127, (byte) ((LARGE - 127) % 128 | 128), (byte) ((LARGE - 127) / 128)};
        byte[] value = new byte[LARGE];
        Arrays.fill(value, (byte) 'v');
        all = join(all, headers(1, true, join(get("/yes"), name, value)));
        for (int i = 1; i < STREAMS; i++) {
            all = join(all, headers(2 * i + 1, true, more));
        }
        return all;
    }

    @Test
    void aReadWritesNoMoreHeadsThanTheApplicationsConnectionTakes() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.takes = false;
            raw.say(bomb());
            assertThat(raw.application.size())
                    .isBetween(Http2RequestWriter.MOST_WRITTEN, Http2RequestWriter.MOST_WRITTEN + ONE_HEAD);
            assertThat(raw.gate.full()).isTrue();
            int first = raw.judged.size();
            raw.say(frame(Frames.PING, 0, 0, new byte[8]));
            raw.gate.requestEnded();
            assertThat(raw.judged).as("what comes later waits too").hasSize(first);
            assertThat(raw.ends).isEmpty();
            raw.takes = true;
            raw.gate.applicationTakes();
            assertThat(raw.judged).hasSize(STREAMS);
            assertThat(raw.gate.full()).isFalse();
            assertThat(raw.toApplication().getLast().type()).isEqualTo(Frames.PING);
            assertThat(raw.ends).isEqualTo(" application");
            assertThat(raw.refusal).isNull();
        }
    }

    @Test
    void dataThatWaitsIsReleasedWithTheConnection() {
        try (Http2Raw raw = new Http2Raw().begun()) {
            raw.takes = false;
            raw.say(bomb());
            raw.say(frame(Frames.PING, 0, 0, new byte[8]));
            assertThat(raw.gate.full()).isTrue();
            raw.closed = true;
            raw.gate.close();
            assertThat(raw.gate.held()).isZero();
        }
    }
}
