package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.contracts.MemoryStore;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestPlanes;
import dev.weft.control.lead.Leadership;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.state.ControlState;
import dev.weft.control.state.SharedState;
import dev.weft.control.state.StateLocation;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two replicas over one store, with a proxy at each. */
final class ReplicasTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final TrustAnchor next = Operations.anchor("next");
    private final Leaders leaders = new Leaders();
    private final ListeningReplicas listening = new ListeningReplicas();
    private final List<AutoCloseable> open = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TestControl one;

    @SuppressWarnings("NullAway.Init")
    private TestControl two;

    @SuppressWarnings("NullAway.Init")
    private FakeProxy web;

    @SuppressWarnings("NullAway.Init")
    private FakeProxy api;

    /** Who leads is the test's to say. */
    private static final class Leaders {
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private volatile String leader = "one";

        void elect(String name) {
            leader = name;
            listeners.forEach(Runnable::run);
        }

        Leadership of(String name) {
            return new Leadership() {
                @Override
                public boolean leads() {
                    return name.equals(leader);
                }

                @Override
                public Optional<String> leader() {
                    return Optional.of(leader);
                }

                @Override
                public void onChange(Runnable listener) {
                    listeners.add(listener);
                }
            };
        }
    }

    @BeforeEach
    void start() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: web, namespace: shop}
                spec: {serviceAccount: web}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api, namespace: shop}
                spec: {serviceAccount: api}
                """);
        one = replica("one", registry);
        two = replica("two", registry);
        TrustBundles anchors = TrustBundles.of(TrustBundle.of(
                Operations.DOMAIN, ControlState.anchors(new StateLocation(directory, Optional.of(shared("test"))))));
        web = new FakeProxy(one, "web", anchors);
        api = new FakeProxy(two, "api", anchors);
        open.add(web);
        open.add(api);
        awaitLeaves(one);
    }

    private SharedState shared(String name) {
        return new SharedState(store, store, leaders.of(name));
    }

    private TestControl replica(String name, Path registry) throws IOException {
        Path state = directory.resolve(name);
        ControlPlane plane = TestPlanes.replica(
                registry, state, shared(name), changed -> listening.follow(name, changed), RotatedMesh.AT_ONCE);
        listening.add(name, plane.port());
        TestControl control = new TestControl(state, plane, new JoinTokens(store, Clock.systemUTC()));
        open.add(control);
        return control;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static void awaitLeaves(TestControl leader) throws Exception {
        TestControl.eventually(() -> {
            for (String name : List.of("web", "api")) {
                assertThat(leader.proxy(name).getConnected()).as(name).isTrue();
                assertThat(leader.proxy(name).hasLeaf()).as(name).isTrue();
            }
        });
    }

    private static void beginRotation(TestControl leader, TrustAnchor to) {
        String csr = leader.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                        .setAnchorPem(Operations.pem(to))
                        .build())
                .getCsrPem();
        leader.operator()
                .supplyIssuer(SupplyIssuerRequest.newBuilder()
                        .setChainPem(Operations.sign(to, csr))
                        .build());
    }

    private static RotationStatus status(TestControl leader) {
        return leader.show().getRotation();
    }

    private void awaitDone(TestControl leader) throws Exception {
        awaitDone(leader, next);
    }

    private void awaitDone(TestControl leader, TrustAnchor anchor) throws Exception {
        TestControl.eventually(() -> {
            RotationStatus now = status(leader);
            assertThat(now.getStep()).as("%s", now).isEqualTo(RotationStep.ROTATION_STEP_DONE);
        });
        TestControl.eventually(() -> {
            for (FakeProxy proxy : List.of(web, api)) {
                assertThat(proxy.bundles().find(Operations.DOMAIN).orElseThrow().anchors())
                        .containsExactly(anchor.certificate());
            }
        });
    }

    @Test
    void aRotationWaitsForTheProxiesOfEveryReplica() throws Exception {
        api.freeze();
        beginRotation(one, next);
        TestControl.eventually(() -> assertThat(status(one).getWaitingForList())
                .extracting(Awaited::getWorkload)
                .containsExactly("shop/api"));
        assertThat(status(one).getStep()).isEqualTo(RotationStep.ROTATION_STEP_PUBLISH);
        api.thaw();
        awaitDone(one);
        assertThat(api.bundles().find(Operations.DOMAIN).orElseThrow().sequence())
                .as("each replica tells of the same bundle by the same number")
                .isEqualTo(web.bundles().find(Operations.DOMAIN).orElseThrow().sequence());
    }

    @Test
    void anotherReplicaGoesOnWithARotationWhoseLeaderEnds() throws Exception {
        api.freeze();
        beginRotation(one, next);
        TestControl.eventually(() -> assertThat(status(one).getStep()).isEqualTo(RotationStep.ROTATION_STEP_PUBLISH));
        web.movedTo(two);
        listening.remove("one");
        one.close();
        open.remove(one);
        leaders.elect("two");
        TestControl.eventually(() -> assertThat(status(two).getWaitingForList())
                .extracting(Awaited::getWorkload)
                .contains("shop/api"));
        api.thaw();
        awaitDone(two);
        awaitLeaves(two);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROTATION_STEP_PUBLISH", "ROTATION_STEP_REISSUE", "ROTATION_STEP_RETIRE"})
    void oneOfThreeReplicasGoesOnAtWhicheverStepTheLeaderEnds(RotationStep step) throws Exception {
        TestControl three = replica("three", directory.resolve("mesh.yaml"));
        beginRotation(one, next);
        awaitDone(one);
        TrustAnchor last = Operations.anchor("last");
        switch (step) {
            case ROTATION_STEP_PUBLISH -> api.freeze();
            case ROTATION_STEP_REISSUE -> api.freezeAt(FakeProxy.Moment.RENEWAL, last);
            default -> api.freezeAt(FakeProxy.Moment.WITHOUT, next);
        }
        beginRotation(one, last);
        TestControl.eventually(() -> assertThat(status(one).getStep()).isEqualTo(step));
        web.movedTo(two);
        listening.remove("one");
        one.close();
        open.remove(one);
        leaders.elect("three");
        // What the former leader wrote last may be on its way to this one.
        TestControl.eventually(() -> {
            assertThat(status(three).getStep()).isEqualTo(step);
            assertThat(status(three).getWaitingForList())
                    .extracting(Awaited::getWorkload)
                    .contains("shop/api");
        });
        api.thaw();
        awaitDone(three, last);
        awaitLeaves(three);
    }

    @Test
    void replicasAnswerOneAnotherAfterTheAnchorThatTheirConnectionsRestedOnIsRetired() throws Exception {
        OperatorChannel channel = OperatorChannel.open(one.state);
        open.add(channel);
        beginRotation(one, next);
        awaitDone(one);
        TestControl.eventually(() -> assertThat(ObservationOperatorGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .listEdges(ListEdgesRequest.getDefaultInstance())
                        .getMissingReplicasList())
                .isEmpty());
        awaitLeaves(one);
    }

    @Test
    void aReplicaThatVanishesIsWaitedForLikeItsProxies() throws Exception {
        api.freeze();
        two.close();
        open.remove(two);
        beginRotation(one, next);
        TestControl.eventually(() -> {
            assertThat(status(one).getWaitingForList())
                    .extracting(Awaited::getWorkload)
                    .contains("shop/api");
            assertThat(one.proxy("api").getConnected()).isFalse();
        });
        api.movedTo(one);
        api.thaw();
        awaitDone(one);
    }

    @Test
    void whoDoesNotLeadSaysWhomToAsk() {
        RotatedMesh.refused(two::show, Status.Code.UNAVAILABLE, "WEFT-C123", "ask one");
    }
}
