package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that kube-proxy knows and sidecars do not, and those of which kube-proxy would do more. */
final class ServiceChecksTest {

    private static final String PODS = """
        {"items": [
          {"metadata": {"namespace": "shop", "name": "api-1"},
           "spec": {"initContainers": [{"name": "weft-proxy", "restartPolicy": "Always"}]}, "status": {"podIPs": [{"ip": "10.1.0.5"}]}},
          {"metadata": {"namespace": "shop", "name": "bare"}, "status": {"podIPs": [{"ip": "10.1.0.6"}]}}]}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Report.Line check(String manager, String address, String service) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get namespaces", "{\"items\": [{\"metadata\": {\"name\": \"shop\"}}]}")
                        .to("get pods", PODS)
                        .to("get endpointslices.discovery.k8s.io --all-namespaces", """
                            {"items": [{"metadata": {"namespace": "shop", "name": "old-1", "labels":
                               {"kubernetes.io/service-name": "old", "endpointslice.kubernetes.io/managed-by": "%s"}},
                              "endpoints": [{"addresses": ["%s"]}]}]}
                            """.formatted(manager, address))
                        .to("get services", """
                            {"items": [{"metadata": {"namespace": "shop", "name": "old"}, "spec": {%s}}]}
                            """.formatted(service))
                        .kubectl())
                .get(PodChecks.NAMES.indexOf("services-without-selector"));
    }

    @Test
    void warnsOfAServiceWhoseSliceNamesAPodOfTheMesh() throws Exception {
        Report.Line line = check("me", "10.1.0.5", "\"clusterIP\": \"10.96.0.7\"");
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.about()).containsExactly("shop/old");
        assertThat(line.action()).contains("selector", "clusterIP: None");
        assertThat(check("endpointslicemirroring-controller.k8s.io", "10.1.0.5", "\"clusterIP\": \"10.96.0.7\"")
                        .result())
                .isEqualTo(Result.WARNING);
    }

    @Test
    void letsBeWhatReachesThePodByItsSidecar() throws Exception {
        String address = "\"clusterIP\": \"10.96.0.7\"";
        assertThat(check("me", "10.1.0.6", address).result()).isEqualTo(Result.OK);
        assertThat(check("endpointslice-controller.k8s.io", "10.1.0.5", address).result())
                .isEqualTo(Result.OK);
        assertThat(check("me", "10.1.0.5", address + ", \"selector\": {\"app\": \"api\"}")
                        .result())
                .isEqualTo(Result.OK);
        assertThat(check("me", "10.1.0.5", "\"clusterIP\": \"None\"").result()).isEqualTo(Result.OK);
    }

    private Report.Line features(String labels, String metadata, String spec) throws IOException {
        return PodChecks.of(new Answers(directory)
                        .to("get namespaces", "{\"items\": [{\"metadata\": {\"name\": \"shop\"}}]}")
                        .to("get pods", """
                            {"items": [{"metadata": {"namespace": "shop", "name": "api-1", "labels": {%s}},
                               "spec": {"initContainers": [{"name": "weft-proxy", "restartPolicy": "Always"}]}},
                              {"metadata": {"namespace": "shop", "name": "bare", "labels": {"app": "bare"}}}]}
                            """.formatted(labels))
                        .to("get services", """
                            {"items": [{"metadata": {"namespace": "shop", "name": "api"%s}, "spec": {%s}}]}
                            """.formatted(metadata, spec))
                        .kubectl())
                .get(PodChecks.NAMES.indexOf("service-features"));
    }

    private static String spec(String clusterIp, String app, String more) {
        return "\"clusterIP\": \"%s\", \"selector\": {\"app\": \"%s\"}%s".formatted(clusterIp, app, more);
    }

    @Test
    void warnsOfAServiceOfTheMeshThatAsksForWhatOnlyKubeProxyDoes() throws Exception {
        String api = "\"app\": \"api\", \"zone\": \"east\"";
        Report.Line line = features(
                api,
                ", \"annotations\": {\"service.kubernetes.io/topology-mode\": \"Auto\"}",
                spec("10.96.0.7", "api", ", \"sessionAffinity\": \"ClientIP\", \"internalTrafficPolicy\": \"Local\""));
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.about())
                .containsExactly(
                        "shop/api: internalTrafficPolicy: Local",
                        "shop/api: service.kubernetes.io/topology-mode: Auto",
                        "shop/api: sessionAffinity: ClientIP");
    }

    @Test
    void letsBeWhatKubeProxyDoesOrNobodyAskedFor() throws Exception {
        String api = "\"app\": \"api\"";
        String affinity = ", \"sessionAffinity\": \"ClientIP\"";
        assertThat(features(
                                api,
                                "",
                                spec(
                                        "10.96.0.7",
                                        "api",
                                        ", \"sessionAffinity\": \"None\", \"internalTrafficPolicy\": \"Cluster\""))
                        .result())
                .isEqualTo(Result.OK);
        assertThat(features(api, ", \"namespace\": \"bank\"", spec("10.96.0.7", "bare", affinity))
                        .result())
                .as("no pod of its namespace is meshed")
                .isEqualTo(Result.OK);
        assertThat(features(api, "", spec("None", "api", affinity)).result())
                .as("headless")
                .isEqualTo(Result.OK);
        assertThat(features(api, "", "\"clusterIP\": \"10.96.0.7\"" + affinity).result())
                .as("without a selector")
                .isEqualTo(Result.OK);
    }
}
