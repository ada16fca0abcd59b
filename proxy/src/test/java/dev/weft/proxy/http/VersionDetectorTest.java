package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionDetectorTest {
    private final VersionDetector opening = new VersionDetector();

    @AfterEach
    void close() {
        opening.close();
    }

    private static ByteBuf octets(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void thePrefaceIsHttp2HoweverItComes() {
        for (byte octet : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r".getBytes(StandardCharsets.US_ASCII)) {
            assertThat(opening.caller(Unpooled.wrappedBuffer(new byte[] {octet})))
                    .isNull();
        }
        assertThat(opening.held()).isBetween(PieceQueue.PIECE, 2 * PieceQueue.PIECE);
        assertThat(opening.caller(octets("\nmore"))).isEqualTo(Protocol.HTTP2);
        ByteBuf kept = opening.ofCaller();
        assertThat(kept.readableBytes()).isEqualTo(28);
        kept.release();
        assertThat(opening.held()).isZero();
    }

    /** A read takes memory for much more than the octets that it brings. */
    @Test
    void nothingThatIsKeptKeepsAliveWhatItCameIn() {
        ByteBuf read = Unpooled.buffer(16 * 1024);
        for (int i = 0; i < 3; i++) {
            assertThat(opening.caller(read.writeByte("PRI".charAt(i)).readRetainedSlice(1)))
                    .isNull();
            assertThat(opening.application(read.writeByte(0).readRetainedSlice(1)))
                    .isTrue();
        }
        assertThat(read.refCnt()).isOne();
        read.release();
        assertThat(opening.held()).isBetween(2 * PieceQueue.PIECE, 4 * PieceQueue.PIECE);
    }

    @Test
    void anythingElseIsLeftToTheReaderOfHttp1() {
        assertThat(opening.caller(octets("PRI * HTTP/1"))).isEqualTo(Protocol.HTTP1);
    }

    @Test
    void aMethodThatBeginsAsThePrefaceDoesIsHttp1() {
        assertThat(opening.caller(octets("P"))).isNull();
        assertThat(opening.caller(octets("OST"))).isEqualTo(Protocol.HTTP1);
    }

    @Test
    void anApplicationMaySpeakFirstWithSettings() {
        assertThat(opening.application(octets("\0\0\6\4"))).isTrue();
        assertThat(opening.application(octets("\0\0\0\0\0\0\3\0\0\0\1"))).isTrue();
        assertThat(opening.held()).isBetween(PieceQueue.PIECE, 2 * PieceQueue.PIECE);
    }

    @Test
    void anApplicationThatSpeaksFirstOtherwiseIsNoHttp() {
        assertThat(opening.application(octets("220 "))).isFalse();
    }

    @Test
    void whatAnApplicationSaysFirstIsBounded() {
        assertThat(opening.application(octets("\0\0\0\4\0\0\0\0\0"))).isTrue();
        assertThat(opening.application(Unpooled.wrappedBuffer(new byte[16 * 1024])))
                .isFalse();
    }
}
