package dev.weft.cli.demo.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PcapReaderTest {

    @Test
    void readsEachFrame() throws IOException {
        byte[] first = Frames.data(1, "one");
        byte[] second = Frames.data(4, "two");
        PcapReader reader = new PcapReader(new ByteArrayInputStream(Frames.capture(first, second)));
        assertThat(reader.next()).hasValue(first);
        assertThat(reader.next()).hasValue(second);
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void endsWhereTheCaptureWasCutOff() throws IOException {
        byte[] capture = Frames.capture(Frames.data(1, "one"));
        PcapReader reader = new PcapReader(new ByteArrayInputStream(Arrays.copyOf(capture, capture.length - 1)));
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void refusesWhatIsNoCapture() {
        assertThatThrownBy(() -> new PcapReader(
                        new ByteArrayInputStream("tcpdump: no".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected: 0xa1b2c3d4");
    }

    @Test
    void refusesAnotherKindOfLink() {
        byte[] capture = Frames.capture();
        capture[20] = 113;
        assertThatThrownBy(() -> new PcapReader(new ByteArrayInputStream(capture)))
                .hasMessage("capture of link type 113 (expected: 1, Ethernet)");
    }

    @Test
    void refusesAFrameLongerThanAnyIs() throws IOException {
        byte[] capture = Frames.capture(Frames.data(1, "one"));
        capture[24 + 8 + 3] = 0x7f;
        PcapReader reader = new PcapReader(new ByteArrayInputStream(capture));
        assertThatThrownBy(reader::next).isInstanceOf(IOException.class).hasMessageContaining("expected: at most");
    }
}
