package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ListPolicedWorkloadsRequest;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.ObservationOperatorGrpc.ObservationOperatorBlockingStub;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.api.v1.TappedRequest;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.contracts.MemoryStore;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestPlanes;
import dev.weft.control.lead.Leadership;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.state.ControlState;
import dev.weft.control.state.SharedState;
import dev.weft.control.state.StateLocation;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator asks one of two replicas, and is told of the proxies of both. */
final class ObservationReplicasTest {

    private static final String WEB = "spiffe://" + Operations.DOMAIN + "/ns/shop/sa/web";

    private static final String REGISTRY = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop, labels: {tier: outer}}
            spec: {serviceAccount: web}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: outer, namespace: shop}
            spec: {selector: {tier: outer}, ports: [{port: 80, appProtocol: http}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: orders, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              action: Allow
              from: [{authenticated: true}]
              to: [{http: {paths: [{prefix: /orders}]}}]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final ListeningReplicas listening = new ListeningReplicas();
    private final List<AutoCloseable> open = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private FakeProxy web;

    @SuppressWarnings("NullAway.Init")
    private FakeProxy api;

    @SuppressWarnings("NullAway.Init")
    private ObservationOperatorBlockingStub operator;

    @BeforeEach
    void start() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, REGISTRY);
        TestControl one = replica("one", registry);
        TestControl two = replica("two", registry);
        TrustBundles anchors = TrustBundles.of(TrustBundle.of(
                Operations.DOMAIN, ControlState.anchors(new StateLocation(directory, Optional.of(shared())))));
        web = new FakeProxy(one, "web", anchors);
        api = new FakeProxy(two, "api", anchors);
        open.add(web);
        open.add(api);
        OperatorChannel channel = OperatorChannel.open(one.state);
        open.add(channel);
        operator = ObservationOperatorGrpc.newBlockingStub(channel.channel());
        TestControl.eventually(() -> {
            assertThat(one.proxy("web").hasLeaf()).isTrue();
            assertThat(one.proxy("api").hasLeaf()).isTrue();
        });
    }

    private SharedState shared() {
        return new SharedState(store, store, Leadership.ALONE);
    }

    private TestControl replica(String name, Path registry) throws Exception {
        Path state = directory.resolve(name);
        ControlPlane plane = TestPlanes.replica(
                registry, state, shared(), changed -> listening.follow(name, changed), RotatedMesh.AT_ONCE);
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

    private static Traffic traffic(EdgeDirection direction, String peer, long admitted) {
        return Traffic.newBuilder()
                .setSince(1)
                .setFirst(true)
                .addEdges(Edge.newBuilder()
                        .setDirection(direction)
                        .setSpiffeId(peer)
                        .setPort(80)
                        .setAdmitted(admitted))
                .build();
    }

    private ListEdgesResponse edges() {
        return operator.withDeadlineAfter(30, TimeUnit.SECONDS).listEdges(ListEdgesRequest.getDefaultInstance());
    }

    @Test
    void theEdgesOfAllProxiesAreTold() throws Exception {
        api.tells(traffic(EdgeDirection.EDGE_DIRECTION_INBOUND, WEB, 3));
        web.tells(
                traffic(EdgeDirection.EDGE_DIRECTION_OUTBOUND, "spiffe://" + Operations.DOMAIN + "/ns/shop/sa/api", 3));
        TestControl.eventually(() -> {
            assertThat(edges().getEdgesList())
                    .extracting(ObservedEdge::getWorkload)
                    .containsExactly("shop/api", "shop/web");
            assertThat(edges().getEdgesList()).allMatch(ObservedEdge::getPeerCounts);
            assertThat(edges().getSilentList()).isEmpty();
            assertThat(edges().getMissingReplicasList()).isEmpty();
        });
    }

    @Test
    void workloadsAreToldWithTheirPolicies() {
        List<PolicedWorkload> all = new ArrayList<>();
        operator.withDeadlineAfter(30, TimeUnit.SECONDS)
                .listPolicedWorkloads(ListPolicedWorkloadsRequest.newBuilder()
                        .setNamespace("shop")
                        .build())
                .forEachRemaining(all::add);
        assertThat(all).extracting(PolicedWorkload::getWorkload).containsExactly("shop/api", "shop/web");
        assertThat(all.getFirst().getLabelsMap()).containsEntry("app", "api");
        assertThat(all.getFirst().getPolicies().getPoliciesCount()).isOne();
        assertThat(all.getLast().getPolicies().getPoliciesCount()).isZero();
        assertThat(all.getLast().getIdentity()).isEqualTo(WEB);
        operator.withDeadlineAfter(30, TimeUnit.SECONDS)
                .listPolicedWorkloads(ListPolicedWorkloadsRequest.newBuilder()
                        .setNamespace("other")
                        .build())
                .forEachRemaining(workload -> assertThat(workload.hasPolicies()).isFalse());
    }

    @Test
    void aReplicaThatDoesNotAnswerIsNamed() throws Exception {
        listening.add("three", 1);
        TestControl.eventually(
                () -> assertThat(edges().getMissingReplicasList()).containsExactly("three"));
    }

    @Test
    void aTapSeesTheRequestsOfAProxyAtAnotherReplicaAndEndsThere() throws Exception {
        CancellableContext context = Context.ROOT.withCancellation();
        Iterator<TapEvent> events = context.call(() -> operator.withDeadlineAfter(60, TimeUnit.SECONDS)
                .tapRequests(TapRequestsRequest.newBuilder()
                        .setWorkload("shop/api")
                        .setFilter(TapFilter.newBuilder().setMethod("GET"))
                        .build()));
        assertThat(events.next().getBegun().getRequestsRead()).isTrue();
        TestControl.eventually(() -> assertThat(api.tap().getFiltersList())
                .extracting(TapFilter::getMethod)
                .containsExactly("GET"));
        api.answersTap(TappedRequests.newBuilder()
                .addRequests(TappedRequest.newBuilder()
                        .addFilters(api.tap().getFilters(0).getId())
                        .setPath("/orders"))
                .setLost(2)
                .build());
        assertThat(events.next().getRequest().getPath()).isEqualTo("/orders");
        assertThat(events.next().getLost()).isEqualTo(2);
        context.cancel(null);
        TestControl.eventually(() -> assertThat(api.tap().getFiltersCount()).isZero());
    }

    /** Its workload declares HTTP as well, but the proxy does not read requests for that. */
    @Test
    void aProxyThatDoesNotKnowTapsIsToldOfNone() throws Exception {
        Iterator<TapEvent> events = operator.withDeadlineAfter(60, TimeUnit.SECONDS)
                .tapRequests(
                        TapRequestsRequest.newBuilder().setWorkload("shop/web").build());
        assertThat(events.next().getBegun().getRequestsRead()).isFalse();
        assertThat(web.tap().getFiltersCount()).isZero();
    }

    @Test
    void aWorkloadThatThereIsNotIsRefused() {
        Iterator<TapEvent> events = operator.withDeadlineAfter(60, TimeUnit.SECONDS)
                .tapRequests(
                        TapRequestsRequest.newBuilder().setWorkload("shop/none").build());
        assertThatThrownBy(events::next).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(e.getMessage()).contains("WEFT-C180");
        });
    }
}
