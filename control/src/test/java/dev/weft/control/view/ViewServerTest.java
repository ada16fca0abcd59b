package dev.weft.control.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.QuestionOperatorGrpc;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.lead.Leadership;
import dev.weft.control.operator.LeaderOnly;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.view.Viewers.Reason;
import dev.weft.control.view.Viewers.Verdict;
import dev.weft.testing.Waiting;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls over a real port. */
@Timeout(60)
final class ViewServerTest {

    private static final Verdict.Allowed ALLOWED = new Verdict.Allowed("jane");

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** What an operator has. */
    private final class Trust extends TrustOperatorGrpc.TrustOperatorImplBase {
        @Override
        public void showTrust(ShowTrustRequest request, StreamObserver<ShowTrustResponse> responses) {
            responses.onNext(ShowTrustResponse.newBuilder()
                    .setTrustDomain("cluster.local")
                    .build());
            responses.onCompleted();
        }

        @Override
        public void beginRotation(BeginRotationRequest request, StreamObserver<BeginRotationResponse> responses) {
            begun.incrementAndGet();
            responses.onNext(BeginRotationResponse.getDefaultInstance());
            responses.onCompleted();
        }
    }

    private static final class Tap extends ObservationOperatorGrpc.ObservationOperatorImplBase {
        @Override
        public void tapRequests(TapRequestsRequest request, StreamObserver<TapEvent> responses) {
            responses.onCompleted();
        }
    }

    private ManagedChannel channel(String token, Viewers viewers) throws IOException {
        return channel(token, viewers, Leadership.ALONE);
    }

    private ManagedChannel channel(String token, Viewers viewers, Leadership leadership) throws IOException {
        ViewServer server = ViewServer.start(
                0,
                List.of(new Trust(), new Tap()),
                (shown, verb) -> {
                    asked.add(shown + " " + verb);
                    return viewers.judge(shown, verb);
                },
                new LeaderOnly(leadership));
        open.add(server);
        OperatorChannel channel = OperatorChannel.forViewer(server.port(), token);
        open.addFirst(channel);
        return channel.channel();
    }

    private static ShowTrustResponse show(ManagedChannel channel) {
        return TrustOperatorGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .showTrust(ShowTrustRequest.getDefaultInstance());
    }

    private static Status refused(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("it was answered");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void answersWhoMayLook() throws IOException {
        assertThat(show(channel("a.b.c", (_, _) -> ALLOWED)).getTrustDomain()).isEqualTo("cluster.local");
        assertThat(asked).containsExactly("a.b.c get");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHENTICATED, UNAUTHENTICATED, WEFT-L350",
        "FORBIDDEN, PERMISSION_DENIED, WEFT-L351",
        "UNKNOWN, UNAVAILABLE, WEFT-L352",
    })
    void refusesWhomThePlatformDoesNotLetIn(Reason reason, Status.Code status, String code) throws IOException {
        ManagedChannel channel = channel("a.b.c", (_, _) -> new Verdict.Refused(reason, "so it is; indeed"));
        Status refused = refused(() -> show(channel));
        assertThat(refused.getCode()).isEqualTo(status);
        assertThat(refused.getDescription()).startsWith(code + ": so it is, indeed; ");
    }

    @Test
    void refusesACallWithoutATokenAndAsksNobody() throws IOException {
        ManagedChannel tooLong = channel("x".repeat(ViewGuard.MAX_TOKEN), (_, _) -> ALLOWED);
        assertThat(refused(() -> show(tooLong)).getDescription()).startsWith("WEFT-L350: ");
        int port = ((ViewServer) open.getLast()).port();
        ManagedChannel without =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        open.addFirst(without::shutdownNow);
        Status refused = refused(() -> show(without));
        assertThat(refused.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refused.getDescription()).startsWith("WEFT-L350: ");
        assertThat(asked).isEmpty();
    }

    @Test
    void refusesWhileItCannotBeJudged() throws IOException {
        ManagedChannel channel = channel("a.b.c", (_, _) -> {
            throw new IllegalStateException("a.b.c");
        });
        Status refused = refused(() -> show(channel));
        assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.getDescription()).startsWith("WEFT-L352: ").doesNotContain("a.b.c");
    }

    @Test
    void hasNothingThatChangesTheMesh() throws IOException {
        ManagedChannel channel = channel("a.b.c", (_, _) -> ALLOWED);
        Status refused = refused(() -> TrustOperatorGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .beginRotation(BeginRotationRequest.getDefaultInstance()));
        assertThat(refused.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(begun).hasValue(0);
    }

    @Test
    void tappingTakesAVerbOfItsOwn() throws IOException {
        ManagedChannel channel = channel(
                "a.b.c", (_, verb) -> verb.equals("get") ? ALLOWED : new Verdict.Refused(Reason.FORBIDDEN, "no"));
        assertThat(show(channel).getTrustDomain()).isNotEmpty();
        Status refused = refused(() -> {
            var _ = ObservationOperatorGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .tapRequests(TapRequestsRequest.getDefaultInstance())
                    .hasNext();
        });
        assertThat(refused.getDescription()).contains("WEFT-L351", "the verb tap on meshviews.weft.dev");
        assertThat(asked).containsExactly("a.b.c get", "a.b.c tap");
    }

    @Test
    void sendsWhoMayLookToTheLeader() throws IOException {
        Leadership other = new Leadership() {
            @Override
            public boolean leads() {
                return false;
            }

            @Override
            public Optional<String> leader() {
                return Optional.of("weft-control-1");
            }

            @Override
            public void onChange(Runnable listener) {}
        };
        ManagedChannel channel = channel("a.b.c", (_, _) -> ALLOWED, other);
        assertThat(refused(() -> show(channel)).getDescription()).contains("WEFT-C123", "weft-control-1");
        assertThat(asked).hasSize(1);
    }

    @Test
    void refusesMoreThanItCanHaveJudgedAtOnce() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ManagedChannel channel = channel("a.b.c", (_, _) -> {
            end.await();
            return new Verdict.Refused(Reason.FORBIDDEN, "no");
        });
        List<CompletableFuture<Status>> calls = new ArrayList<>();
        // A connection has no more calls at once than are judged at once.
        OperatorChannel second = OperatorChannel.forViewer(((ViewServer) open.getLast()).port(), "a.b.c");
        open.addFirst(second);
        for (int i = 0; i < ViewGuard.MAX_JUDGED; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> refused(() -> show(channel)), Thread::startVirtualThread));
        }
        Waiting.until(() -> asked.size() == ViewGuard.MAX_JUDGED);
        assertThat(refused(() -> show(second.channel())).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        end.countDown();
        for (CompletableFuture<Status> call : calls) {
            assertThat(call.join().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
    }

    @Test
    void eachMethodThatLooksIsOneThatThereIs() {
        List<String> methods = Stream.of(
                        TrustOperatorGrpc.getServiceDescriptor(),
                        TrustDomainOperatorGrpc.getServiceDescriptor(),
                        RevocationOperatorGrpc.getServiceDescriptor(),
                        JoinOperatorGrpc.getServiceDescriptor(),
                        ObservationOperatorGrpc.getServiceDescriptor(),
                        QuestionOperatorGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getFullMethodName)
                .toList();
        assertThat(methods).containsAll(ViewServer.VERBS.keySet());
    }
}
