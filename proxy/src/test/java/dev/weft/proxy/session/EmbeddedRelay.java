package dev.weft.proxy.session;

import dev.weft.daemon.text.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A relay between two embedded channels, for tests of what is between its ends. */
abstract class EmbeddedRelay {
    final EmbeddedChannel near = new EmbeddedChannel();
    final EmbeddedChannel far = new EmbeddedChannel();
    /** The refusals of the sessions that have ended, as texts. */
    final List<String> ends = new ArrayList<>();

    final SessionRegistry registry = new SessionRegistry(
            far.eventLoop(),
            Clock.systemUTC(),
            new SessionObserver() {
                @Override
                public void opened(Session session) {}

                @Override
                public void ended(Session session, @Nullable Refusal refusal) {
                    ends.add(String.valueOf(refusal));
                }
            },
            10,
            1 << 20);
    private final Session.Owner owner = new Session.Owner() {
        @Override
        public @Nullable Refusal check(Session session) {
            return null;
        }

        @Override
        public void close(Session session, Refusal refusal) {
            relay.abort(refusal);
        }

        @Override
        public void drain() {
            drains++;
        }
    };
    final Relay relay = relay();
    int drains;

    /** Makes a relay of another session. */
    final Relay relay() {
        return new Relay(registry.open(
                far.eventLoop(),
                Session.Direction.INBOUND,
                HostPort.literal("127.0.0.1:1"),
                HostPort.literal("127.0.0.1:2"),
                owner));
    }

    /** Connects both ends, with a filter between them. */
    final void begin(Function<Exits, RelayFilter> filter) {
        far.pipeline().addLast(relay.farTcp());
        near.pipeline().addLast(relay.nearTcp());
        relay.passThrough(filter);
        relay.established();
        relay.start();
    }

    @AfterEach
    void close() {
        far.finishAndReleaseAll();
        near.finishAndReleaseAll();
    }

    static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    static String out(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf data = channel.readOutbound(); data != null; data = channel.readOutbound()) {
            all.append(data.toString(StandardCharsets.US_ASCII));
            data.release();
        }
        return all.toString();
    }
}
