package dev.weft.control.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TapBegun;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.lead.Leadership;
import dev.weft.control.operator.LeaderOnly;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Viewers who ask much at once, over a real port. */
@Timeout(60)
final class ConcurrentCallLimitTest {

    private final List<StreamObserver<ShowTrustResponse>> asked = new CopyOnWriteArrayList<>();
    private final List<Boolean> virtual = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private ViewServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private OperatorChannel channel;

    /** Answers when the test says so. */
    private final class Slow extends TrustOperatorGrpc.TrustOperatorImplBase {
        @Override
        public void showTrust(ShowTrustRequest request, StreamObserver<ShowTrustResponse> responses) {
            virtual.add(Thread.currentThread().isVirtual());
            asked.add(responses);
        }
    }

    private static final class Tap extends ObservationOperatorGrpc.ObservationOperatorImplBase {
        @Override
        public void tapRequests(TapRequestsRequest request, StreamObserver<TapEvent> responses) {
            responses.onNext(TapEvent.newBuilder()
                    .setBegun(TapBegun.getDefaultInstance())
                    .build());
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = ViewServer.start(
                0,
                List.of(new Slow(), new Tap()),
                (_, _) -> new Viewers.Verdict.Allowed("jane"),
                new LeaderOnly(Leadership.ALONE));
        channel = OperatorChannel.forViewer(server.port(), "a.b.c");
    }

    @AfterEach
    void close() {
        channel.close();
        server.close();
    }

    private CompletableFuture<ShowTrustResponse> ask() {
        return CompletableFuture.supplyAsync(this::show, Thread::startVirtualThread);
    }

    private ShowTrustResponse show() {
        return TrustOperatorGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .showTrust(ShowTrustRequest.getDefaultInstance());
    }

    private List<CompletableFuture<ShowTrustResponse>> askAllThatAreAnswered() {
        List<CompletableFuture<ShowTrustResponse>> calls = new ArrayList<>();
        for (int i = 0; i < ConcurrentCallLimit.MAX; i++) {
            calls.add(ask());
        }
        Waiting.until(() -> asked.size() == ConcurrentCallLimit.MAX);
        return calls;
    }

    private void answer(StreamObserver<ShowTrustResponse> responses) {
        responses.onNext(ShowTrustResponse.getDefaultInstance());
        responses.onCompleted();
    }

    @Test
    void refusesMoreThanItAnswersAtOnce() {
        List<CompletableFuture<ShowTrustResponse>> calls = askAllThatAreAnswered();
        assertThatThrownBy(this::show).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getStatus().getDescription())
                    .isEqualTo("WEFT-L353: 4 calls of viewers are being answered already; try again");
        });
        asked.forEach(this::answer);
        calls.forEach(CompletableFuture::join);
        assertThat(virtual).containsOnly(false);
    }

    @Test
    void answersAgainOnceOthersAreAnswered() {
        List<CompletableFuture<ShowTrustResponse>> calls = askAllThatAreAnswered();
        asked.forEach(this::answer);
        asked.clear();
        calls.forEach(CompletableFuture::join);
        // The server may hear of the end of a call after its caller.
        Waiting.until(() -> {
            CompletableFuture<ShowTrustResponse> next = ask();
            Waiting.until(() -> !asked.isEmpty() || next.isDone());
            asked.forEach(this::answer);
            asked.clear();
            return next.handle((_, failure) -> failure == null).join();
        });
    }

    @Test
    void tapsAreNotCounted() {
        ObservationOperatorGrpc.ObservationOperatorBlockingStub taps =
                ObservationOperatorGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
        for (int i = 0; i <= ConcurrentCallLimit.MAX; i++) {
            assertThat(taps.tapRequests(TapRequestsRequest.getDefaultInstance())
                            .next()
                            .hasBegun())
                    .isTrue();
        }
    }
}
