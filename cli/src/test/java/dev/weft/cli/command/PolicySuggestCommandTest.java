package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ListPolicedWorkloadsRequest;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.SampleEdges;
import dev.weft.control.operator.OperatorServer;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PolicySuggestCommandTest {

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    /** A control plane that has seen the sample edges. */
    private static final class Seen extends ObservationOperatorGrpc.ObservationOperatorImplBase {

        @Override
        public void listEdges(ListEdgesRequest request, StreamObserver<ListEdgesResponse> responses) {
            responses.onNext(ListEdgesResponse.newBuilder()
                    .addAllEdges(SampleEdges.all())
                    .addSilent("shop/web")
                    .build());
            responses.onCompleted();
        }

        @Override
        public void listPolicedWorkloads(
                ListPolicedWorkloadsRequest request, StreamObserver<PolicedWorkload> responses) {
            for (String name : List.of("api", "web")) {
                responses.onNext(PolicedWorkload.newBuilder()
                        .setWorkload("shop/" + name)
                        .setIdentity("spiffe://cluster.local/ns/shop/sa/" + name)
                        .putLabels("app", name)
                        .setPolicies(PolicyWire.toProto(PolicySet.of(DefaultDecision.AUTHENTICATED, List.of())))
                        .build());
            }
            responses.onCompleted();
        }
    }

    private int run(String... arguments) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        PolicySuggestCommand command = new PolicySuggestCommand(new Session(
                printed.screen(), new Meshes(new StateDirectories(folder, false)), Clock.systemUTC(), Map.of()));
        new CommandLine(command).parseArgs(arguments);
        try (OperatorServer _ = OperatorServer.start(folder, List.of(new Seen()));
                Operator operator = Operator.of(MeshRef.local(new MeshName("shop")), folder)) {
            return command.print(operator, SampleEdges.NOW.minusSeconds(60));
        }
    }

    @Test
    void printsObjectsThatSayWhatTheyAreDrawnFrom() throws IOException {
        assertThat(run()).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).isEqualTo("""
            # Port 8080 of shop/api: 12 sessions of 1 proven caller since 1970-01-01T00:00:00Z.
            # Requests: 110 read (http/1.1).
            # Methods and paths are not recorded, so the policy allows each request of these callers.
            # To allow fewer, add 'to': 'weft top shop/api --routes' shows requests as they come.
            # Refused in this time: spiffe://cluster.local/ns/shop/sa/web, 13 times, last by WEFT-P001
            # Too open: present policies allow spiffe://cluster.local/ns/shop/sa/api, which did not call.
            # Checked: the sidecars' code would allow every one of these calls by the suggested policies.
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata:
              name: "seen-api-8080"
              namespace: "shop"
            spec:
              workloads:
                matchLabels:
                  "app": "api"
              ports: [8080]
              action: Allow
              from:
              - identity: "spiffe://cluster.local/ns/shop/sa/web"  # 12 sessions, last at 2026-03-01T11:59:55Z
            """);
        assertThat(printed.err()).contains("the sidecar of shop/web has reported no connection yet");
    }

    @Test
    void printsATableAndADocument() throws IOException {
        assertThat(run("-o", "table")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("TOO OPEN", "seen-api-8080", "REQUESTS", " 110 ");
        assertThat(run("-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("\"policy\" : \"seen-api-8080\"");
    }
}
