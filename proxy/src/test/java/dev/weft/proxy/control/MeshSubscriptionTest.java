package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.RevokedIdentity;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.api.v1.WatchRequest;
import dev.weft.identity.keys.Certificates;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.FakeControlPlane;
import dev.weft.testing.Waiting;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeshSubscriptionTest {
    private static final String API = "10.0.0.1:80";

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final RecordingMesh mesh = new RecordingMesh();
    private FakeControlPlane control;
    private MeshSubscription subscription;
    private Credentials credentials;
    private volatile @Nullable SslContext tls;
    private volatile @Nullable Report report;

    @BeforeEach
    void start() throws Exception {
        control = new FakeControlPlane(group);
        credentials = control.credentials(FakeControlPlane.WORKLOAD);
        tls = credentials.client();
        ControlClient client =
                new ControlClient(loop, new ControlTarget("127.0.0.1", control.port(), FakeControlPlane.ID, 0));
        subscription = new MeshSubscription(client, "shop/web", "1.2.3", () -> tls, () -> report, mesh);
    }

    @AfterEach
    void stop() throws Exception {
        subscription.close();
        control.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void saysHelloWithNothingHeldAtFirst() throws Exception {
        connect();
        assertThat(subscription.connected()).isTrue();
        assertThat(mesh.connections.take()).isEqualTo("up");
    }

    @Test
    void reportsTheCertificateAfterHelloAndWhenItsRenewalFails() throws Exception {
        report = Report.newBuilder().setNotAfter(1).build();
        connect();
        assertThat(request().getReport().getNotAfter()).isEqualTo(1);
        report = Report.newBuilder().setNotAfter(1).setRenewalFailure("no").build();
        subscription.reportChanged();
        assertThat(request().getReport().getRenewalFailure()).isEqualTo("no");
    }

    @Test
    void movesToANewCertificateWithoutBeingDisconnectedAndWithWhatItHolds() throws Exception {
        report = Report.newBuilder().setNotAfter(1).build();
        Http2Stream watch = connect();
        assertThat(request().hasReport()).isTrue();
        assertThat(mesh.connections.take()).isEqualTo("up");
        control.send(watch, Resources.response(1, Resources.inbound("a")));
        assertThat(request().hasAcknowledge()).isTrue();
        Credentials next = control.credentials(FakeControlPlane.WORKLOAD);
        tls = next.client();
        report = Report.newBuilder().setNotAfter(2).build();
        subscription.certificateChanged();
        assertThat(request().getReport().getNotAfter())
                .as("told at once, on the stream that stands")
                .isEqualTo(2);
        assertThat(request().getHello().getHeldMap()).isEqualTo(Map.of("inbound", "a"));
        assertThat(request().getReport().getNotAfter()).isEqualTo(2);
        Http2Stream moved = take(control.watches);
        assertThat(subscription.connected()).isTrue();
        control.send(moved, Resources.response(1, Resources.inbound("b")));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(1);
        assertThat(snapshot().versions()).containsEntry("inbound", "b");
        assertThat(mesh.connections).as("nobody noticed").isEmpty();
    }

    @Test
    void goesOnWithTheMovedStreamWhenTheFormerBreaksMeanwhile() throws Exception {
        Http2Stream watch = connect();
        assertThat(mesh.connections.take()).isEqualTo("up");
        subscription.certificateChanged();
        control.breakOff(watch);
        assertThat(request().hasHello()).isTrue();
        control.send(take(control.watches), Resources.response(1, Resources.inbound("b")));
        assertThat(request().hasAcknowledge()).isTrue();
        assertThat(subscription.connected()).isTrue();
    }

    @Test
    void takesChangesOfWhatItHoldsAndRefusesThoseOfWhatItDoesNotHold() throws Exception {
        Http2Stream watch = connect();
        CompletableFuture<Destination> answer = destination(API);
        assertThat(request().getSubscribe().getNamesList()).containsExactly("destination/" + API);
        control.send(watch, Resources.response(1, Resources.endpoints(API, "v1", "shop/a", "shop/b")));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(1);
        assertThat(answer.get().getEndpoints().getEndpointsCount()).isEqualTo(2);

        control.send(watch, Resources.response(2, Resources.changes(API, "v2", "v1", "shop/c", "shop/a", 2)));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(2);
        assertThat(destination(API).get())
                .isEqualTo(Resources.endpoints(API, "", "shop/b", "shop/c").getDestination());

        control.send(watch, Resources.response(3, Resources.changes(API, "v4", "v3", "shop/d", "shop/b", 2)));
        WatchRequest refused = request();
        assertThat(refused.getRefuse().getNonce()).isEqualTo(3);
        assertThat(refused.getRefuse().getRefusedList()).containsExactly("destination/" + API);
        assertThat(snapshot().destinations())
                .as("nothing rather than what may be wrong")
                .isEmpty();

        control.send(watch, Resources.response(4, Resources.endpoints(API, "v4", "shop/c", "shop/d")));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(4);
        assertThat(destination(API).get().getEndpoints().getEndpointsCount()).isEqualTo(2);
    }

    @Test
    void offersNoCertificateThatHasEndedAndTheNextAtOnce() throws Exception {
        Http2Stream watch = connect();
        assertThat(mesh.connections.take()).isEqualTo("up");
        tls = null; // as after its end
        control.breakOff(watch);
        assertThat(mesh.connections.take()).startsWith("down");
        Waiting.until(
                "nothing to connect with",
                () -> subscription.lastFailure().equals("no certificate that has not ended"));
        assertThat(control.watches).isEmpty();
        long begin = System.nanoTime();
        tls = credentials.client();
        subscription.certificateChanged();
        assertThat(request().hasHello()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("not when the wait is over")
                .isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void acknowledgesAfterTheListenerHasApplied() throws Exception {
        Http2Stream watch = connect();
        control.send(watch, Resources.response(7, Resources.inbound("a"), Resources.bundle("b", control.anchor())));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(7);
        assertThat(mesh.updates).containsExactly(Set.of("inbound", "bundle/cluster.local"));
        assertThat(snapshot().versions()).isEqualTo(Map.of("inbound", "a", "bundle/cluster.local", "b"));
        assertThat(snapshot().inbound()).isPresent();
        assertThat(snapshot()
                        .bundles()
                        .find(FakeControlPlane.DOMAIN)
                        .orElseThrow()
                        .anchors())
                .containsExactly(control.anchor());
    }

    /** As many revocations as a mesh may have, in as many octets as the control plane lets them take. */
    @Test
    void takesABundleOfAllRevocationsThatThereMayBe() throws Exception {
        int count = 10_000;
        String tail = "a".repeat(255);
        TrustBundle.Builder bundle = TrustBundle.newBuilder()
                .setTrustDomain("cluster.local")
                .setState(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                .addAnchors(ByteString.copyFrom(Certificates.encode(control.anchor())));
        for (int i = 0; i < count; i++) {
            bundle.addRevokedIdentities(RevokedIdentity.newBuilder()
                    .setSpiffeId("spiffe://cluster.local/ns/shop/sa/" + i + tail)
                    .setIssuedBefore(1_800_000_000L));
        }
        assertThat(bundle.build().getSerializedSize()).isBetween(2_900_000, 3 << 20);
        Http2Stream watch = connect();
        control.send(watch, Resources.response(1, Resources.bundle("b", bundle.build())));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(1);
        assertThat(snapshot()
                        .bundles()
                        .find(FakeControlPlane.DOMAIN)
                        .orElseThrow()
                        .revocations()
                        .identities())
                .hasSize(count);
    }

    @Test
    void refusesWithTheReasonWhenTheListenerThrowsAndKeepsWhatItHad() throws Exception {
        Http2Stream watch = connect();
        control.send(watch, Resources.response(1, Resources.inbound("a")));
        assertThat(request().hasAcknowledge()).isTrue();
        mesh.refuse("inbound", "mode is not understood");
        control.send(watch, Resources.response(2, Resources.inbound("b")));
        WatchRequest refusal = request();
        assertThat(refusal.getRefuse().getNonce()).isEqualTo(2);
        assertThat(refusal.getRefuse().getResource()).isEqualTo("inbound");
        assertThat(refusal.getRefuse().getReason()).isEqualTo("inbound: mode is not understood");
        assertThat(refusal.getRefuse().getRefusedList()).containsExactly("inbound");
        assertThat(snapshot().inbound()).isPresent();
        assertThat(mesh.refusals).containsExactly("inbound b: mode is not understood");
    }

    @Test
    void appliesTheRestOfAResponseOfWhichAPartIsRefused() throws Exception {
        Http2Stream watch = connect();
        mesh.refuse("inbound", "mode is not understood");
        control.send(watch, Resources.response(1, Resources.inbound("a"), Resources.bundle("b", control.anchor())));
        assertThat(request().getRefuse().getResource()).isEqualTo("inbound");
        assertThat(snapshot().versions()).isEqualTo(Map.of("bundle/cluster.local", "b"));
    }

    @Test
    void resumesByTheVersionsHeldAfterABreak() throws Exception {
        Http2Stream watch = connect();
        assertThat(mesh.connections.take()).isEqualTo("up");
        CompletableFuture<Destination> answer = destination(API);
        assertThat(request().getSubscribe().getNamesList()).containsExactly("destination/" + API);
        control.send(watch, Resources.response(1, Resources.inbound("a"), Resources.destination(API, "d")));
        assertThat(request().hasAcknowledge()).isTrue();
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(Resources.notInMesh());
        control.breakOff(watch);
        assertThat(mesh.connections.take()).startsWith("down: ").contains("INTERNAL_ERROR");
        WatchRequest hello = request();
        assertThat(hello.getHello().getHeldMap())
                .as("what leads to plaintext is to be told again")
                .isEqualTo(Map.of("inbound", "a", "destination/" + API, ""));
        assertThat(mesh.connections.take()).isEqualTo("up");
        control.send(take(control.watches), Resources.response(1, Resources.inbound("b")));
        assertThat(request().hasAcknowledge())
                .as("nothing is subscribed to twice")
                .isTrue();
    }

    @Test
    void keepsEverythingWhileTheControlPlaneIsAwayAndComesBackByItself() throws Exception {
        Http2Stream watch = connect();
        control.send(watch, Resources.response(1, Resources.inbound("a")));
        assertThat(request().hasAcknowledge()).isTrue();
        MeshSnapshot held = snapshot();
        control.goAway();
        control.breakOff(watch);
        Waiting.until("a failure", () -> subscription.lastFailure().contains("no connection"));
        assertThat(subscription.connected()).isFalse();
        assertThat(snapshot()).isEqualTo(held);
        CompletableFuture<Destination> asked = destination(API);
        control.comeBack();
        assertThat(request().getHello().getHeldMap()).isEqualTo(Map.of("inbound", "a"));
        assertThat(request().getSubscribe().getNamesList()).containsExactly("destination/" + API);
        control.send(take(control.watches), Resources.response(1, Resources.destination(API, "d")));
        assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo(Resources.notInMesh());
    }

    /** One that knows nothing of names would end the stream of who asks for one. */
    @Test
    void asksForNamesOnlyOnAStreamThatHasToldWhichThereAre() throws Exception {
        String api = "name/api.shop.svc.cluster.local";
        String web = "name/web.shop.svc.cluster.local";
        Http2Stream watch = connect();
        subscription.subscribe(ResourceName.parse(api));
        control.send(watch, Resources.response(1, Resources.inbound("a")));
        assertThat(request().hasAcknowledge()).isTrue();
        control.send(watch, Resources.response(2, Resources.names("n")));
        WatchRequest one = request();
        WatchRequest other = request();
        assertThat(Set.of(one.getMessageCase(), other.getMessageCase()))
                .containsExactlyInAnyOrder(WatchRequest.MessageCase.ACKNOWLEDGE, WatchRequest.MessageCase.SUBSCRIBE);
        control.send(watch, Resources.response(3, Resources.name(api, "1")));
        assertThat(request().hasAcknowledge()).isTrue();
        assertThat(snapshot().names()).containsOnlyKeys(api);

        control.breakOff(watch);
        assertThat(request().getHello().getHeldMap())
                .as("which names there are is to be told again")
                .isEqualTo(Map.of("inbound", "a", "names", "", api, "1"));
        subscription.subscribe(ResourceName.parse(web));
        Http2Stream older = take(control.watches);
        control.send(older, Resources.response(1, Resources.inbound("b")));
        assertThat(request().hasAcknowledge()).isTrue();
        control.send(older, Resources.response(2, Resources.names("n")));
        WatchRequest first = request();
        WatchRequest second = request();
        assertThat((first.hasSubscribe() ? first : second).getSubscribe().getNamesList())
                .containsExactly(web);
        subscription.unsubscribe(ResourceName.parse(api));
        assertThat(request().getUnsubscribe().getNamesList()).containsExactly(api);
        assertThat(snapshot().names()).isEmpty();
    }

    @Test
    void saysClearlyWhyADestinationIsNotKnown() throws Exception {
        control.goAway();
        subscription.start();
        Waiting.until("a failure", () -> subscription.lastFailure().contains("no connection"));
        assertThat(subscription.awayBecause()).startsWith("UNAVAILABLE").contains("no connection");
        control.comeBack();
        assertThat(request().hasHello()).isTrue();
        Waiting.until("the stream", () -> subscription.awayBecause().isEmpty());
    }

    @Test
    void failsADestinationWhoseAnswerItRefuses() throws Exception {
        Http2Stream watch = connect();
        mesh.refuse("destination/" + API, "weight is negative");
        CompletableFuture<Destination> answer = destination(API);
        assertThat(request().hasSubscribe()).isTrue();
        control.send(watch, Resources.response(1, Resources.destination(API, "d")));
        assertThat(request().getRefuse().getResource()).isEqualTo("destination/" + API);
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS)).hasMessageContaining("weight is negative");
    }

    @Test
    void sharesOneSubscriptionAmongAllThatAsk() throws Exception {
        Http2Stream watch = connect();
        CompletableFuture<Destination> one = destination(API);
        CompletableFuture<Destination> other = destination(API);
        assertThat(request().hasSubscribe()).isTrue();
        control.send(watch, Resources.response(1, Resources.destination(API, "d")));
        assertThat(request().hasAcknowledge()).isTrue();
        CompletableFuture.allOf(one, other).get(30, TimeUnit.SECONDS);
        assertThat(destination(API)).isCompletedWithValue(Resources.notInMesh());
    }

    @Test
    void losesWhatIsRemovedAndAsksAnewForARemovedDestination() throws Exception {
        Http2Stream watch = connect();
        var _ = destination(API);
        assertThat(request().hasSubscribe()).isTrue();
        control.send(
                watch,
                Resources.response(
                        1,
                        Resources.inbound("a"),
                        Resources.bundle("b", control.anchor()),
                        Resources.destination(API, "d")));
        assertThat(request().hasAcknowledge()).isTrue();
        control.send(watch, Resources.removal(2, "inbound", "bundle/cluster.local", "destination/" + API, "x"));
        assertThat(request().getAcknowledge().getNonce()).isEqualTo(2);
        assertThat(request().getUnsubscribe().getNamesList()).containsExactly("destination/" + API);
        assertThat(snapshot()).isEqualTo(MeshSnapshot.EMPTY);
        var _ = destination(API);
        assertThat(request().getSubscribe().getNamesList()).containsExactly("destination/" + API);
    }

    @Test
    void ignoresADestinationThatItGaveUpMeanwhile() throws Exception {
        Http2Stream watch = connect();
        var _ = destination(API);
        assertThat(request().hasSubscribe()).isTrue();
        subscription.unsubscribe(ResourceName.parse("destination/" + API));
        assertThat(request().getUnsubscribe().getNamesList()).containsExactly("destination/" + API);
        control.send(watch, Resources.response(1, Resources.destination(API, "d")));
        assertThat(request().hasAcknowledge())
                .as("the control plane waits for an answer")
                .isTrue();
        assertThat(mesh.updates).isEmpty();
        assertThat(snapshot()).isEqualTo(MeshSnapshot.EMPTY);
    }

    @Test
    void waitsForTheFirstCertificate() throws Exception {
        SslContext later = Objects.requireNonNull(tls, "tls");
        tls = null;
        subscription.start();
        Waiting.until("a failure", () -> subscription.lastFailure().equals("no certificate that has not ended"));
        tls = later;
        subscription.certificateChanged();
        assertThat(request().hasHello()).isTrue();
    }

    @Test
    void opensTheStreamAnewAfterAResponseThatIsNoMessage() throws Exception {
        Http2Stream watch = connect();
        assertThat(mesh.connections.take()).isEqualTo("up");
        watch.connection()
                .channel()
                .eventLoop()
                .execute(() -> watch.sendData(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0, 1, 0x7f}), false));
        assertThat(mesh.connections.take()).contains("a response is malformed");
        assertThat(request().hasHello()).isTrue();
    }

    @Test
    void endsAMessageThatIsTooLongBeforeItArrives() throws Exception {
        Http2Stream watch = connect();
        assertThat(mesh.connections.take()).isEqualTo("up");
        watch.connection()
                .channel()
                .eventLoop()
                .execute(() -> watch.sendData(Unpooled.buffer().writeByte(0).writeInt(4 * 1024 * 1024 + 1), false));
        assertThat(mesh.connections.take()).contains("RESOURCE_EXHAUSTED").contains("4194305 bytes");
        assertThat(request().hasHello()).isTrue();
    }

    /** Starts, and takes the first stream and its Hello. */
    private Http2Stream connect() throws InterruptedException {
        subscription.start();
        WatchRequest hello = request();
        assertThat(hello.getHello().getWorkload()).isEqualTo("shop/web");
        assertThat(hello.getHello().getProxyVersion()).isEqualTo("1.2.3");
        assertThat(hello.getHello().getHeldMap()).isEmpty();
        return take(control.watches);
    }

    /** What is said next of an address, which is asked for; at once if something is held. */
    private CompletableFuture<Destination> destination(String address) {
        ResourceName name = ResourceName.parse("destination/" + address);
        return onLoop(() -> {
            Resource held = subscription.held().byName().get(name);
            subscription.subscribe(name);
            return held == null
                    ? mesh.awaited.computeIfAbsent(name, _ -> new CompletableFuture<>())
                    : CompletableFuture.completedFuture(held.getDestination());
        });
    }

    private MeshSnapshot snapshot() {
        return onLoop(() -> MeshSnapshot.of(subscription.held()));
    }

    private <T> T onLoop(Callable<T> task) {
        return loop.submit(task).syncUninterruptibly().getNow();
    }

    private WatchRequest request() throws InterruptedException {
        return take(control.requests);
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS), "nothing came in 20 s");
    }
}
