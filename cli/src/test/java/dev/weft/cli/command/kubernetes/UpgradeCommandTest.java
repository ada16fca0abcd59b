package dev.weft.cli.command.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.command.VersionCommand;
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

/** {@code weft upgrade}, with a program that answers as kubectl does. */
final class UpgradeCommandTest {

    private static final String VERSION = VersionCommand.weft();

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

    private void installed(String version, String image) throws IOException {
        kubectl.installed(version, image, InjectionMethod.V1BETA1);
    }

    private int upgrade(String... arguments) {
        return kubectl.run(UpgradeCommand::new, arguments);
    }

    @Test
    void keepsTheSettingsAndNamesTheImageByThisVersion() throws IOException {
        installed("0.0.9", "registry.example/weft:0.0.9");
        assertThat(upgrade()).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains(
                        "replicas: 5\n",
                        "- east.example\n",
                        "- \"7200s\"\n",
                        "--issuer-dir",
                        "imagePullPolicy: Always\n")
                .contains("image: \"registry.example/weft:" + VERSION, "svc.k8s.example:15012")
                .contains("admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\n")
                .doesNotContain("kind: Secret\n");
        assertThat(printed.err()).contains("from 0.0.9 (registry.example/weft:0.0.9) to " + VERSION, "rollout restart");
    }

    @Test
    void changesWhatIsSaid() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(upgrade("--replicas", "1", "--image", "weft:other", "--inbound", "permissive"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("replicas: 1\n", "weft:other")
                .doesNotContain("weft:mine", "name: weft-peering");
    }

    @Test
    void hasTheControlPlaneReachedFromOutside() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(upgrade("--peering", "nodeport")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("name: weft-peering\n", "type: NodePort\n", "peering: NodePort\n");
    }

    @Test
    void givesTheControlPlanesPodsWhatIsSaid() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(upgrade("--control-memory", "1Gi", "--image-pull-secret", "registry", "--priority-class", "none"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("memory: \"1Gi\"\n", "memory: \"384Mi\"\n", "- name: registry\n", "control-memory: \"1Gi\"\n")
                .doesNotContain("priorityClassName", "kind: ResourceQuota");
    }

    @Test
    void refusesMemoryThatIsNoSize() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(upgrade("--control-memory", "much")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-L100", "control plane's memory: much", "such as 1Gi");
    }

    @Test
    void keepsTheImageWhereTheVersionIsTheSame() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(upgrade()).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("weft:mine");
        assertThat(printed.err()).doesNotContain("rollout restart");
    }

    @Test
    void hasToBeToldOfAnImageThatIsNotNamedByItsVersion() throws IOException {
        installed("0.0.9", "weft:mine");
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L311", "weft:mine", "weft upgrade --image IMAGE");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void refusesAnOlderVersion() throws IOException {
        installed("9.0.0", "weft:9.0.0");
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("is older than what is installed, 9.0.0", "WEFT-L311");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void refusesAnotherMinorVersionWhileSidecarsAreOlderThanTheInstalledOne() throws IOException {
        installed("0.0.9", "weft:0.0.9");
        Files.writeString(folder.resolve("pods"), "shop/api weft:0.0.8\nshop/web weft:0.0.9\nshop/plain \n");
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("sidecars of 1 pods", "shop/api", "WEFT-L311")
                .doesNotContain("shop/web");
        assertThat(printed.out()).isEmpty();
        assertThat(upgrade("--ignore-sidecars")).isEqualTo(ExitCode.OK);
    }

    @Test
    void refusesAWayOfInjectingThatTheClusterDoesNotServe() throws IOException {
        installed(VERSION, "weft:mine");
        Files.delete(folder.resolve("v1beta1"));
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("does not serve MutatingAdmissionPolicy of admissionregistration.k8s.io/v1beta1");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void namesWhatIsNoLongerPartOfItAndPrintsThatAlone() throws IOException {
        installed(VERSION, "weft:mine");
        Files.writeString(folder.resolve("present"), "something/weft-injection\n");
        assertThat(upgrade("--admission", "none")).isEqualTo(ExitCode.OK);
        assertThat(printed.err())
                .contains("no longer part of Weft: admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy")
                .contains("weft upgrade --prune | kubectl delete");

        String before = printed.out();
        assertThat(upgrade("--admission", "none", "--prune")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out().substring(before.length())))
                .extracting(object -> Trees.map(object, "metadata").get("name"))
                .containsExactly(
                        "weft-injection",
                        "weft-injection",
                        "weft-injection",
                        "weft-webhook",
                        "weft-webhook",
                        "weft-webhook");
    }

    /** A policy runs before the webhook, and would give pods its image. */
    @Test
    void namesAndDeletesAPolicyThatTheRecordDoesNotKnow() throws IOException {
        kubectl.installed(VERSION, "weft:mine", InjectionMethod.WEBHOOK);
        Files.writeString(folder.resolve("present"), "something/weft-injection\n");
        assertThat(upgrade()).isEqualTo(ExitCode.OK);
        assertThat(printed.err())
                .contains("no longer part of Weft: admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy weft")
                .contains("once it is applied and the control plane is well")
                .doesNotContain("no longer part of Weft: admissionregistration.k8s.io/v1 MutatingWebhook");

        String before = printed.out();
        assertThat(upgrade("--prune")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out().substring(before.length())))
                .extracting(object -> object.get("kind"))
                .containsExactly("MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicy");
    }

    @Test
    void saysToDeleteAWebhookThatNothingServesAtOnce() throws IOException {
        kubectl.installed(VERSION, "weft:mine", InjectionMethod.WEBHOOK);
        Files.writeString(folder.resolve("present"), "something/weft-injection\n");
        assertThat(upgrade("--admission", "none")).isEqualTo(ExitCode.OK);
        assertThat(printed.err())
                .contains(
                        "immediately after applying it",
                        "no pod of the mesh can be created",
                        "weft upgrade --prune | kubectl")
                .doesNotContain("control plane is well");
    }

    @Test
    void whatIsGoneFromTheClusterIsNamedNoMore() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(upgrade("--admission", "none", "--prune")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).isEmpty();
        assertThat(printed.err()).contains("there is nothing of an earlier version to delete");
    }

    @Test
    void saysWhatThereIsWhereNothingSaysHowItWasInstalled() throws IOException {
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("Weft is not installed in this cluster", "WEFT-L310");

        Files.writeString(folder.resolve("deployment"), """
            {"metadata": {"labels": {"app.kubernetes.io/managed-by": "Helm"}}}
            """);
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("'helm upgrade' upgrades it");

        Files.writeString(folder.resolve("deployment"), "{\"metadata\": {}}");
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("ConfigMap weft-install, which says how, is missing", "weft install --keep-issuer");

        Files.writeString(folder.resolve("record"), "{\"data\": {\"version\": \"1\"}}");
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("is not as an installation writes it: image: not there");
    }

    @Test
    void saysWhatKubectlSays() throws IOException {
        Files.writeString(folder.resolve("kubectl"), "#!/bin/sh\necho 'Unable to connect' >&2\nexit 1\n");
        assertThat(upgrade("--context", "east")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("Unable to connect", "WEFT-L312");
        assertThat(printed.out()).isEmpty();
    }
}
