package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.api.v1.PeeringGrpc;
import dev.weft.api.v1.PeeringRequest;
import dev.weft.api.v1.PeeringTrust;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.server.ControlServer;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.testing.SettableClock;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane of b proves who it is, and has been taken over. */
final class HostilePeerTest {

    private static final String[] RANGES_OF_B = {"10.243.0.0/16", "10.97.0.0/16"};

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final SettableClock clock = new SettableClock(Instant.now());
    private final Script script = new Script();

    @SuppressWarnings("NullAway.Init")
    private Side a;

    @SuppressWarnings("NullAway.Init")
    private Side b;

    /** Tells whoever asks message after message, for as long as they are taken. */
    private static final class Script extends PeeringGrpc.PeeringImplBase {
        private final AtomicInteger told = new AtomicInteger();
        private volatile IntFunction<PeeringUpdate> messages = _ -> PeeringUpdate.getDefaultInstance();
        private volatile int most = Integer.MAX_VALUE;

        @Override
        public void watch(PeeringRequest request, StreamObserver<PeeringUpdate> responses) {
            ServerCallStreamObserver<PeeringUpdate> call = (ServerCallStreamObserver<PeeringUpdate>) responses;
            AtomicInteger next = new AtomicInteger();
            call.setOnCancelHandler(() -> {});
            call.setOnReadyHandler(() -> {
                while (call.isReady() && next.get() < most) {
                    call.onNext(messages.apply(next.getAndIncrement()));
                    told.incrementAndGet();
                }
            });
        }
    }

