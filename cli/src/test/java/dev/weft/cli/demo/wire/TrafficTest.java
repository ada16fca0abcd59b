package dev.weft.cli.demo.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TrafficTest {

    private static final byte[] MARKER = "marker".getBytes(StandardCharsets.US_ASCII);

    private final Traffic traffic = new Traffic();

    @Test
    void findsAMarkerThatIsSplitOverSegments() {
        traffic.add(Frames.syn(99));
        traffic.add(Frames.data(100, "xxmar"));
        traffic.add(Frames.data(105, "kerxx"));
        assertThat(traffic.bytesOf(MARKER)).isEqualTo(6);
        assertThat(traffic.bytes()).isEqualTo(10);
        assertThat(traffic.complete()).isTrue();
    }

    @Test
    void countsASegmentOnceThatWasSentTwice() {
        traffic.add(Frames.data(100, "marker"));
        traffic.add(Frames.data(100, "marker"));
        traffic.add(Frames.data(103, "kermarker"));
        assertThat(traffic.bytesOf(MARKER)).isEqualTo(12);
        assertThat(traffic.bytes()).isEqualTo(12);
    }

    @Test
    void noticesThatBytesAreMissing() {
        traffic.add(Frames.data(100, "mar"));
        traffic.add(Frames.data(104, "er"));
        assertThat(traffic.complete()).isFalse();
    }

    @Test
    void putsAnyOrderOfSegmentsTogetherAlsoWhereSequenceNumbersWrap() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String text = "all of this is sent, in pieces and in disorder, marker included";
        int first = -20;
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(9));
            frames.add(Frames.data(first + 1 + at, text.substring(at, end)));
            at = end;
        }
        Collections.shuffle(frames, random);
        traffic.add(Frames.syn(first));
        frames.forEach(traffic::add);
        assertThat(traffic.complete()).as("seed %d", seed).isTrue();
        assertThat(traffic.bytes()).as("seed %d", seed).isEqualTo(text.length());
        assertThat(traffic.bytesOf(text.getBytes(StandardCharsets.US_ASCII)))
                .as("seed %d", seed)
                .isEqualTo(text.length());
    }

    @Test
    void readsIpv6() {
        traffic.add(Frames.ipv6(100, MARKER));
        assertThat(traffic.bytesOf(MARKER)).isEqualTo(6);
    }

    @Test
    void leavesOutWhatIsNoWholeTcpSegment() {
        byte[] frame = Frames.data(100, "marker");
        byte[] udp = frame.clone();
        udp[14 + 9] = 17;
        byte[] arp = frame.clone();
        arp[13] = 6;
        traffic.add(udp);
        traffic.add(arp);
        for (int length = 0; length < frame.length; length++) {
            traffic.add(Arrays.copyOf(frame, length));
        }
        assertThat(traffic.bytes()).isZero();
    }
}
