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

    private static final String SIDECAR =
            "\"initContainers\": [{\"name\": \"weft-init\"}, {\"name\": \"weft-proxy\", \"restartPolicy\": \"Always\"}]";

    private Report.Line check(String name, String pods) throws IOException {
        return check(name, NAMESPACES, pods);
    }

    private Report.Line check(String name, String namespaces, String pods) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get namespaces", namespaces)
                        .to("get pods", "{\"items\": [" + pods + "]}")
                        .kubectl())
                .get(PodChecks.NAMES.indexOf(name));
    }

    @Test
    void findsPodsWithoutTheSidecarThatTheyShouldHave() throws Exception {
        String pods = String.join(
                ",",
                pod("shop", "bare", "Running", "", ""),
                pod("shop", "meshed", "Running", "", SIDECAR),
                pod("shop", "named", "Running", "", "\"initContainers\": [{\"name\": \"weft-proxy\"}]"),
                pod("shop", "done", "Succeeded", "", ""),
                pod("shop", "no", "Running", "\"weft.dev/inject\": \"disabled\"", ""),
                pod("shop", "host", "Running", "", "\"hostNetwork\": true"),
                pod("other", "asks", "Pending", "\"weft.dev/inject\": \"enabled\"", ""),
                pod("other", "plain", "Running", "", ""));
        Report.Line line = check("missing-sidecars", pods);
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about()).containsExactly("other/asks", "shop/bare", "shop/named");
        assertThat(check("missing-sidecars", pod("shop", "meshed", "Running", "", SIDECAR))
                        .result())
                .isEqualTo(Result.OK);
    }

    @Test
    void warnsOfPodsOfTheHostsNetworkInNamespacesOfTheMesh() throws Exception {
        String host = "\"hostNetwork\": true";
        String pods = String.join(
                ",",
                pod("shop", "agent", "Running", "", host),
                pod("shop", "intended", "Running", "\"weft.dev/inject\": \"disabled\"", host),
                pod("shop", "ended", "Failed", "", host),
                pod("shop", "plain", "Running", "", SIDECAR),
                pod("other", "agent", "Running", "", host));
        Report.Line line = check("host-network", pods);
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.about()).containsExactly("shop/agent");
        assertThat(line.action()).contains("weft.dev/inject: disabled");
        assertThat(check("host-network", pod("other", "agent", "Running", "", host))
                        .result())
                .isEqualTo(Result.OK);
    }

    @Test
    void warnsOfPodsThatAdmitPlaintext() throws Exception {
        String namespaces = """
            {"items": [
              {"metadata": {"name": "shop", "annotations": {"weft.dev/inbound": "strict"}}},
              {"metadata": {"name": "other", "labels": {"weft.dev/inject": "enabled"}}},
              {"metadata": {"name": "bank"}}]}
            """;
        String pods = String.join(
                ",",
                annotated("shop", "api", ""),
                annotated("shop", "old", "permissive"),
                annotated("other", "a", ""),
                annotated("other", "b", ""),
                annotated("bank", "api", "strict"));
        Report.Line line = check("permissive-pods", namespaces, pods);
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.about()).containsExactly("other: 2 pods", "shop: 1 pod");
        assertThat(line.action()).contains("weft harden");
        assertThat(check("permissive-pods", namespaces, annotated("shop", "api", ""))
                        .result())
                .isEqualTo(Result.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "WEFT_INBOUND,         strict,     OK,      FAILED",
        "WEFT_INBOUND,         permissive, WARNING, OK",
        "WEFT_WEBHOOK_INBOUND, strict,     WARNING, OK"
    })
    void aPodThatSaysNothingIsAsTheInstallation(String variable, String word, Result permissive, Result probes)
            throws Exception {
        String pod = pod(
                "other",
                "api",
                "Running",
                "",
                "\"containers\": [{\"livenessProbe\": {\"httpGet\": {\"port\": 1, \"scheme\": \"HTTPS\"}}}], "
                        + SIDECAR);
        Answers answers = new Answers(directory)
                .to("get namespaces", NAMESPACES)
                .to("get pods", "{\"items\": [" + pod + "]}")
                .to("get deployment weft-control --namespace weft-system", """
                    {"spec": {"template": {"spec": {"containers": [
                      {"name": "weft-control", "env": [{"name": "WEFT_POD_NAME"}, {"name": "%s", "value": "%s"}]}]}}}}
                    """.formatted(variable, word));
        List<Report.Line> lines = PodChecks.of(answers.kubectl());
        assertThat(lines.get(PodChecks.NAMES.indexOf("permissive-pods")).result())
                .isEqualTo(permissive);
        assertThat(lines.get(PodChecks.NAMES.indexOf("probes")).result()).isEqualTo(probes);
    }

    private static String annotated(String namespace, String name, String inbound) {
        return "{\"metadata\": {\"namespace\": \"%s\", \"name\": \"%s\", \"annotations\": {%s}}, \"spec\": {%s}}"
                .formatted(
                        namespace, name, inbound.isEmpty() ? "" : "\"weft.dev/inbound\": \"" + inbound + "\"", SIDECAR);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"httpGet\": {\"port\": 8080, \"scheme\": \"HTTPS\"} | httpGet by HTTPS on port 8080",
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
                "\"grpc\": {\"port\": 8080}",
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
                "\"containers\": [{\"livenessProbe\": {\"httpGet\": {\"port\": 1, \"scheme\": \"HTTPS\"}}}], "
                        + SIDECAR);
        Report.Line line = check("probes", """
            {"items": [{"metadata": {"name": "shop", "annotations": {"weft.dev/inbound": "strict"}}}]}
            """, pod);
        assertThat(line.result()).isEqualTo(Result.FAILED);
    }

    private Report.Line probes(String probe, String annotations) throws IOException {
        String pod = """
            {"metadata": {"namespace": "shop", "name": "api", "annotations": {%s}},
             "spec": {"containers": [{"readinessProbe": {%s}}], %s}}
            """.formatted(annotations, probe, SIDECAR);
        return check("probes", pod);
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
        return check("pod-security", """
            {"items": [
              {"metadata": {"name": "shop", "labels": {
                "weft.dev/inject": "enabled", "pod-security.kubernetes.io/enforce": "%s"}}},
              {"metadata": {"name": "plain", "labels": {
                "pod-security.kubernetes.io/enforce": "restricted"}}}]}
            """.formatted(level), pods);
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
        return check(
                "annotations",
                "{\"items\": [{\"metadata\": {\"name\": \"shop\", \"annotations\": {" + annotations + "}}}]}",
                "");
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
