package dev.weft.cli.command.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.failure.ExitCode;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft uninstall}, with a program that answers as kubectl does. */
final class UninstallClusterTest {

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @SuppressWarnings("NullAway.Init") // before each test
    private AnsweringKubectl kubectl;

    @BeforeEach
    void kubectl() throws IOException {
        kubectl = new AnsweringKubectl(folder, printed);
    }

    @Test
    void uninstallsWhatTheInstallationIsOf() throws IOException {
        kubectl.installed("0.0.9", "weft:mine", InjectionMethod.V1BETA1);
        assertThat(kubectl.run(UninstallCommand::new)).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out()))
                .noneMatch(object -> "CustomResourceDefinition".equals(object.get("kind")))
                .contains(Trees.of(
                        "apiVersion", "admissionregistration.k8s.io/v1beta1",
                        "kind", "MutatingAdmissionPolicy",
                        "metadata", Trees.of("name", "weft-injection")))
                .last()
                .satisfies(object -> assertThat(object).containsEntry("kind", "Namespace"));

        String before = printed.out();
        assertThat(kubectl.run(UninstallCommand::new, "--context", "east", "--kinds"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out().substring(before.length())).contains("name: authorizationpolicies.weft.dev\n");
        assertThat(Files.readString(folder.resolve("asked"))).contains("--context east");
    }

    /** An install by a policy has come after one by the webhook, or the other way about, and its record does not know of that. */
    @Test
    void uninstallsWhatElseInjects() throws IOException {
        kubectl.installed("1.0.0", "weft:mine", InjectionMethod.V1BETA1);
        assertThat(kubectl.run(UninstallCommand::new, "--cluster")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out()).getFirst()).containsEntry("kind", "MutatingWebhookConfiguration");

        String before = printed.out();
        kubectl.installed("1.0.0", "weft:mine", InjectionMethod.WEBHOOK);
        Files.writeString(folder.resolve("present"), "something/weft-injection\n");
        assertThat(kubectl.run(UninstallCommand::new, "--cluster")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out().substring(before.length())))
                .extracting(object -> object.get("kind"))
                .startsWith("MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicy")
                .containsOnlyOnce("MutatingWebhookConfiguration", "MutatingAdmissionPolicy");
    }

    /** The record is deleted first: a deletion that did not come to its end can be repeated. */
    @Test
    void withoutARecordItUninstallsWhatThisVersionInstallsAndWhatInjects() throws IOException {
        Files.writeString(folder.resolve("present"), "something/weft-injection\n");
        assertThat(kubectl.run(UninstallCommand::new)).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out()))
                .extracting(object -> object.get("kind"))
                .contains("MutatingAdmissionPolicy", "Deployment")
                .containsOnlyOnce("MutatingWebhookConfiguration")
                .last()
                .isEqualTo("Namespace");
        assertThat(printed.err()).contains("no record of an installation");
    }

    @Test
    void leavesWhatHelmInstalledToHelm() throws IOException {
        Files.writeString(
                folder.resolve("deployment"),
                "{\"metadata\": {\"labels\": {\"app.kubernetes.io/managed-by\": \"Helm\"}}}");
        assertThat(kubectl.run(UninstallCommand::new)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("Helm installed Weft", "'helm uninstall'", "WEFT-L310");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void asksNoClusterWhereTheWayOfInjectionIsGiven() {
        assertThat(kubectl.run(UninstallCommand::new, "--admission", "v1")).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\n");
        assertThat(folder.resolve("asked")).doesNotExist();
    }

    /** Whoever may write the ConfigMap has no say in what an administrator deletes. */
    @Test
    void deletesNothingThatIsNotOfWeft() throws IOException {
        kubectl.installed("1.0.0", "weft:mine", InjectionMethod.V1BETA1);
        Path record = folder.resolve("record");
        Files.writeString(
                record, Files.readString(record).replace("\"former\":\"", "\"former\":\"v1 Namespace kube-system\\n"));
        assertThat(kubectl.run(UninstallCommand::new, "--cluster")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("former: v1 Namespace kube-system is no object of Weft", "WEFT-L310");
        assertThat(printed.out()).isEmpty();
    }
}