    @BeforeEach
    void start() throws IOException {
        a = new Side("a.example", directory.resolve("a"), 0, clock, Peering::service, "10.244.0.0/16", "10.96.0.0/16");
        b = new Side("b.example", directory.resolve("b"), 0, clock, _ -> script, RANGES_OF_B);
        a.has(Places.of("a.example", "10.96.0.1", "10.244.0.2"));
        b.trust(a);
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void isBelievedNothingOfOthers() {
        Exports exports = Exports.of(
                Map.of(
                        "shop/good", workload("good", "spiffe://b.example/ns/shop/sa/api", "10.243.0.2"),
                        "shop/bank", workload("bank", "spiffe://a.example/ns/shop/sa/bank", "10.243.0.3"),
                        "shop/own", workload("own", "spiffe://b.example/ns/shop/sa/api", "10.244.0.2"),
                        "shop/web", workload("web", "spiffe://b.example/ns/shop/sa/api", "192.0.2.1")),
                Map.of());
        script.most = 1;
        script.messages = _ -> ExportSteps.between(Exports.NONE, exports, true).getFirst();
        a.declare(b);
        Waiting.until(() -> a.destination("10.243.0.2:80").hasEndpoints()
                && a.peer().state().equals("connected"));
        assertThat(a.peer().workloads()).isEqualTo(1);
        assertThat(a.peer().refused()).isEqualTo(3);
        assertThat(a.peer().problem()).isEqualTo("workload shop/bank: an identity that is not of b.example");
        assertThat(a.destination("10.243.0.3:80").getUnreachable().getReason()).startsWith("WEFT-C062");
        assertThat(a.destination("192.0.2.1:80").hasNotInMesh()).isTrue();
        assertThat(a.destination("10.244.0.2:80").getEndpoints().getEndpoints(0).getIdentity())
                .as("the own one stays")
                .isEqualTo("spiffe://a.example/ns/shop/sa/api");
    }

    @Test
    void isBelievedNoFasterThanItsPace() {
        script.messages = HostilePeerTest::step;
        int before = a.changes();
        a.declare(b);
        // The declaration, those at once, and the one that waits for its turn to be followed by others.
        int burst = before + 1 + PeerStream.STEPS_AT_ONCE + 1;
        Waiting.until(() -> script.told.get() > 2 * PeerStream.STEPS_AT_ONCE && a.changes() >= burst);
        assertThat(a.changes()).isEqualTo(burst);
        clock.set(clock.instant().plusSeconds(5));
        int more = burst + (int) (5 * PeerStream.STEPS_PER_SECOND);
        Waiting.until(() -> a.changes() >= more);
        assertThat(a.changes()).isEqualTo(more);
    }

    @Test
    void isLeftWhenAStepHasNoEndAndWhatWasKnownStays() {
        script.messages = i -> i == 0 ? step(0) : PeeringUpdate.getDefaultInstance();
        a.declare(b);
        Waiting.until(() -> a.peer().problem().startsWith("WEFT-C065"));
        assertThat(a.peer().problem()).contains("octets in one step (expected: at most");
        assertThat(a.peer().state()).isEqualTo("away");
        assertThat(a.destination("10.243.0.2:80").hasEndpoints()).isTrue();
    }

    @Test
    void isLeftWhenItSpeaksOfMoreAnchorsThanThereCanBeOrOfNone() {
        ByteString hash = ByteString.copyFrom(new byte[32]);
        PeeringTrust tooMany = PeeringTrust.newBuilder()
                .addAllHeldAnchors(Collections.nCopies(TrustBundle.MAX_ANCHORS + 1, hash))
                .build();
        PeeringTrust noKey =
                PeeringTrust.newBuilder().addHeldAnchors(hash.substring(1)).build();
        script.messages = _ -> PeeringUpdate.newBuilder().setTrust(tooMany).build();
        a.declare(b);
        Waiting.until(() -> a.peer().problem().contains("anchors of one trust domain (expected: at most"));
        script.messages = _ -> PeeringUpdate.newBuilder().setTrust(noKey).build();
        Waiting.until(() -> a.peer().problem().contains("a key of 31 bytes"));
        assertThat(a.peer().problem()).startsWith("WEFT-C065");
    }

    @Test
    void speaksOfTrustNoFasterThanItsPaceAndInWordsThatCanBeShown() {
        script.messages = i -> i == 0
                ? step(0)
                : PeeringUpdate.newBuilder()
                        .setTrust(PeeringTrust.newBuilder()
                                .setSequence(i)
                                .setBehind(-1)
                                .setBehindFirst("shop/\u001b[2J" + "x".repeat(10_000)))
                        .build();
        a.declare(b);
        int most = PeerStream.STEPS_AT_ONCE + 1;
        Waiting.until(() -> a.newer.getOrDefault(b.domain, 0L) >= most - 1);
        assertThat(a.newer.get(b.domain)).isLessThan(most);
        assertThat(a.peering.linked().getFirst().behind())
                .startsWith("4294967295 of its sidecars")
                .contains("\\u001b[2J")
                .hasSizeLessThan(400);
    }

    @Test
    void isLeftWhenAMessageIsTooLarge() {
        PeeringUpdate large = PeeringUpdate.newBuilder()
                .addRemovedWorkloads("x".repeat(ExportSteps.MAX_MESSAGE))
                .build();
        script.messages = i -> i == 0 ? step(0) : large;
        a.declare(b);
        Waiting.until(() -> a.peer().problem().contains("RESOURCE_EXHAUSTED"));
        assertThat(a.destination("10.243.0.2:80").hasEndpoints()).isTrue();
    }

    @Test
    void holdsSoManyStreamsAndOpensThemNoFasterThanItsPace() throws Exception {
        a.declare(b);
        try (PeerCall call = PeerCall.to(a, b, ControlServer.identity(b.domain))) {
            List<Iterator<PeeringUpdate>> streams = new ArrayList<>();
            for (int i = 0; i < PeeringEndpoint.MAX_STREAMS_PER_DOMAIN; i++) {
                streams.add(call.watch());
                assertThat(streams.getLast().next().getVersion()).isNotEmpty();
            }
            try (PeerCall other = PeerCall.to(a, b, ControlServer.identity(b.domain))) {
                assertThat(other.watch().next().getVersion()).isNotEmpty();
                assertThat(status(streams.getFirst()))
                        .as("the first made place")
                        .isEqualTo(Status.Code.ABORTED);
                for (int i = PeeringEndpoint.MAX_STREAMS_PER_DOMAIN + 1; i < PeeringEndpoint.OPENED_AT_ONCE; i++) {
                    assertThat(other.watch().next().getVersion()).isNotEmpty();
                }
            }
            try (PeerCall third = PeerCall.to(a, b, ControlServer.identity(b.domain))) {
                assertThat(third.refusal()).contains("RESOURCE_EXHAUSTED").contains("WEFT-C064");
                clock.set(clock.instant().plusSeconds(1));
                assertThat(third.watch().next().getVersion()).isNotEmpty();
            }
        }
    }

    private static Status.Code status(Iterator<PeeringUpdate> stream) {
        StatusRuntimeException ended = Assertions.catchThrowableOfType(StatusRuntimeException.class, () -> {
            while (stream.hasNext()) {
                stream.next();
            }
        });
        return ended.getStatus().getCode();
    }

    /** A step of its own version each time. */
    private static PeeringUpdate step(int number) {
        Exports now = Exports.of(
                Map.of("shop/api", workload("api", "spiffe://b.example/ns/shop/sa/v" + number, "10.243.0.2")),
                Map.of());
        return ExportSteps.between(Exports.NONE, now, true).getFirst();
    }

    private static ExportedWorkload workload(String name, String identity, String address) {
        return ExportedWorkload.newBuilder()
                .setNamespace("shop")
                .setName(name)
                .setIdentity(identity)
                .addAddresses(address)
                .setReady(true)
                .build();
    }
}
