package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sessions whose receivers do not read, beside others that do, on one connection. */
class StalledStreamsTest {
    private static final int MIB = 1 << 20;
    private static final int WINDOW = Http2Settings.DEFAULTS.streamWindow();
    private static final int GROWTH = 12 * MIB;

    private final Pair pair = new Pair();
    private final List<RecordingStream> senders = new ArrayList<>();

    @org.junit.jupiter.api.AfterEach
    void close() {
        pair.close();
    }

    @Test
    void threeHundredStalledStreamsDoNotHoldUpAnother() {
        for (int i = 0; i < 300; i++) {
            open(false);
            send(i, MIB);
        }
        pair.pump();
        assertThat(held()).isEqualTo(300L * WINDOW);
        int other = open(true);
        for (int i = 0; i < 50; i++) {
            send(other, MIB);
            pair.pump();
        }
        assertThat(pair.serverEvents.request(other).bytes.size()).isEqualTo(50 * MIB);
    }

    @Test
    void streamsThatGrewBeforeTheyStalledDoNotHoldUpAnother() {
        for (int i = 0; i < 100; i++) {
            open(true);
            for (int j = 0; j < 4; j++) {
                send(i, MIB);
                pair.pump();
            }
            pair.serverEvents.request(i).consumes = false;
        }
        for (int i = 0; i < 100; i++) {
            send(i, 2 * MIB);
        }
        pair.pump();
        assertThat(held()).isBetween((long) GROWTH, GROWTH + 100L * WINDOW);
        int other = open(true);
        for (int i = 0; i < 50; i++) {
            send(other, MIB);
            pair.pump();
        }
        assertThat(pair.serverEvents.request(other).bytes.size()).isEqualTo(50 * MIB);
    }

    @Test
    void oneStreamAloneGrowsToTheMost() {
        int only = open(true);
        for (int i = 0; i < 8; i++) {
            send(only, MIB);
            pair.pump();
        }
        pair.serverEvents.request(only).consumes = false;
        send(only, 2 * MIB);
        pair.pump();
        assertThat(held()).isEqualTo(MIB);
    }

    @Test
    void aStreamDoesNotGrowWhileTheConnectionHoldsMuch() {
        for (int i = 0; i < 65; i++) {
            open(false);
            send(i, MIB);
        }
        int busy = open(true);
        pair.pump();
        for (int i = 0; i < 8; i++) {
            send(busy, MIB);
            pair.pump();
        }
        pair.serverEvents.request(busy).consumes = false;
        send(busy, 2 * MIB);
        pair.pump();
        assertThat(pair.serverEvents.request(busy).unconsumed).isEqualTo(WINDOW);
    }

    @Test
    void growthComesBackFromStreamsThatEnd() {
        for (int round = 0; round < 40; round++) {
            int i = open(true);
            for (int j = 0; j < 4; j++) {
                send(i, MIB);
                pair.pump();
            }
            pair.serverEvents.request(i).consumes = false;
            send(i, 2 * MIB);
            pair.pump();
            assertThat(pair.serverEvents.request(i).unconsumed)
                    .as("round " + round)
                    .isEqualTo(MIB);
            senders.get(i).stream().reset(ErrorCode.CANCEL);
            pair.pump();
        }
    }

    @Test
    void memoryIsBoundedWhateverIsConsumed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            open(false);
        }
        for (int round = 0; round < 1500; round++) {
            int i = random.nextInt(random.nextBoolean() ? 20 : 200);
            if (senders.get(i).stream().isWritable()) {
                send(i, 1 + random.nextInt(MIB));
            }
            pair.pump();
            assertThat(held()).as("seed " + seed).isLessThanOrEqualTo(GROWTH + 200L * WINDOW);
            RecordingStream received = pair.serverEvents.request(random.nextInt(200));
            assertThat(received.unconsumed).as("seed " + seed).isLessThanOrEqualTo(MIB);
            if (received.unconsumed > 0 && random.nextBoolean()) {
                int n = 1 + random.nextInt(received.unconsumed);
                received.unconsumed -= n;
                received.stream().consume(n);
            }
            received.bytes.reset();
        }
    }

    private int open(boolean consumes) {
        senders.add(Http2ConnectionTest.open(pair, false));
        pair.pump();
        pair.serverEvents.requests.getLast().consumes = consumes;
        return senders.size() - 1;
    }

    private void send(int i, int octets) {
        senders.get(i).stream().sendData(Unpooled.buffer(octets).writeZero(octets), false);
    }

    private long held() {
        return pair.serverEvents.requests.stream().mapToLong(r -> r.unconsumed).sum();
    }
}
