package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Frames of a hostile client. The same bytes mean the same however they are cut; what is understood, Netty's codec understands in
 * the same way; what is sent back is in proportion; and a listener may close and reset whatever it likes while it is called.
 */
class Http2FuzzTest {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MAX_INPUT = 16_384;
    /** For an octet: a frame of nine octets is answered with two of seventeen at the most. */
    private static final int MAX_ANSWER = 8;

    private static final int SLACK = 1024;

    @FuzzTest
    void theSameBytesMeanTheSameHoweverTheyAreCut(byte[] bytes) {
        if (bytes.length > MAX_INPUT) {
            return;
        }
        Seen whole = new Seen(0);
        feed(bytes, whole, null);
        Seen pieces = new Seen(0);
        feed(bytes, pieces, new Random(bytes.length));
        assertThat(pieces.streams).isEqualTo(whole.streams);
        assertThat(pieces.cause()).isEqualTo(whole.cause());
        assertThat(whole.sent).isLessThanOrEqualTo((long) MAX_ANSWER * bytes.length + SLACK);
        if (whole.cause().isEmpty() && whole.resets == 0) {
            // Netty's codec takes some requests that are malformed, such as one without a path. Here they are reset,
            // and nothing else is left out.
            netty(bytes).ifPresent(streams -> {
                streams.keySet().removeAll(whole.reset);
                assertThat(streams).isEqualTo(whole.understood());
            });
        }
    }

    @FuzzTest
    void aListenerMayCloseAndResetWhileItIsCalled(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_INPUT) {
            return;
        }
        Seen seen = new Seen(1 + (bytes[0] & 0xff));
        feed(bytes, seen, new Random(bytes[0]));
        assertThat(seen.endedTwice).isFalse();
    }

    private static void feed(byte[] bytes, Seen seen, @Nullable Random cuts) {
        EmbeddedChannel channel =
                new EmbeddedChannel(Http2Connection.server(dev.weft.proxy.http2.Http2Settings.DEFAULTS, seen));
        channel.writeInbound(Unpooled.wrappedBuffer(PREFACE));
        for (int at = 0; at < bytes.length && channel.isOpen(); ) {
            int n = cuts == null ? bytes.length : Math.min(bytes.length - at, 1 + cuts.nextInt(40));
            channel.writeInbound(Unpooled.wrappedBuffer(bytes, at, n));
            at += n;
        }
        channel.runPendingTasks();
        ByteBuf sent = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            seen.sent += out.readableBytes();
            sent.writeBytes(out);
            out.release();
        }
        seen.reset.addAll(resetIn(sent));
        channel.finishAndReleaseAll();
    }

    /** The streams that these frames reset (RFC 9113 section 4.1). */
    private static Set<Integer> resetIn(ByteBuf frames) {
        Set<Integer> reset = new TreeSet<>();
        while (frames.readableBytes() >= Frames.HEADER_LENGTH) {
            int length = frames.readUnsignedMedium();
            int type = frames.readUnsignedByte();
            frames.skipBytes(1);
            int stream = frames.readInt();
            if (type == Frames.RST_STREAM) {
                reset.add(stream);
            }
            frames.skipBytes(length);
        }
        return reset;
    }

    /** What Netty makes of it; empty where it finds fault. */
    private static java.util.Optional<Map<Integer, String>> netty(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(Http2FrameCodecBuilder.forServer()
                .initialSettings(new Http2Settings()
                        .maxFrameSize(65_536)
                        .maxConcurrentStreams(1024)
                        .maxHeaderListSize(16_384))
                .build());
        Map<Integer, String> streams = new TreeMap<>();
        boolean sound = true;
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(PREFACE));
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
            for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
                if (message instanceof Http2HeadersFrame headers) {
                    streams.merge(headers.stream().id(), text(headers.headers()), String::concat);
                } else if (message instanceof Http2DataFrame data) {
                    streams.merge(
                            data.stream().id(), data.content().toString(StandardCharsets.ISO_8859_1), String::concat);
                }
                ReferenceCountUtil.release(message);
            }
            channel.checkException();
        } catch (Exception e) {
            sound = false;
        }
        sound &= channel.isOpen();
        channel.finishAndReleaseAll();
        return sound ? java.util.Optional.of(streams) : java.util.Optional.empty();
    }

    private static String text(Http2Headers headers) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            text.append(header.getKey()).append('=').append(header.getValue()).append('\n');
        }
        return text.toString();
    }

    /** What happened, stream by stream; with {@code mischief}, a listener that ends things while it is told of others. */
    private static final class Seen implements ConnectionListener {
        final Map<Integer, String> streams = new TreeMap<>();
        final Set<Integer> reset = new TreeSet<>();
        private final int mischief;
        private int calls;
        int resets;
        long sent;
        boolean endedTwice;
        private @Nullable Throwable cause;

        Seen(int mischief) {
            this.mischief = mischief;
        }

        /** What came of the streams that were not reset. */
        Map<Integer, String> understood() {
            Map<Integer, String> understood = new TreeMap<>(streams);
            understood.keySet().removeAll(reset);
            return understood;
        }

        String cause() {
            return cause == null ? "" : String.valueOf(cause.getMessage());
        }

        private void act(Http2Stream stream) {
            if (mischief != 0 && ++calls % (1 + mischief % 5) == 0) {
                switch ((mischief + calls) % 4) {
                    case 0 -> stream.reset(ErrorCode.CANCEL);
                    case 1 -> stream.connection().close(ErrorCode.NO_ERROR);
                    case 2 -> stream.sendHeaders(new DefaultHttp2Headers().status("200"), true);
                    default -> stream.connection().goAway();
                }
            }
        }

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            streams.merge(stream.id(), text(headers), String::concat);
            Listening listening = new Listening(stream);
            if (mischief % 3 == 1) {
                act(stream);
            }
            return listening;
        }

        @Override
        public void onClosed(Http2Connection gone, @Nullable Throwable why) {
            cause = why;
        }

        private final class Listening implements StreamListener {
            private final Http2Stream stream;
            private boolean over;

            Listening(Http2Stream stream) {
                this.stream = stream;
            }

            @Override
            public void onHeaders(Http2Headers headers, boolean endStream) {
                streams.merge(stream.id(), text(headers), String::concat);
                end(endStream);
            }

            @Override
            public void onData(ByteBuf data, boolean endStream) {
                streams.merge(stream.id(), data.toString(StandardCharsets.ISO_8859_1), String::concat);
                data.release();
                end(endStream);
            }

            private void end(boolean endStream) {
                endedTwice |= over;
                over |= endStream;
                act(stream);
            }

            @Override
            public void onReset(ErrorCode code) {
                resets++;
                endedTwice |= over && code != ErrorCode.CONNECT_ERROR && mischief == 0;
                over = true;
                act(stream);
            }

            @Override
            public void onWritable() {}
        }
    }
}
