package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NetworkPolicies that block the traffic of the mesh. */
final class NetworkPolicyChecksTest {

    private static final String API = meshed("shop", "api");
    private static final String CONTROL = """
        {"metadata": {"namespace": "weft-system", "name": "weft-control-1",
                      "labels": {"app.kubernetes.io/name": "weft-control"}}}
        """;
    private static final String TO_CONTROL = "{\"ports\": [{\"port\": 15012}]}";
    private static final String TO_TUNNELS = "{\"ports\": [{\"port\": 15008}]}";
    private static final String TO_APPLICATION = "{\"to\": [{\"podSelector\": {}}], \"ports\": [{\"port\": 8080}]}";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static String meshed(String namespace, String app) {
        return """
            {"metadata": {"namespace": "%s", "name": "%s-1", "labels": {"app": "%s"}},
             "spec": {"initContainers": [{"name": "weft-proxy", "restartPolicy": "Always"}]}}
            """.formatted(namespace, app, app);
    }

    private static String policy(String name, String app, String spec) {
        return """
            {"metadata": {"namespace": "shop", "name": "%s"},
             "spec": {"podSelector": {"matchLabels": {"app": "%s"}}, %s}}
            """.formatted(name, app, spec);
    }

    private static String ingress(String rules) {
        return policy("in", "api", "\"ingress\": [" + rules + "]");
    }

    private static String egress(String... rules) {
        return policy("out", "api", "\"policyTypes\": [\"Egress\"], \"egress\": [" + String.join(",", rules) + "]");
    }

    private Report.Line check(String pods, String... policies) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get namespaces", """
                            {"items": [{"metadata": {"name": "shop"}}, {"metadata": {"name": "weft-system",
                              "labels": {"kubernetes.io/metadata.name": "weft-system"}}}]}
                            """)
                        .to("get pods", "{\"items\": [" + pods + "," + CONTROL + "]}")
                        .to("get networkpolicies", "{\"items\": [" + String.join(",", policies) + "]}")
                        .kubectl())
                .get(PodChecks.NAMES.indexOf("network-policies"));
    }

    @Test
    void findsWhatKeepsTunnelsOut() throws Exception {
        Report.Line line = check(API, ingress("{\"ports\": [{\"port\": 8080}]}"));
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about()).containsExactly("shop/in opens ports of pods of the mesh, but not 15008");
        assertThat(line.reason()).contains("15008", "15012");
        assertThat(check(API, ingress("{\"ports\": [{\"port\": 15008, \"protocol\": \"UDP\"}]}"))
                        .result())
                .isEqualTo(Result.FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // closes all: it is meant so
                "{\"from\": []}",
                "{\"ports\": [{\"port\": 8080}, {\"port\": 15008}]}",
                "{\"ports\": [{\"port\": 8080}]}, {\"ports\": [{\"port\": 15000, \"endPort\": 15010}]}",
                "{\"ports\": [{\"protocol\": \"TCP\"}]}"
            })
    void letsBeWhatLetsTunnelsIn(String rules) throws Exception {
        assertThat(check(API, ingress(rules)).result()).isEqualTo(Result.OK);
    }

    @Test
    void policiesOfOnePodAddUp() throws Exception {
        String application = ingress("{\"ports\": [{\"port\": 8080}]}");
        String tunnels = policy("tunnels", "api", "\"ingress\": [{\"ports\": [{\"port\": 15008}]}]");
        String nothing = policy("nothing", "api", "\"policyTypes\": [\"Ingress\"]");
        assertThat(check(API, application, tunnels, nothing).result()).isEqualTo(Result.OK);
        assertThat(check(API, application, nothing).about())
                .containsExactly("shop/in with shop/nothing opens ports of pods of the mesh, but not 15008");
        assertThat(check(API, application, policy("tunnels", "web", "\"ingress\": [" + TO_TUNNELS + "]"))
                        .result())
                .isEqualTo(Result.FAILED);
    }

    @Test
    void aPolicyAboutOtherPodsIsLeftAlone() throws Exception {
        assertThat(check(meshed("shop", "web"), ingress("{\"ports\": [{\"port\": 8080}]}"))
                        .result())
                .isEqualTo(Result.OK);
        assertThat(check(meshed("bank", "api"), ingress("{\"ports\": [{\"port\": 8080}]}"))
                        .result())
                .isEqualTo(Result.OK);
    }

    @Test
    void findsWhatKeepsPodsFromTheControlPlane() throws Exception {
        String said = "shop/out keeps pods of the mesh from port 15012 of the control plane: they never become ready";
        assertThat(check(API, egress()).about()).containsExactly(said);
        assertThat(check(API, egress("{\"ports\": [{\"port\": 53, \"protocol\": \"UDP\"}]}", TO_TUNNELS))
                        .about())
                .containsExactly(said);
        assertThat(check(API, egress("{\"to\": [{\"podSelector\": {}}]}")).about())
                .containsExactly(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                TO_CONTROL,
                "{\"to\": [{\"ipBlock\": {\"cidr\": \"10.0.0.0/8\"}}]}",
                "{\"to\": [{\"namespaceSelector\": {\"matchLabels\": {\"kubernetes.io/metadata.name\": \"weft-system\"}},"
                        + " \"podSelector\": {\"matchLabels\": {\"app.kubernetes.io/name\": \"weft-control\"}}}]}"
            })
    void letsBeWhatLeadsToTheControlPlane(String rule) throws Exception {
        assertThat(check(API, egress(rule)).result()).isEqualTo(Result.OK);
    }

    @Test
    void findsWhatLetsPodsCallEachOtherButNotByTunnels() throws Exception {
        assertThat(check(API, egress(TO_CONTROL, TO_APPLICATION)).about())
                .containsExactly("shop/out lets pods of the mesh call others of the mesh, but not by port 15008");
        assertThat(check(API, egress(TO_CONTROL, TO_APPLICATION, TO_TUNNELS)).result())
                .isEqualTo(Result.OK);
        // Outside of the mesh, ports are the application's own.
        assertThat(check(API, egress(TO_CONTROL, "{\"ports\": [{\"port\": 443}]}"))
                        .result())
                .isEqualTo(Result.OK);
    }

    @Test
    void policiesOfIngressSayNothingAboutEgress() throws Exception {
        assertThat(check(API, ingress(TO_TUNNELS)).result()).isEqualTo(Result.OK);
        // Rules for egress count without policyTypes too.
        assertThat(check(API, policy("out", "api", "\"ingress\": [{}], \"egress\": [" + TO_TUNNELS + "]"))
                        .result())
                .isEqualTo(Result.FAILED);
    }
}
