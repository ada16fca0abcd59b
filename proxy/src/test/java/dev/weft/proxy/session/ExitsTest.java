package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay with something between its ends. */
class ExitsTest extends EmbeddedRelay {
    private static final Refusal NO = Refusal.of(Refusal.Code.NO_REQUEST, "no");

    private @Nullable Told told;

    /** Passes in capitals what the network says, answers "?", refuses at "!", and keeps "k". */
    private static final class Told implements RelayFilter {
        private final Exits exits;
        boolean full;
        int held;
        int closed;

        Told(Exits exits) {
            this.exits = exits;
        }

        @Override
        public void fromFar(ByteBuf data) {
            String text = data.toString(StandardCharsets.US_ASCII);
            data.release();
            switch (text) {
                case "?" -> exits.toFar(bytes("answer"));
                case "!" -> {
                    exits.toFar(bytes("refused"));
                    exits.refuse(NO);
                }
                case "k" -> held += 1000;
                case "x" -> throw new IllegalStateException("a defect");
                default -> exits.toNear(bytes(text.toUpperCase(java.util.Locale.ROOT)));
            }
        }

        @Override
        public void fromNear(ByteBuf data) {
            exits.toFar(data);
        }

        @Override
        public void farEnded() {
            exits.finishNear();
        }

        @Override
        public void nearEnded() {
            exits.finishFar();
        }

        @Override
        public int held() {
            return held;
        }

        @Override
        public boolean full() {
            return full;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private Told told() {
        return Objects.requireNonNull(told);
    }

    @BeforeEach
    void start() {
        far.freezeTime();
        begin(exits -> {
            Told made = new Told(exits);
            told = made;
            return made;
        });
        assertThat(drains).isZero();
    }

    /** Until both ends exist, nothing can end in order. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionThatTheDrainCameTooEarlyForIsDrainedOnceItBegins(boolean startsFirst) {
        registry.drain(Session.Direction.INBOUND);
        Relay late = relay();
        EmbeddedChannel application = new EmbeddedChannel(late.nearTcp());
        EmbeddedChannel network = new EmbeddedChannel(late.farTcp());
        far.runPendingTasks();
        drains = 0;
        if (startsFirst) {
            late.start();
        } else {
            late.established();
        }
        assertThat(drains).isZero();
        if (startsFirst) {
            late.established();
        } else {
            late.start();
        }
        assertThat(drains).isOne();
        network.finishAndReleaseAll();
        application.finishAndReleaseAll();
    }

    @Test
    void bothDirectionsPassThroughIt() {
        far.writeInbound(bytes("ask"));
        assertThat(out(near)).isEqualTo("ASK");
        near.writeInbound(bytes("told"));
        assertThat(out(far)).isEqualTo("told");
        far.writeInbound(bytes("?"));
        assertThat(out(far))
                .as("an answer leaves though nothing came from the other side")
                .isEqualTo("answer");
        assertThat(out(near)).isEmpty();
    }

    @Test
    void aCallerThatDoesNotTakeAnswersIsNotReadOn() {
        Objects.requireNonNull(far.unsafe().outboundBuffer()).setUserDefinedWritability(1, false);
        far.writeInbound(bytes("y"));
        assertThat(far.config().isAutoRead())
                .as("its own responses do not count")
                .isTrue();
        far.writeInbound(bytes("?"));
        assertThat(far.config().isAutoRead()).isFalse();
        Objects.requireNonNull(far.unsafe().outboundBuffer()).setUserDefinedWritability(1, true);
        far.runPendingTasks();
        assertThat(far.config().isAutoRead()).isTrue();
    }

    @Test
    void aFullPassageIsGivenNoMoreUntilItSaysSo() {
        told().full = true;
        far.writeInbound(bytes("y"));
        assertThat(far.config().isAutoRead()).isFalse();
        told().full = false;
        told().exits.resumeFar();
        assertThat(far.config().isAutoRead()).isTrue();
    }

    @Test
    void whatItHoldsCounts() {
        far.writeInbound(bytes("k"));
        assertThat(registry.held()).isEqualTo(1000);
        relay.abort(NO);
        assertThat(registry.held()).isZero();
        assertThat(told().closed).isEqualTo(1);
    }

    @Test
    void aRefusalReachesACallerThatStillSends() {
        far.writeInbound(bytes("!"));
        assertThat(out(far)).isEqualTo("refused");
        assertThat(near.isOpen()).isFalse();
        assertThat(far.isOpen()).isTrue();
        far.writeInbound(bytes("more that nobody reads"));
        assertThat(ends).isEmpty();
        far.advanceTimeBy(Exits.LINGER.toMillis(), TimeUnit.MILLISECONDS);
        far.runScheduledPendingTasks();
        assertThat(far.isOpen()).isFalse();
        assertThat(ends).containsExactly(NO.toString());
        assertThat(told().closed).isEqualTo(1);
    }

    @Test
    void aRefusedCallerIsDroppedThatSendsWithoutEnd() {
        far.writeInbound(bytes("!"));
        assertThat(far.config().isAutoRead()).isTrue();
        far.writeInbound(Unpooled.wrappedBuffer(new byte[Exits.MOST_DRAINED]));
        assertThat(far.config().isAutoRead()).isFalse();
    }

    @Test
    void aDefectEndsItsSessionAlone() {
        far.writeInbound(bytes("x")); // throws nothing, as that would reach the tunnel
        far.checkException();
        assertThat(ends).singleElement().asString().contains(Refusal.Code.BROKEN.code());
        assertThat(told().closed).isEqualTo(1);
        assertThat(near.isOpen()).isFalse();
        assertThat(far.isOpen()).isFalse();
    }

    @Test
    void aDefectInJudgingAgainEndsItsSessionAlone() {
        told().exits.act(() -> {
            throw new IllegalStateException("a defect");
        });
        assertThat(ends).singleElement().asString().contains(Refusal.Code.BROKEN.code());
        assertThat(told().closed).isEqualTo(1);
    }

    @Test
    void itIsClosedOnceWhereTheRelayEndsWithinACall() {
        told().exits.act(() -> relay.abort(NO));
        relay.abort(NO);
        assertThat(told().closed).isEqualTo(1);
        assertThat(ends).containsExactly(NO.toString());
        told().exits.toFar(bytes("too late"));
        assertThat(out(far)).isEmpty();
    }
}
