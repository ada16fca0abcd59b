package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.control.RpcException;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplicationIdentityTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private FakeControlPlane control;

    private volatile @Nullable Credentials own;
    private volatile boolean watched;
    private volatile TrustBundles bundles = TrustBundles.EMPTY;

    @BeforeEach
    void start() throws Exception {
        control = new FakeControlPlane(group);
        own = control.credentials(FakeControlPlane.WORKLOAD);
        bundles = control.bundles();
    }

    @AfterEach
    void stop() throws Exception {
        control.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    private ApplicationIdentity identity() {
        return new ApplicationIdentity(
                FakeControlPlane.WORKLOAD,
                new ControlClient(group.next(), new ControlTarget("127.0.0.1", control.port(), FakeControlPlane.ID, 0)),
                () -> own,
                () -> bundles,
                InstantSource.system(),
                new Random(1),
                () -> watched,
                () -> changes.add("changed"));
    }

    private static X509Svid get(CompletableFuture<X509Svid> svid) throws Exception {
        return svid.get(20, TimeUnit.SECONDS);
    }

    @Test
    void asksForNothingUntilSomebodyAsksAndThenOnce() throws Exception {
        try (ApplicationIdentity identity = identity()) {
            assertThat(control.proofs).isEmpty();
            CompletableFuture<X509Svid> one = identity.svid();
            CompletableFuture<X509Svid> two = identity.svid();
            X509Svid svid = get(one);
            assertThat(get(two)).isEqualTo(svid);
            assertThat(get(identity.svid())).isEqualTo(svid);
            assertThat(svid.id()).isEqualTo(FakeControlPlane.WORKLOAD);
            assertThat(control.proofs).containsExactly(FakeControlPlane.WORKLOAD.toString());
        }
    }

    @Test
    void hasAKeyThatIsNotTheSidecars() throws Exception {
        try (ApplicationIdentity identity = identity()) {
            X509Svid sidecar = Objects.requireNonNull(own).svid();
            X509Svid svid = get(identity.svid());
            assertThat(svid.leaf().getPublicKey()).isNotEqualTo(sidecar.leaf().getPublicKey());
            assertThat(svid.key()).isNotEqualTo(sidecar.key());
        }
    }

    @Test
    void followsTheSidecarsRenewalWhileItIsWatched() throws Exception {
        watched = true;
        try (ApplicationIdentity identity = identity()) {
            X509Svid first = get(identity.svid());
            assertThat(changes.poll(20, TimeUnit.SECONDS)).isNotNull();
            own = control.credentials(FakeControlPlane.WORKLOAD);
            identity.ownRenewed();
            assertThat(changes.poll(20, TimeUnit.SECONDS)).isNotNull();
            X509Svid second = get(identity.svid());
            assertThat(second.leaf().getSerialNumber())
                    .isNotEqualTo(first.leaf().getSerialNumber());
            assertThat(second.key()).isNotEqualTo(first.key());
        }
    }

    @Test
    void forgetsAtTheSidecarsRenewalWhatNobodyWatches() throws Exception {
        try (ApplicationIdentity identity = identity()) {
            X509Svid first = get(identity.svid());
            identity.ownRenewed();
            group.next().submit(() -> {}).sync();
            assertThat(get(identity.svid()).key()).isNotEqualTo(first.key());
            assertThat(control.proofs).hasSize(2);
        }
    }

    @Test
    void waitsForTheSidecarsOwnCertificate() throws Exception {
        Credentials later = own;
        own = null;
        try (ApplicationIdentity identity = identity()) {
            CompletableFuture<X509Svid> svid = identity.svid();
            group.next().submit(() -> {}).sync();
            assertThat(svid).isNotDone();
            own = later;
            identity.ownRenewed();
            assertThat(get(svid).id()).isEqualTo(FakeControlPlane.WORKLOAD);
        }
    }

    @Test
    void saysWhyThereIsNone() {
        control.refusing = true;
        try (ApplicationIdentity identity = identity()) {
            assertThatThrownBy(() -> get(identity.svid()))
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcException.Code.UNAUTHENTICATED));
        }
    }

    @Test
    void dropsWhatTheBundlesLeaveNoRightTo() throws Exception {
        watched = true;
        try (ApplicationIdentity identity = identity()) {
            X509Svid first = get(identity.svid());
            assertThat(changes.poll(20, TimeUnit.SECONDS)).isNotNull();
            identity.bundlesChanged();
            group.next().submit(() -> {}).sync();
            assertThat(changes).isEmpty();

            bundles = TrustBundles.of(new TrustBundle(
                    FakeControlPlane.DOMAIN,
                    List.of(control.anchor()),
                    TrustBundle.State.ACTIVE,
                    2,
                    new Revocations(Set.of(SerialNumber.of(first.leaf())), Set.of(), Map.of(), Set.of()),
                    List.of()));
            identity.bundlesChanged();
            assertThat(changes.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(get(identity.svid()).leaf().getSerialNumber())
                    .isNotEqualTo(first.leaf().getSerialNumber());
        }
    }

    @Test
    void hasNoneAfterItsEnd() throws Exception {
        control.lifetime = Duration.ofSeconds(2);
        watched = true;
        try (ApplicationIdentity identity = identity()) {
            get(identity.svid());
            assertThat(changes.poll(20, TimeUnit.SECONDS)).isNotNull();
            control.refusing = true;
            Waiting.until("its end", () -> !identity.svid().isDone());
            assertThat(changes.poll(20, TimeUnit.SECONDS)).as("told of its end").isNotNull();
            assertThatThrownBy(() -> get(identity.svid())).isInstanceOf(ExecutionException.class);
        }
    }
}
