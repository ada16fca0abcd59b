package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On which ports a workload's sidecar is told to read requests, by what a mesh file declares. */
final class HttpPortsTest {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final MeshCompiler compiler = new MeshCompiler(TrustDomain.parse("cluster.local"));

    @ParameterizedTest
    @CsvSource({
        "'port: 80', ''",
        "'port: 80, appProtocol: http', 8080",
        "'port: 80, appProtocol: grpc', 8080",
        "'port: 80, appProtocol: kubernetes.io/h2c', 8080",
        "'port: 80, name: http-web', 8080",
        "'port: 80, appProtocol: tcp, name: http', ''",
        "'port: 80, appProtocol: https', ''",
        "'port: 80, appProtocol: example.com/own, name: http', ''",
    })
    void areThoseToWhichAServiceLeadsThatDeclaresHttp(String port, String expected) {
        MeshState state = state(workload("api", "app: api", "{port: 8080}")
                + service("api", "app: api", "{targetPort: 8080, " + port + "}"));
        assertThat(httpPorts(state, "api"))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(Integer.valueOf(expected)));
    }

    @Test
    void areNumberedTargetsAlsoIfTheWorkloadDeclaresNoPort() {
        MeshState state = state(workload("api", "app: api", "")
                + service("api", "app: api", "{port: 80, targetPort: 9090, appProtocol: http}"));
        assertThat(httpPorts(state, "api")).containsExactly(9090);
    }

    @Test
    void areWhereTheNameOfATargetPortLeadsOnEachWorkload() {
        MeshState state = state(workload("one", "app: api", "{name: web, port: 8080}")
                + workload("two", "app: api", "{name: web, port: 9090}, {port: 8080}")
                + workload("three", "app: api", "{name: other, port: 8080}")
                + service("api", "app: api", "{port: 80, targetPort: web, appProtocol: http}"));
        assertThat(httpPorts(state, "one")).containsExactly(8080);
        assertThat(httpPorts(state, "two")).containsExactly(9090);
        assertThat(httpPorts(state, "three")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // what the workload declares, what two Services declare
        "http, other, other, true",
        "other, http, other, true",
        "other, http, tcp, false",
        "other, tcp, http, false",
        "http, tcp, other, false",
        "tcp, http, other, true",
        "tcp, other, other, false",
    })
    void areByTheServicesBeforeTheWorkloadAndBytesBeforeHttp(
            String workload, String one, String other, boolean expected) {
        String service = "{port: 80, targetPort: 8080, appProtocol: ";
        MeshState state = state(workload("api", "app: api, tier: x", "{port: 8080, appProtocol: " + workload + "}")
                + service("one", "app: api", service + one + "}")
                + service("other", "tier: x", service + other + "}"));
        assertThat(httpPorts(state, "api")).isEqualTo(expected ? List.of(8080) : List.of());
    }

    @Test
    void areInOrderAndWithoutThoseThatAreReachedPastTheSidecar() {
        MeshState state = state(workload("api", "app: api", "{name: http, port: 9090}, {name: grpc, port: 8081}")
                        .replace("command: [api]", "command: [api], skipInboundPorts: [8082]")
                + service("api", "app: api", "{port: 81, targetPort: 8082, name: http}, {port: 80, name: http2}"));
        assertThat(httpPorts(state, "api")).containsExactly(80, 8081, 9090);
    }

    @Test
    void areNotByServicesOfOtherWorkloadsOrNamespaces() {
        String port = "{port: 80, appProtocol: http}";
        MeshState state = state(workload("api", "app: api, tier: x", "{port: 80}")
                + service("other", "app: other, tier: x", port)
                + service("away", "app: api", port).replace("namespace: shop", "namespace: away"));
        assertThat(httpPorts(state, "api")).isEmpty();
    }

    @Test
    void followTheServiceAndConcernNobodyElse() {
        String web = workload("web", "app: web, tier: x", "{port: 8080}");
        String api = workload("api", "app: api, tier: x", "{port: 8080}");
        String others = service("web", "app: web", "{port: 80, targetPort: 8080}");
        MeshState none = state(web + api + others);
        assertThat(httpPorts(none, "api")).isEmpty();

        MeshState comes = state(web + api + others + api("http"));
        assertThat(httpPorts(comes, "api")).containsExactly(8080);
        assertThat(concerned(none, comes)).containsExactly("api");

        MeshState same = state(web + api + others + api("grpc"));
        assertThat(httpPorts(same, "api")).containsExactly(8080);
        assertThat(concerned(comes, same)).isEmpty();

        MeshState second = state(web
                + api
                + others
                + api("grpc")
                + service("more", "tier: x, app: api", "{port: 90, targetPort: 8080, appProtocol: http}"));
        assertThat(concerned(same, second)).as("it is declared already").isEmpty();

        MeshState bytes = state(web + api + others + api("tcp"));
        assertThat(httpPorts(bytes, "api")).isEmpty();
        assertThat(concerned(second, bytes)).containsExactly("api");

        MeshState moved = state(web + api + others + api("http").replace("{app: api}", "{app: web}"));
        assertThat(httpPorts(moved, "web")).containsExactly(8080);
        assertThat(concerned(bytes, moved)).containsExactly("web");

        MeshState gone = state(web + api);
        assertThat(httpPorts(gone, "web")).isEmpty();
        assertThat(concerned(moved, gone)).containsExactly("web");
    }

    @Test
    void concernNoUnmeshedWorkload() {
        String unmeshed =
                workload("api", "app: api", "{port: 8080}").replace("command: [api]", "meshed: false, command: [api]");
        MeshState former = state(unmeshed);
        MeshState now = state(unmeshed + api("http"));
        assertThat(MeshStates.serves(now, "shop/api")).isFalse();
        assertThat(concerned(former, now)).isEmpty();
        assertThat(httpPorts(state(workload("api", "app: api", "{port: 8080}") + api("http")), "api"))
                .as("when it gets a sidecar")
                .containsExactly(8080);
    }

    @Test
    void areNotMoreThanASidecarAccepts() {
        StringBuilder services = new StringBuilder(workload("api", "app: api", ""));
        for (int service = 0; service <= NamespaceDeclarations.MAX_PORTS / 100; service++) {
            StringBuilder ports = new StringBuilder();
            for (int port = 0; port < 100; port++) {
                ports.append(port == 0 ? "" : ", ")
                        .append("{port: ")
                        .append(1 + service * 100 + port)
                        .append(", appProtocol: http}");
            }
            services.append(service("s" + service, "app: api", ports.toString()));
        }
        assertThat(httpPorts(state(services.toString()), "api"))
                .hasSize(NamespaceDeclarations.MAX_PORTS)
                .endsWith(4100)
                .doesNotContain(1000); // of the last Service by name
    }

    /** What the owner of one namespace declares must not keep the compiler busy, because all others wait for it. */
    @Test
    void costLittleHoweverManyServicesDeclareThePortsOfManyPods() {
        StringBuilder ports = new StringBuilder("{name: p0, port: 20000}");
        StringBuilder targets = new StringBuilder();
        for (int port = 1; port < 1000; port++) {
            ports.append(", {name: p")
                    .append(port)
                    .append(", port: ")
                    .append(20_000 + port)
                    .append('}');
            targets.append("{port: ")
                    .append(port)
                    .append(", targetPort: p")
                    .append(port)
                    .append(", appProtocol: http}, ");
        }
        StringBuilder objects = new StringBuilder();
        for (int pod = 0; pod < 30; pod++) {
            objects.append(workload("pod" + pod, "app: api, all: x", ports.toString()));
        }
        for (int service = 0; service < 30; service++) {
            objects.append(service("s" + service, service % 2 == 0 ? "app: api" : "all: x", targets.toString()));
        }
        state(objects.toString());
        Parsed more = RegistryFiles.parse(
                Path.of("mesh.yaml"), objects + service("tcp", "app: api", "{port: 1, targetPort: p1, name: tcp}"));
        long before = THREADS.getCurrentThreadCpuTime();
        MeshState state = compiler.compile(more.objects(), List.of());
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(1));
        assertThat(httpPorts(state, "pod0")).hasSize(998).doesNotContain(20_001);
    }

    private MeshState state(String text) {
        Parsed parsed = RegistryFiles.parse(Path.of("mesh.yaml"), text);
        assertThat(parsed.errors()).isEmpty();
        return compiler.compile(parsed.objects(), List.of());
    }

    private static List<Integer> httpPorts(MeshState state, String workload) {
        return MeshStates.resource(state, "shop/" + workload, "inbound")
                .getInbound()
                .getHttpPortsList();
    }

    /** The workloads whose sidecars look at their configuration again. */
    private static List<String> concerned(MeshState former, MeshState now) {
        return List.of("api", "web").stream()
                .filter(name -> MeshStates.concerns(former, now, "shop/" + name, "inbound"))
                .toList();
    }

    private static String api(String appProtocol) {
        return service("api", "app: api", "{port: 80, targetPort: 8080, appProtocol: " + appProtocol + "}");
    }

    private static String service(String name, String selector, String ports) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: shop}
                spec: {selector: {%s}, ports: [%s]}
                """.formatted(name, selector, ports);
    }

    private static String workload(String name, String labels, String ports) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: shop, labels: {%s}}
                spec: {command: [api], ports: [%s]}
                """.formatted(name, labels, ports);
    }
}
