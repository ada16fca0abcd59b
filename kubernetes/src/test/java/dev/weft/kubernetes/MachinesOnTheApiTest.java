package dev.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.CreateTokenRequest;
import dev.weft.api.v1.CreateTokenResponse;
import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.Machine;
import dev.weft.api.v1.RevokeMachineRequest;
import dev.weft.control.ControlPlane;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.kubernetes.registry.Pods;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine outside of a cluster with two replicas of the control plane: a Workload object that a Service selects. */
final class MachinesOnTheApiTest {

    private static final String SERVICE = "10.99.0.1:5432";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private SpiffeId account;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster("cluster.local", directory, 2);
        account = cluster.account("shop", "db");
        cluster.put(Pods.meshed("shop", "caller", "10.9.0.1").build());
        cluster.put(new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("db")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.99.0.1")
                .withSelector(Map.of("app", "db"))
                .addNewPort()
                .withPort(5432)
                .withNewTargetPort("postgres")
                .endPort()
                .endSpec()
                .build());
        cluster.put(
                "workloads",
                TestCluster.object(
                        "Workload",
                        Map.of("namespace", "shop", "name", "db-1", "labels", Map.of("app", "db")),
                        Map.of(
                                "serviceAccount",
                                "db",
                                "addresses",
                                List.of("192.0.2.7"),
                                "ports",
                                List.of(Map.of("name", "postgres", "port", 6432)))));
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    /** As {@code weft token create --cluster --workload shop/db-1} asks for it. */
    private CreateTokenResponse token() {
        Waiting.until("the leader knows the Workload", this::asked);
        return cluster.leader(channel -> JoinOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .createToken(request()))
                .orElseThrow();
    }

    private boolean asked() {
        try {
            return cluster.leader(channel -> JoinOperatorGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .createToken(request()))
                    .isPresent();
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getDescription()).startsWith("WEFT-C073");
            return false;
        }
    }

    private static CreateTokenRequest request() {
        return CreateTokenRequest.newBuilder()
                .setNamespace("shop")
                .setWorkload("db-1")
                .setLifetime(Duration.ofHours(1).toSeconds())
                .build();
    }

    private List<Machine> machines() {
        return cluster.leader(channel -> JoinOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .listMachines(ListMachinesRequest.getDefaultInstance())
                        .getMachinesList())
                .orElse(List.of());
    }

    private FakeSidecar caller() throws Exception {
        FakeSidecar caller = FakeSidecar.join(
                cluster.replica(0),
                "shop/caller",
                cluster.account("shop", "web"),
                cluster.token(cluster.account("shop", "web")));
        caller.subscribe(SERVICE, "192.0.2.7:6432");
        return caller;
    }

    @Test
    void joinsAtAnyReplicaAndIsAnEndpointOfTheServiceThatSelectsIt() throws Exception {
        CreateTokenResponse token = token();
        assertThat(token.getInfo().getIdentity()).isEqualTo(account.toString());
        assertThat(token.getAnchorsCount()).isOne();
        try (FakeSidecar machine = FakeSidecar.join(cluster.replica(1), "shop/db-1", account, token.getToken());
                FakeSidecar caller = caller()) {
            Waiting.until("it is told what it is", () -> machine.told("inbound").isPresent());
            Waiting.until(
                    "the Service and its address lead to it",
                    () -> caller.endpoints(SERVICE).equals(List.of("192.0.2.7:6432 " + account))
                            && caller.endpoints("192.0.2.7:6432").equals(List.of("192.0.2.7:6432 " + account)));
            Waiting.until(
                    "the leader lists it, whichever replica it joined at",
                    () -> machines().stream()
                            .anyMatch(each -> each.getToken().getWorkload().equals("shop/db-1")));
        }
    }

    @Test
    void aMachineThatIsRevokedIsShutOutAtEveryReplica() throws Exception {
        String token = token().getToken();
        try (FakeSidecar machine = FakeSidecar.join(cluster.replica(1), "shop/db-1", account, token)) {
            Waiting.until("it is told what it is", () -> machine.told("inbound").isPresent());
            Waiting.until("the leader knows it", () -> !machines().isEmpty());
            var _ = cluster.leader(channel -> JoinOperatorGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .revokeMachine(RevokeMachineRequest.newBuilder()
                            .setId(machines().getFirst().getToken().getId())
                            .build()));
            Waiting.until("its stream has ended", () -> machine.told("inbound").isEmpty());
        }
    }

    @Test
    void aRevokedMachineWhoseAccountSomebodyDeletesStaysRevokedAndNoReplicaStartsWithoutIt() throws Exception {
        try (FakeSidecar machine = FakeSidecar.join(cluster.replica(1), "shop/db-1", account, token().getToken())) {
            Waiting.until("the leader knows it", () -> !machines().isEmpty());
            String id = machines().getFirst().getToken().getId();
            var _ = cluster.leader(channel -> JoinOperatorGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .revokeMachine(RevokeMachineRequest.newBuilder().setId(id).build()));
            Waiting.until("its stream has ended", () -> machine.told("inbound").isEmpty());

            String secret = "weft-state-machines." + id + ".json";
            assertThat(cluster.client
                            .secrets()
                            .inNamespace(KubernetesHome.NAMESPACE)
                            .withName(secret)
                            .delete())
                    .isNotEmpty();

            Waiting.until(
                    "both replicas report it",
                    () -> reportsAProblem(cluster.replica(0)) && reportsAProblem(cluster.replica(1)));
            assertThat(machines())
                    .singleElement()
                    .satisfies(known -> assertThat(known.getRevoked()).isPositive());
            assertThatThrownBy(cluster::startReplica)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("WEFT-C093")
                    .hasMessageContaining(secret);
        }
    }

    private static boolean reportsAProblem(ControlPlane replica) throws Exception {
        URI page = URI.create("http://127.0.0.1:" + replica.adminPort() + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains("weft_control_state_problems 1");
        }
    }

    @Test
    void aServiceOfMachinesLeadsToThemAlsoWhereAPodOfTheHostsNetworkHasTheLabels() throws Exception {
        cluster.put(new PodBuilder(Pods.labelled(Pods.meshed("shop", "db-host", "192.0.2.99"), "app", "db")
                        .build())
                .editSpec()
                .withHostNetwork(true)
                .endSpec()
                .build());
        try (FakeSidecar caller = caller()) {
            Waiting.until(
                    "it leads to the machine",
                    () -> caller.endpoints(SERVICE).equals(List.of("192.0.2.7:6432 " + account)));
        }
    }

    @Test
    void aServiceLeadsToPodsAndMachines() throws Exception {
        cluster.put(new PodBuilder(Pods.labelled(Pods.meshed("shop", "db-0", "10.9.0.2"), "app", "db")
                        .build())
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withName("postgres")
                .withContainerPort(5432)
                .endPort()
                .endContainer()
                .endSpec()
                .build());
        try (FakeSidecar caller = caller()) {
            Waiting.until(
                    "it leads to both",
                    () -> caller.endpoints(SERVICE)
                            .equals(List.of(
                                    "10.9.0.2:5432 " + cluster.account("shop", "web"), "192.0.2.7:6432 " + account)));
        }
    }
}
