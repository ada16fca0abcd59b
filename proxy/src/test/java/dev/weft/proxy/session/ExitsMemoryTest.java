package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A passage that writes much more than it reads, and one for which there is no buffer. */
class ExitsMemoryTest extends EmbeddedRelay {
    private static final int WRITTEN = 100_000;

    private @Nullable Writer writer;

    /** Writes much for each "w", and finds no buffer for anything else. */
    private static final class Writer implements RelayFilter {
        final Exits exits;
        int takes;

        Writer(Exits exits) {
            this.exits = exits;
        }

        @Override
        public void fromFar(ByteBuf data) {
            boolean writes = data.readByte() == 'w';
            data.release();
            if (!writes) {
                throw new OutOfMemoryError("no buffer, as Netty says it");
            }
            exits.toNear(Unpooled.buffer(WRITTEN).writeZero(WRITTEN));
        }

        @Override
        public void fromNear(ByteBuf data) {
            exits.toFar(data);
        }

        @Override
        public void nearTakes() {
            takes++;
        }

        @Override
        public void farEnded() {}

        @Override
        public void nearEnded() {}

        @Override
        public int held() {
            return 0;
        }

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() {
        begin(exits -> {
            Writer made = new Writer(exits);
            writer = made;
            return made;
        });
    }

    private Writer writer() {
        return Objects.requireNonNull(writer);
    }

    @Test
    void aLackOfBuffersEndsOneSessionAndNotTheConnectionThatCarriesIt() {
        far.writeInbound(bytes("m"));
        far.checkException();
        assertThat(relay.over()).isTrue();
        assertThat(ends)
                .as("the connection has not failed")
                .singleElement()
                .asString()
                .contains("the sidecar failed in reading");
    }

    /** One read can make a passage write much. */
    @Test
    void whatItWritesCountsBeforeItIsFlushed() {
        var _ = far.writeOneInbound(bytes("w"));
        assertThat(registry.held()).isGreaterThanOrEqualTo(WRITTEN);
        far.flushInbound();
        ByteBuf written = Objects.requireNonNull(near.readOutbound());
        assertThat(written.readableBytes()).isEqualTo(WRITTEN);
        written.release();
    }

    @Test
    void itIsToldWhenTheApplicationTakesMoreAgain() {
        assertThat(writer().exits.nearTakes()).isTrue();
        Objects.requireNonNull(near.unsafe().outboundBuffer()).setUserDefinedWritability(1, false);
        near.runPendingTasks();
        assertThat(writer().exits.nearTakes()).isFalse();
        assertThat(writer().takes).isZero();
        Objects.requireNonNull(near.unsafe().outboundBuffer()).setUserDefinedWritability(1, true);
        near.runPendingTasks();
        assertThat(writer().takes).isEqualTo(1);
    }
}
