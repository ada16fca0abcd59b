package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlatformChecksTest {

    private static final String POLICIES = "{\"resources\": [{\"name\": \"mutatingadmissionpolicies\"}]}";
    private static final String NODE = """
        {"metadata": {"name": "n1"}, "status": {"nodeInfo": {"kubeletVersion": "%s", "operatingSystem": "%s",
         "architecture": "%s"}}}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Answers good() {
        return new Answers(directory)
                .to("version", "{\"serverVersion\": {\"gitVersion\": \"v1.34.2\"}}")
                .to("get --raw /apis/admissionregistration.k8s.io/v1 ", "{\"resources\": []}")
                .to("get --raw /apis/admissionregistration.k8s.io/v1beta1 ", POLICIES)
                .to("auth can-i create", "yes\n")
                .to("get nodes", "{\"items\": [" + NODE.formatted("v1.34.2", "linux", "amd64") + "]}")
                .to("get deployment weft-control", "")
                .to("get mutatingwebhookconfigurations", "{\"items\": []}");
    }

    private static Report.Line line(Report report, String name) {
        return report.checks().stream()
                .filter(line -> line.check().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Report.Line line(Answers answers, String name) throws IOException {
        return line(PlatformChecks.of(answers.kubectl()), name);
    }

    @Test
    void aClusterThatHasAllThatIsNeeded() throws Exception {
        Report report = PlatformChecks.of(good().kubectl());
        assertThat(report.result()).isEqualTo(Result.OK);
        assertThat(line(report, "admission").reason()).contains("weft install --admission v1beta1");
        assertThat(line(report, "installed").reason()).isEqualTo("Weft is not installed yet");
    }

    @Test
    void aClusterThatCannotBeReachedIsAskedNothingElse() throws Exception {
        Report report = PlatformChecks.of(new Answers(directory).kubectl());
        assertThat(report.checks()).hasSize(1);
        assertThat(line(report, "api-server").reason()).contains("refused: version -o json");
        assertThat(report.result()).isEqualTo(Result.FAILED);
    }

    @Test
    void anApiServerThatIsTooOld() throws Exception {
        Report.Line line =
                line(good().to("version", "{\"serverVersion\": {\"gitVersion\": \"v1.32.9\"}}"), "api-server");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.reason()).contains("v1.32.9 (expected: 1.33 or later)");
    }

    @Test
    void noPolicyThatInjects() throws Exception {
        Report.Line line = line(
                good().to("get --raw /apis/admissionregistration.k8s.io/v1beta1 ", "{\"resources\": []}"), "admission");
        assertThat(line.result()).isEqualTo(Result.OK);
        assertThat(line.reason()).contains("--admission webhook");
    }

    @Test
    void aUserWhoMayNotInstall() throws Exception {
        Report.Line line = line(good().to("auth can-i create", "no\n"), "permissions");
        assertThat(line.result()).isEqualTo(Result.FAILED);
        assertThat(line.about())
                .contains(
                        "create namespaces",
                        "create customresourcedefinitions.apiextensions.k8s.io",
                        "create clusterrolebindings.rbac.authorization.k8s.io",
                        "create roles.rbac.authorization.k8s.io --namespace weft-system",
                        "create rolebindings.rbac.authorization.k8s.io --namespace weft-system",
                        "create serviceaccounts --namespace weft-system",
                        "create services --namespace weft-system",
                        "create configmaps --namespace weft-system",
                        "create poddisruptionbudgets.policy --namespace weft-system",
                        "create validatingadmissionpolicybindings.admissionregistration.k8s.io",
                        "create mutatingwebhookconfigurations.admissionregistration.k8s.io",
                        "create secrets --namespace weft-system")
                .doesNotHaveDuplicates();
    }

    @Test
    void aClusterWithoutNodes() throws Exception {
        Report.Line line = line(good().to("get nodes", "{\"items\": []}"), "nodes");
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.reason()).contains("no node");
    }

    @Test
    void nodesThatCannotRunSidecars() throws Exception {
        String nodes = NODE.formatted("v1.31.0", "linux", "amd64") + "," + NODE.formatted("v1.34.0", "windows", "amd64")
                + "," + NODE.formatted("v1.34.0", "linux", "s390x");
        Report.Line line = line(good().to("get nodes", "{\"items\": [" + nodes + "]}"), "nodes");
        assertThat(line.result()).isEqualTo(Result.WARNING);
        assertThat(line.about())
                .containsExactly(
                        "n1: kubelet v1.31.0 (expected: 1.33 or later)",
                        "n1: windows (expected: linux)",
                        "n1: architecture s390x (expected: amd64 or arm64)");
    }

    @Test
    void whatIsInstalledAlready() throws Exception {
        Report report = PlatformChecks.of(good().to(
                        "get deployment weft-control",
                        "{\"metadata\": {\"labels\": {\"app.kubernetes.io/version\": \"0.1.0\"}}}")
                .to(
                        "get mutatingwebhookconfigurations",
                        "{\"items\": [{\"metadata\": {\"name\": \"istio-sidecar-injector\"}}]}")
                .kubectl());
        assertThat(line(report, "installed").reason()).startsWith("Weft 0.1.0 is installed");
        assertThat(line(report, "other-meshes").about()).containsExactly("istio-sidecar-injector");
    }
}
