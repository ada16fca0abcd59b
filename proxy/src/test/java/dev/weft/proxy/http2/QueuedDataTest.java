package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import org.junit.jupiter.api.Test;

/** Data that waits because the peer opens no window. */
class QueuedDataTest {
    private static final int MESSAGE = 40;
    private static final int MESSAGES = 2000;

    @Test
    void smallMessagesTakeAboutWhatTheyCount() {
        try (Pair pair = new Pair()) {
            RecordingStream sender = Http2ConnectionTest.open(pair, false);
            pair.pump();
            pair.serverEvents.request(0).consumes = false;
            int window = Http2Settings.DEFAULTS.streamWindow();
            sender.stream().sendData(Unpooled.buffer(window).writeZero(window), false);
            pair.pump();
            ByteBuf read = PooledByteBufAllocator.DEFAULT.directBuffer().writeZero(MESSAGE * MESSAGES);
            while (read.isReadable()) {
                sender.stream().sendData(read.readRetainedSlice(MESSAGE), false);
            }
            int octets = MESSAGE * MESSAGES;
            assertThat(read.refCnt()).as("slices of what was read").isEqualTo(1);
            read.release();
            assertThat(sender.stream().queued()).isEqualTo(octets);
            assertThat(sender.stream().held()).isBetween(octets + 1024, octets + octets / 4);
            sender.stream().reset(ErrorCode.CANCEL);
            assertThat(sender.stream().held()).isZero();
        }
    }

    @Test
    void trailersThatWaitForTheDataBeforeThemCount() {
        try (Pair pair = new Pair()) {
            RecordingStream sender = Http2ConnectionTest.open(pair, false);
            pair.pump();
            pair.serverEvents.request(0).consumes = false;
            int window = Http2Settings.DEFAULTS.streamWindow();
            sender.stream().sendData(Unpooled.buffer(window + 1).writeZero(window + 1), false);
            pair.pump();
            int before = sender.stream().held();
            sender.stream().sendHeaders(new DefaultHttp2Headers().add("grpc-message", "x".repeat(4000)), true);
            assertThat(sender.stream().held() - before).isBetween(2 * 4000, 3 * 4000);
            sender.stream().reset(ErrorCode.CANCEL);
            assertThat(sender.stream().held()).isZero();
        }
    }
}
