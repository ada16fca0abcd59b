package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.PeeringGrpc;
import dev.weft.api.v1.PeeringRequest;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.policy.model.Cidr;
import dev.weft.testing.Waiting;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of the control planes of b takes the connection, and says nothing: another is asked. */
final class SilentPeerTest {

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final PeerStream.Limits SOON_A_WORD = new PeerStream.Limits(Duration.ofMillis(800), PATIENT);
    private static final PeerStream.Limits SOON_THE_WHOLE = new PeerStream.Limits(PATIENT, Duration.ofMillis(1600));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** Says what it is made to, and no more. */
    private static final class Mute extends PeeringGrpc.PeeringImplBase {
        private final IntFunction<PeeringUpdate> words;
        private final int number;

        Mute(int number, IntFunction<PeeringUpdate> words) {
            this.number = number;
            this.words = words;
        }

        @Override
        public void watch(PeeringRequest request, StreamObserver<PeeringUpdate> responses) {
            for (int i = 0; i < number; i++) {
                responses.onNext(words.apply(i));
            }
        }
    }

    @Test
    void thatDoesNotEvenShakeHands() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Side a = sideA(SOON_A_WORD);
                Side b = new Side("b.example", directory.resolve("b"), 0, "10.243.0.0/16")) {
            b.has(Places.of("b.example", "10.243.1.1", "10.243.0.2"));
            b.declare(a);
            isLeft(a, b, silent.getLocalPort(), b.server.port(), "has not sent anything within 1 s");
        }
    }

    @Test
    void thatTakesTheCall() throws Exception {
        try (Side a = sideA(SOON_A_WORD);
                Side mute = mute(0);
                Side b = new Side("b.example", directory.resolve("b"), 0, "10.243.0.0/16")) {
            b.has(Places.of("b.example", "10.243.1.1", "10.243.0.2"));
            b.declare(a);
            mute.trust(a);
            isLeft(a, b, mute.server.port(), b.server.port(), "has not sent anything within 1 s");
        }
    }

    @Test
    void thatBeginsAndDoesNotEnd() throws Exception {
        try (Side a = sideA(SOON_THE_WHOLE);
                Side mute = mute(3);
                Side b = new Side("b.example", directory.resolve("b"), 0, "10.243.0.0/16")) {
            b.has(Places.of("b.example", "10.243.1.1", "10.243.0.2"));
            b.declare(a);
            mute.trust(a);
            isLeft(a, b, mute.server.port(), b.server.port(), "has not sent a whole version of what it has within 2 s");
        }
    }

    /** As a defect here would. */
    @Test
    void oneThatSpeaksIsHeardAlthoughTakingItFailsOnce() throws Exception {
        try (Side a = sideA(SOON_A_WORD);
                Side b = new Side("b.example", directory.resolve("b"), 0, "10.243.0.0/16")) {
            b.has(Places.of("b.example", "10.243.1.1", "10.243.0.2"));
            b.declare(a);
            a.failsOnce = true;
            a.declare(b);
            Waiting.until(() -> a.destination("10.243.1.1:80").hasEndpoints());
            assertThat(a.failsOnce).isFalse();
            assertThat(a.peer().state()).isEqualTo("connected");
        }
    }

    private Side sideA(PeerStream.Limits limits) throws Exception {
        return new Side("a.example", directory.resolve("a"), limits, "10.244.0.0/16");
    }

    /** Of the same trust domain as b, from the same state, so that it proves the same. */
    private Side mute(int words) throws Exception {
        return new Side(
                "b.example",
                directory.resolve("b"),
                0,
                Clock.systemUTC(),
                _ -> new Mute(words, _ -> PeeringUpdate.getDefaultInstance()),
                "10.243.0.0/16");
    }

    private static void isLeft(Side a, Side b, int silent, int talking, String problem) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        a.has(Places.of("a.example", "10.244.1.1", "10.244.0.2"));
        a.declare(new TrustDomainObject(
                b.domain,
                b.trust.own().anchors(),
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Discovery(
                        List.of(new IpPort(loopback, silent), new IpPort(loopback, talking)),
                        List.of(Cidr.parse("10.243.0.0/16"))))));
        String whole = "the control plane at 127.0.0.1:" + silent + " " + problem;
        Waiting.until(whole, () -> a.peer().problem().equals(whole));
        Waiting.until(() -> a.peer().state().equals("connected"));
        assertThat(a.peer().address()).isEqualTo("127.0.0.1:" + talking);
    }
}
