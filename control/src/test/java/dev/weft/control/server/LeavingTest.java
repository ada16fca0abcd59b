package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.directory.Directory;
import dev.weft.control.watch.MeshState;
import dev.weft.testing.Waiting;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxies that are cut off are told why at the pace at which they listen: thousands at once must not fill the heap. */
final class LeavingTest {

    private static final int BUNDLES = 40;
    private static final int LARGE = 300 * 1024;
    /** Several times what is on its way at once, and so little that a slow machine tells all of it in time. */
    private static final int SMALL = 10 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestPlane plane;

    @BeforeEach
    void start() throws Exception {
        plane = TestPlane.start(directory);
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    /** A mesh without the workload, and with much to tell. */
    private void cutOff(int size) {
        List<TrustBundle> bundles = IntStream.range(0, BUNDLES)
                .mapToObj(number -> TrustBundle.newBuilder()
                        .setTrustDomain("domain-" + number)
                        .addAnchors(ByteString.copyFrom(new byte[size]))
                        .build())
                .toList();
        plane.mesh.publish(new MeshState(Map.of(), Directory.of(List.of(), List.of()), bundles));
    }

    private long sent() {
        String series = "weft_control_watch_events_total{event=\"sent\"} ";
        return plane.metrics
                .text()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> Long.parseLong(line.substring(series.length())))
                .sum();
    }

    @Test
    void oneThatListensIsToldEverythingBeforeItsStreamEnds() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofHours(1)))) {
            TestWatch watch = client.watch();
            watch.hello("shop/web", Map.of());
            watch.next();
            cutOff(SMALL);
            Set<String> told = new HashSet<>();
            while (told.size() < BUNDLES) {
                watch.receive().getResourcesList().stream()
                        .map(Resource::getName)
                        .forEach(told::add);
            }
            assertThat(watch.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
    }

    @Test
    void oneThatDoesNotListenHoldsLittleAndNotForLong() throws Exception {
        try (TestClient client = TestClient.of(plane, plane.svid(TestPlane.WEB, Duration.ofHours(1)))) {
            Deaf deaf = new Deaf();
            client.watch(deaf, Deaf.hello());
            deaf.heardFirst.get(20, TimeUnit.SECONDS);
            long before = sent();
            cutOff(LARGE);
            Waiting.until(() -> plane.mesh.proxies().isEmpty());
            assertThat(sent() - before).isBetween(1L, BUNDLES / 4L);
        }
    }

    /** Takes one response and no other. */
    private static final class Deaf implements ClientResponseObserver<WatchRequest, WatchResponse> {
        private final CompletableFuture<WatchResponse> heardFirst = new CompletableFuture<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
            requests.disableAutoRequestWithInitial(1);
            requests.setOnReadyHandler(() -> {});
        }

        @Override
        public void onNext(WatchResponse response) {
            heardFirst.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            heardFirst.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {}

        static WatchRequest hello() {
            return WatchRequest.newBuilder()
                    .setHello(Hello.newBuilder().setWorkload("shop/web").setProxyVersion("deaf"))
                    .build();
        }
    }
}
