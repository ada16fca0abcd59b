package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which datagrams a strict pod lets in. {@link RecordedPodsTest} has the same for the policy. */
final class DeclaredUdpTest {

    private static final PodPatches.Namespace MESH =
            new PodPatches.Namespace("shop", Map.of("weft.dev/inject", "enabled"), Map.of());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''         | ''                               | ''",
                "'53, 54'   | ''                               | 53,54",
                "''         | '{containerPort: 5140, protocol: UDP}, {containerPort: 80}, {containerPort: 81, protocol: TCP}' | 5140",
                "'53'       | '{containerPort: 5140, protocol: UDP}, {containerPort: 9, protocol: SCTP}' | 53,5140",
            })
    void areThoseOfTheAnnotationAndThoseThatItsContainersDeclare(String annotation, String ports, String expected)
            throws Exception {
        String metadata = annotation.isEmpty() ? "" : ", annotations: {weft.dev/udp-ports: '" + annotation + "'}";
        assertBothMake(
                "{kind: Pod, metadata: {name: web%s}, spec: {containers: [{name: a}, {name: b, ports: [%s]}]}}"
                        .formatted(metadata, ports),
                expected);
    }

    /** An init container that ends has no port when the pod runs. */
    @ParameterizedTest
    @CsvSource({"Always, 8125", "'', ''"})
    void areThoseOfInitContainersThatKeepRunning(String restartPolicy, String expected) throws Exception {
        assertBothMake("""
                {kind: Pod, metadata: {name: web}, spec: {containers: [{name: a}],
                 initContainers: [{name: b, restartPolicy: '%s', ports: [{containerPort: 8125, protocol: UDP}]}]}}
                """.formatted(restartPolicy), expected);
    }

    private static void assertBothMake(String pod, String expected) throws Exception {
        Map<String, Object> tree = YamlText.trees(pod).getFirst();
        PodInjection function = new PodInjection(Samples.settings());
        assertThat(udpPorts(YamlText.trees(function.inject(pod).text()).getFirst()))
                .isEqualTo(expected);
        assertThat(udpPorts(Patched.by(new PodPatches(Samples.settings()).of(MESH, tree), tree)))
                .isEqualTo(expected);
    }

    private static Object udpPorts(Map<String, Object> pod) {
        List<Object> initContainers = Trees.list(Trees.map(pod, "spec"), "initContainers");
        return Trees.list(Trees.asMap(initContainers.getFirst(), "weft-init"), "env").stream()
                .map(variable -> Trees.asMap(variable, "variable"))
                .filter(variable -> "WEFT_UDP_PORTS".equals(variable.get("name")))
                .map(variable -> String.valueOf(variable.get("value")))
                .findFirst()
                .orElseThrow();
    }
}
