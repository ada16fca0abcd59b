package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PodChecksTest {

    private static final String NAMESPACES = """
        {"items": [
          {"metadata": {"name": "shop", "labels": {"weft.dev/inject": "enabled"}}},
          {"metadata": {"name": "other"}}]}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static String pod(String namespace, String name, String phase, String labels, String spec) {
        return "{\"metadata\": {\"namespace\": \"%s\", \"name\": \"%s\", \"labels\": {%s}}, \"spec\": {%s}, \"status\": {\"phase\": \"%s\"}}"
                .formatted(namespace, name, labels, spec, phase);
    }

    private static final String SIDECAR = "\"initContainers\": [{\"name\": \"weft-init\"}, {\"name\": \"weft-proxy\"}]";

    private List<Report.Line> checks(String pods, String policies) throws IOException {
        return PodChecks.of(new Answers(directory)
                .to("get namespaces", NAMESPACES)
                .to("get pods", "{\"items\": [" + pods + "]}")
                .to("get networkpolicies", "{\"items\": [" + policies + "]}")
                .kubectl());
    }

    @Test
    void findsPodsWithoutTheSidecarThatTheyShouldHave() throws Exception {
        String pods = String.join(
                ",",
                pod("shop", "bare", "Running", "", ""),
                pod("shop", "meshed", "Running", "", SIDECAR),
                pod("shop", "done", "Succeeded", "", ""),
                pod("shop", "no", "Running", "\"weft.dev/inject\": \"disabled\"", ""),
                pod("shop", "host", "Running", "", "\"hostNetwork\": true"),
                pod("other", "asks", "Pending", "\"weft.dev/inject\": \"enabled\"", ""),
                pod("other", "plain", "Running", "", ""));
        Report.Line line = checks(pods, "").get(1);
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about()).containsExactly("other/asks", "shop/bare");
        assertThat(checks(pod("shop", "meshed", "Running", "", SIDECAR), "")
                        .get(1)
                        .result())
                .isEqualTo(Result.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"grpc\": {\"port\": 8080} | grpc on port 8080",
                "\"httpGet\": {\"port\": \"web\", \"scheme\": \"HTTPS\"} | httpGet by HTTPS on port web"
            })
    void findsProbesThatAStrictPodFails(String probe, String said) throws Exception {
        Report.Line line = probes(probe, "\"weft.dev/inbound\": \"strict\"");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about()).containsExactly("shop/api: " + said);
        assertThat(probes(probe, "\"weft.dev/inbound\": \"permissive\"").result())
                .isEqualTo(Result.OK);
        assertThat(probes(probe, "\"weft.dev/inbound\": \"strict\", \"weft.dev/skip-inbound-ports\": \"9, 8080,web\"")
                        .result())
                .isEqualTo(Result.OK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"httpGet\": {\"port\": 8080, \"scheme\": \"HTTP\"}",
                "\"httpGet\": {\"port\": 8080, \"scheme\": \"HTTPS\", \"host\": \"10.0.0.9\"}",
                "\"tcpSocket\": {\"port\": 8080}",
                "\"exec\": {\"command\": [\"true\"]}"
            })
    void letsProbesBeThatPass(String probe) throws Exception {
        assertThat(probes(probe, "\"weft.dev/inbound\": \"strict\"").result()).isEqualTo(Result.OK);
    }

    @Test
    void aPodIsStrictWhereItsNamespaceIs() throws Exception {
        String pod = pod(
                "shop",
                "api",
                "Running",
                "",
                "\"containers\": [{\"livenessProbe\": {\"grpc\": {\"port\": 1}}}], " + SIDECAR);
        Report.Line line = PodChecks.of(new Answers(directory)
                        .to("get namespaces", """
                            {"items": [{"metadata": {"name": "shop", "annotations": {"weft.dev/inbound": "strict"}}}]}
                            """)
                        .to("get pods", "{\"items\": [" + pod + "]}")
                        .kubectl())
                .get(2);
        assertThat(line.result()).isEqualTo(Result.FAILED);
    }

    private Report.Line probes(String probe, String annotations) throws IOException {
        String pod = """
            {"metadata": {"namespace": "shop", "name": "api", "annotations": {%s}},
             "spec": {"containers": [{"readinessProbe": {%s}}], %s}}
            """.formatted(annotations, probe, SIDECAR);
        return checks(pod, "").get(2);
    }

    @ParameterizedTest
    @CsvSource({
        "baseline,   FAILED, shop enforces baseline",
        "restricted, FAILED, shop enforces restricted",
        "privileged, OK,     ''"
    })
    void findsNamespacesWhosePodSecurityRefusesSidecars(String level, Result result, String about) throws Exception {
        Report.Line line = podSecurity(level, pod("other", "meshed", "Running", "", SIDECAR));
        assertThat(line.result()).isEqualTo(result);
        assertThat(String.join("", line.about())).isEqualTo(about);
    }

    @Test
    void aNamespaceWhosePodsHaveSidecarsIsExempted() throws Exception {
        assertThat(podSecurity("baseline", pod("shop", "meshed", "Running", "", SIDECAR))
                        .result())
                .isEqualTo(Result.OK);
    }

    private Report.Line podSecurity(String level, String pods) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get namespaces", """
                            {"items": [
                              {"metadata": {"name": "shop", "labels": {
                                "weft.dev/inject": "enabled", "pod-security.kubernetes.io/enforce": "%s"}}},
                              {"metadata": {"name": "plain", "labels": {
                                "pod-security.kubernetes.io/enforce": "restricted"}}}]}
                            """.formatted(level))
                        .to("get pods", "{\"items\": [" + pods + "]}")
                        .kubectl())
                .get(3);
    }

    @Test
    void namesAnnotationsOfNamespacesThatHaveNoMeaning() throws Exception {
        Report.Line line = annotations("\"weft.dev/trace-ratio\": \"2\", \"weft.dev/inbond\": \"strict\"");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about())
                .containsExactly(
                        "shop: metadata.annotations.weft.dev/trace-ratio: 2 (expected: a number from 0 to 1); new pods"
                                + " get the default, 0.01",
                        "shop: metadata.annotations: unknown annotation weft.dev/inbond; did you mean"
                                + " weft.dev/inbound?");
        assertThat(annotations("\"weft.dev/trace-ratio\": \"1\", \"other.dev/x\": \"2\"")
                        .result())
                .isEqualTo(Result.OK);
    }

    private Report.Line annotations(String annotations) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to(
                                "get namespaces",
                                "{\"items\": [{\"metadata\": {\"name\": \"shop\", \"annotations\": {" + annotations
                                        + "}}}]}")
                        .kubectl())
                .get(4);
    }

    private static String policy(String rules) {
        return """
            {"metadata": {"namespace": "shop", "name": "api"},
             "spec": {"podSelector": {"matchLabels": {"app": "api"}}, "ingress": %s}}
            """.formatted(rules);
    }

    private Report.Line policies(String rules) throws IOException {
        return checks(pod("shop", "api", "Running", "\"app\": \"api\"", SIDECAR), policy(rules))
                .getLast();
    }

    @Test
    void findsNetworkPoliciesThatKeepTunnelsOut() throws Exception {
        Report.Line line = policies("[{\"ports\": [{\"port\": 8080}]}]");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about()).containsExactly("shop/api opens ports of pods of the mesh, but not 15008");
        assertThat(line.action()).contains("15008/TCP");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]", // closes all: it is meant so
                "[{\"from\": []}]",
                "[{\"ports\": [{\"port\": 8080}, {\"port\": 15008}]}]",
                "[{\"ports\": [{\"port\": 8080}]}, {\"ports\": [{\"port\": 15000, \"endPort\": 15010}]}]",
                "[{\"ports\": [{\"protocol\": \"TCP\"}]}]"
            })
    void letsBeWhatLetsTunnelsIn(String rules) throws Exception {
        assertThat(policies(rules).result()).isEqualTo(Result.OK);
    }

    @Test
    void aPortOfAnotherProtocolIsNotTheTunnels() throws Exception {
        assertThat(policies("[{\"ports\": [{\"port\": 15008, \"protocol\": \"UDP\"}]}]")
                        .result())
                .isEqualTo(Result.FAILED);
    }

    @Test
    void aPolicyAboutOtherPodsIsLeftAlone() throws Exception {
        String pods = pod("shop", "web", "Running", "\"app\": \"web\"", SIDECAR);
        assertThat(checks(pods, policy("[{\"ports\": [{\"port\": 8080}]}]"))
                        .getLast()
                        .result())
                .isEqualTo(Result.OK);
    }

    private Report.Line injection(String caBundle, String policy, String endpoints) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get mutatingwebhookconfigurations", """
                            {"metadata": {"name": "weft-injection"}, "webhooks": [
                              {"clientConfig": {"caBundle": "%s"}}, {"clientConfig": {"caBundle": "QQ=="}}]}
                            """.formatted(caBundle))
                        .to("get mutatingadmissionpolicies", policy)
                        .to("get endpointslices", "{\"items\": [{\"endpoints\": [" + endpoints + "]}]}")
                        .kubectl())
                .getFirst();
    }

    private static String endpoint(boolean ready) {
        return "{\"conditions\": {\"ready\": " + ready + "}}";
    }

    @Test
    void saysWhatInjectsPodsAndWhetherItIsThere() throws Exception {
        assertThat(injection("QQ==", "", endpoint(true) + "," + endpoint(false)).reason())
                .isEqualTo("the control plane injects pods, by its webhook; replicas that serve it: 1");
        Report.Line away = injection("QQ==", "", endpoint(false));
        assertThat(away.result()).isEqualTo(Result.FAILED);
        assertThat(away.reason()).contains("no replica", "WEFT-C132");
        Report.Line bare = injection("", "", endpoint(true));
        assertThat(bare.result()).isEqualTo(Result.FAILED);
        assertThat(bare.reason()).contains("no caBundle", "WEFT-C131");
        Report.Line both = injection("QQ==", "{\"metadata\": {\"name\": \"weft-injection\"}}", endpoint(true));
        assertThat(both.result()).isEqualTo(Result.WARNING);
        assertThat(both.action()).contains("kubectl delete mutatingwebhookconfigurations weft-injection");
    }

    @Test
    void aPolicyNeedsNoReplica() throws Exception {
        Answers policy = new Answers(directory)
                .to("get mutatingwebhookconfigurations", "")
                .to("get mutatingadmissionpolicies", "{\"metadata\": {\"name\": \"weft-injection\"}}");
        assertThat(PodChecks.of(policy.kubectl()).getFirst().reason())
                .isEqualTo("the API server injects pods, by a policy");
        Answers nothing = new Answers(directory).to("get mutatingwebhookconfigurations", "");
        assertThat(PodChecks.of(nothing.kubectl()).getFirst().reason()).contains("'weft inject'");
    }

    @Test
    void saysThatNothingIsKnownWhereTheUserMayNotList() throws Exception {
        List<Report.Line> lines = PodChecks.of(new Answers(directory).kubectl());
        assertThat(lines).allMatch(line -> line.result() == Result.UNKNOWN);
        assertThat(lines.get(1).reason()).containsPattern("refused: get namespaces[^;]*; refused: get pods");
    }
}
