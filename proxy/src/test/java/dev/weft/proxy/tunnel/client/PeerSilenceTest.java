package dev.weft.proxy.tunnel.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tunnel's silent peer, in time that only the tests move. */
class PeerSilenceTest {
    private static final Duration ALLOWED = Duration.ofSeconds(10);
    private static final int LOOK_SECONDS = 5;

    private final Events events = new Events();
    private final Http2Connection client = Http2Connection.client(Http2Settings.DEFAULTS, events);
    private final Watched watched = new Watched();
    private final PeerSilence silence = new PeerSilence(ALLOWED, watched::waits, watched::ask, watched::vanished);
    private final EmbeddedChannel near = new EmbeddedChannel(silence, client);
    private EmbeddedChannel far = new EmbeddedChannel();

    private final class Watched {
        int asked;
        int vanished;
        boolean failing;

        boolean waits() {
            return client.openStreams() > 0;
        }

        void ask() {
            asked++;
            if (failing) {
                throw new IllegalStateException("no buffer for the question");
            }
            client.ping();
        }

        void vanished() {
            vanished++;
        }
    }

    /** Keeps what it is given, and returns no credit for it, as a receiver that does not read. */
    private static final class Events implements ConnectionListener, StreamListener {
        @Nullable
        Http2Stream request;

        @Override
        public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
            request = stream;
            return this;
        }

        @Override
        public void onClosed(Http2Connection connection, @Nullable Throwable cause) {}

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            data.release();
        }

        @Override
        public void onReset(ErrorCode code) {}

        @Override
        public void onWritable() {}
    }

    @AfterEach
    void close() {
        near.finishAndReleaseAll();
        far.finishAndReleaseAll();
    }

    private void connect(ChannelHandler... peer) {
        far = new EmbeddedChannel(peer);
        near.freezeTime();
        far.freezeTime();
        carry();
    }

    private Http2Stream open() {
        silence.watch();
        Http2Headers connect = new DefaultHttp2Headers().method("CONNECT").authority("10.0.0.1:80");
        Http2Stream stream = client.open(connect, false, new Events());
        carry();
        return stream;
    }

    private void carry() {
        boolean moved;
        do {
            moved = move(near, far);
            moved |= move(far, near);
        } while (moved);
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            to.writeInbound(out);
            moved = true;
        }
        to.runPendingTasks();
        return moved;
    }

    private void pass(int seconds) {
        near.advanceTimeBy(seconds, TimeUnit.SECONDS);
        near.runScheduledPendingTasks();
    }

    @Test
    void aPeerThatAnswersNothingIsAskedOnceAndThenLost() {
        connect(Http2Connection.server(Http2Settings.DEFAULTS, new Events()));
        open();
        pass(LOOK_SECONDS);
        assertThat(watched.asked).isZero();
        pass(LOOK_SECONDS);
        assertThat(watched.asked).isOne();
        assertThat(watched.vanished).isZero();
        pass(LOOK_SECONDS);
        assertThat(watched.vanished).isOne();
        pass(60);
        assertThat(watched.asked).isOne();
        assertThat(watched.vanished).isOne();
    }

    @Test
    void aQuestionThatFailsDoesNotEndTheWatchForGood() {
        connect(Http2Connection.server(Http2Settings.DEFAULTS, new Events()));
        open();
        watched.failing = true;
        pass(LOOK_SECONDS);
        pass(LOOK_SECONDS);
        assertThat(watched.asked).isOne();
        watched.failing = false;
        open();
        for (int looks = 0; looks < 3; looks++) {
            pass(LOOK_SECONDS);
        }
        assertThat(watched.asked).isEqualTo(2);
        assertThat(watched.vanished).isOne();
    }

    @Test
    void aPeerWhoseApplicationReadsNothingIsNotLost() {
        Events server = new Events();
        connect(Http2Connection.server(Http2Settings.DEFAULTS, server));
        Http2Stream stream = open();
        stream.sendData(Unpooled.wrappedBuffer(new byte[1 << 20]), false);
        carry();
        assertThat(stream.queued()).isPositive(); // the windows are closed, and nothing more is said
        lastsForAnHour();
        assertThat(watched.asked).isGreaterThan(100);
    }

    @Test
    void aPeerThatIsNoWeftSidecarAnswers() {
        connect(Http2FrameCodecBuilder.forServer().build());
        open();
        lastsForAnHour();
        assertThat(watched.asked).isGreaterThan(100);
    }

    private void lastsForAnHour() {
        for (int i = 0; i < 3600 / LOOK_SECONDS; i++) {
            pass(LOOK_SECONDS);
            carry();
        }
        assertThat(watched.vanished).isZero();
        assertThat(near.isOpen()).isTrue();
    }

    @Test
    void aPeerThatSendsIsNotAsked() {
        Events server = new Events();
        connect(Http2Connection.server(Http2Settings.DEFAULTS, server));
        Http2Stream stream = open();
        Http2Stream answering = Objects.requireNonNull(server.request);
        answering.sendHeaders(new DefaultHttp2Headers().status("200"), false);
        for (int i = 0; i < 100; i++) {
            answering.sendData(Unpooled.wrappedBuffer(new byte[100]), false);
            carry();
            stream.consume(100);
            pass(LOOK_SECONDS);
        }
        assertThat(watched.asked).isZero();
    }

    @Test
    void aTunnelWithoutStreamsCostsNothing() {
        connect(Http2Connection.server(Http2Settings.DEFAULTS, new Events()));
        pass(60);
        open().reset(ErrorCode.CANCEL);
        carry();
        pass(LOOK_SECONDS);
        assertThat(near.runScheduledPendingTasks()).isEqualTo(-1); // no timer is left
        assertThat(watched.asked).isZero();
    }
}
