package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.Probe;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPGetActionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.TCPSocketActionBuilder;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProbeMappingTest {

    private static List<Probe.Action> probes(Container... containers) {
        return ProbeMapping.of(
                List.of(containers), name -> name.equals("elsewhere") ? OptionalInt.of(7000) : OptionalInt.empty());
    }

    private static HTTPGetAction get(@Nullable String path, IntOrString port) {
        return new HTTPGetActionBuilder().withPath(path).withPort(port).build();
    }

    private static Container readiness(HTTPGetAction action) {
        return new ContainerBuilder()
                .withNewReadinessProbe()
                .withHttpGet(action)
                .endReadinessProbe()
                .build();
    }

    @Test
    void takesAllThreeOfAllContainers() {
        Container one = new ContainerBuilder()
                .withReadinessProbe(new ProbeBuilder()
                        .withHttpGet(get("/ready", new IntOrString(8080)))
                        .build())
                .withLivenessProbe(new ProbeBuilder()
                        .withTcpSocket(
                                new TCPSocketActionBuilder().withNewPort(8081).build())
                        .build())
                .withStartupProbe(new ProbeBuilder()
                        .withNewGrpc()
                        .withPort(8082)
                        .endGrpc()
                        .build())
                .build();
        assertThat(probes(one, readiness(get("/other", new IntOrString(9090)))))
                .containsExactly(
                        new Probe.HttpGet("/ready", 8080),
                        new Probe.TcpSocket(8081),
                        new Probe.Grpc(8082),
                        new Probe.HttpGet("/other", 9090));
    }

    @Test
    void findsThePortOfAName() {
        Container named = new ContainerBuilder(readiness(get("/", new IntOrString("admin"))))
                .addNewPort()
                .withName("admin")
                .withContainerPort(9000)
                .endPort()
                .build();
        assertThat(probes(named)).containsExactly(new Probe.HttpGet("/", 9000));
        assertThat(probes(readiness(get("/", new IntOrString("elsewhere")))))
                .containsExactly(new Probe.HttpGet("/", 7000));
        assertThat(probes(readiness(get("/", new IntOrString("nowhere"))))).isEmpty();
    }

    @Test
    void asksForThePathAsTheKubeletDoes() {
        assertThat(probes(readiness(get(null, new IntOrString(80))))).containsExactly(new Probe.HttpGet("/", 80));
        assertThat(probes(readiness(get("healthz", new IntOrString(80)))))
                .containsExactly(new Probe.HttpGet("/healthz", 80));
        assertThat(probes(readiness(get("/healthz?full=1#top", new IntOrString(80)))))
                .containsExactly(new Probe.HttpGet("/healthz?full=1", 80));
    }

    @Test
    void ofTlsThereIsOnlyTheOpening() {
        HTTPGetAction https = new HTTPGetActionBuilder(get("/", new IntOrString(8443)))
                .withScheme("HTTPS")
                .build();
        assertThat(probes(readiness(https))).containsExactly(new Probe.TcpSocket(8443));
    }

    @Test
    void aProbeOfAnotherHostOrInsideThePodIsNone() {
        HTTPGetAction elsewhere = new HTTPGetActionBuilder(get("/", new IntOrString(80)))
                .withHost("192.0.2.1")
                .build();
        Container exec = new ContainerBuilder()
                .withNewLivenessProbe()
                .withNewExec()
                .withCommand("true")
                .endExec()
                .endLivenessProbe()
                .build();
        assertThat(probes(readiness(elsewhere), exec)).isEmpty();
    }

    @Test
    void oneOutOfRangeIsNone() {
        assertThat(probes(readiness(get("/", new IntOrString(70_000))))).isEmpty();
    }

    @Test
    void soManyAreLetThroughAndNoMore() {
        Container[] containers = IntStream.rangeClosed(1, ProbeMapping.MAX_PROBES + 1)
                .mapToObj(port -> readiness(get("/", new IntOrString(port))))
                .toArray(Container[]::new);
        assertThat(probes(containers)).hasSize(ProbeMapping.MAX_PROBES);
    }
}
