package dev.weft.proxy.http2.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int ANNOUNCED = 60_000;
    private static final int SENT = 1000;

    private final FrameReader reader = new FrameReader(
            new FrameReader.Sink() {
                @Override
                public boolean begin(int type, int flags, int streamId, int length) {
                    return true;
                }

                @Override
                public void data(ByteBuf piece, boolean endStream) {
                    piece.release();
                }

                @Override
                public void padding(int octets) {}

                @Override
                public void frame(int type, int flags, int streamId, ByteBuf payload) {
                    whole = payload.readableBytes();
                }

                @Override
                public void streamError(Http2Violation violation) throws Http2Violation {
                    throw violation;
                }
            },
            64 * 1024,
            false);
    private int whole;

    @AfterEach
    void stop() {
        reader.stop();
    }

    /** A peer that announces much and sends little must not make a sidecar keep memory that counts for nothing. */
    @Test
    void aFrameThatHasNotEndedHoldsAboutWhatHasComeAndAllOfItCounts() throws Exception {
        ByteBuf header = Unpooled.buffer();
        Frames.header(header, Frames.HEADERS, 0, 1, ANNOUNCED);
        reader.read(header.writeZero(1));
        assertThat(reader.held()).isPositive().isLessThan(SENT);
        reader.read(Unpooled.buffer().writeZero(SENT));
        assertThat(reader.held()).isGreaterThan(1 + SENT).isLessThan(4 * SENT);
        reader.read(Unpooled.buffer().writeZero(ANNOUNCED - 1 - SENT));
        assertThat(whole).isEqualTo(ANNOUNCED);
        assertThat(reader.held()).isZero();
    }
}
