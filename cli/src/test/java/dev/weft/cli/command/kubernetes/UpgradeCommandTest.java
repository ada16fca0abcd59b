package dev.weft.cli.command.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.Translation;
import dev.weft.cli.command.VersionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.AdmissionVersion;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.install.InstallSettings;
import dev.weft.kubernetes.install.Manifests;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft upgrade}, with a program that answers as kubectl does. */
final class UpgradeCommandTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String VERSION = VersionCommand.weft();

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeEach
    void kubectl() throws IOException {
        Path program = Files.writeString(folder.resolve("kubectl"), """
            #!/bin/sh
            cd '%s' || exit 1
            echo "$@" >>asked
            case "$*" in
            *configmap\\ weft-install*) cat record ;;
            *deployment\\ weft-control*) cat deployment ;;
            *--raw\\ /apis/admissionregistration.k8s.io/v1beta1*) cat v1beta1 2>/dev/null || {
                echo 'Error from server (NotFound): the server could not find the requested resource' >&2
                exit 1
            } ;;
            *--raw\\ /apis/admissionregistration.k8s.io/v1*)
                echo '{"resources": [{"kind": "ValidatingAdmissionPolicy"}, {"kind": "ValidatingAdmissionPolicyBinding"},'
                echo ' {"kind": "MutatingWebhookConfiguration"}]}' ;;
            *--raw*) echo '{"resources": [{"kind": "Service"}, {"kind": "ClusterRole"}, {"kind": "ClusterRoleBinding"}]}' ;;
            *get\\ pods*) cat pods ;;
            *) cat present ;;
            esac
            """.formatted(folder));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        for (String empty : new String[] {"record", "deployment", "pods", "present"}) {
            Files.writeString(folder.resolve(empty), "");
        }
        Files.writeString(folder.resolve("v1beta1"), """
            {"resources": [{"kind": "MutatingAdmissionPolicy"}, {"kind": "MutatingAdmissionPolicyBinding"}]}
            """);
    }

    private void installed(String version, String image) throws IOException {
        installed(version, image, AdmissionVersion.V1BETA1);
    }

    private void installed(String version, String image, AdmissionVersion admission) throws IOException {
        InstallSettings settings = new InstallSettings(
                new InjectionSettings(
                        image, "Always", TrustDomain.parse("east.example"), "k8s.example", Inbound.STRICT),
                admission,
                version,
                Duration.ofHours(2),
                Optional.empty(),
                true,
                5);
        Files.writeString(
                folder.resolve("record"),
                JSON.writeValueAsString(
                        YamlText.trees(Manifests.install(settings)).getLast()));
    }

    private int upgrade(String... arguments) {
        return run(UpgradeCommand::new, arguments);
    }

    private int run(Function<Session, Callable<Integer>> command, String... arguments) {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(Path.of("/nonexistent"), false)),
                Clock.systemUTC(),
                Map.of("WEFT_KUBECTL", folder.resolve("kubectl").toString()));
        FailurePrinter failures = new FailurePrinter(printed.screen(), Translation::of);
        return new CommandLine(command.apply(session))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(arguments);
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
        assertThat(printed.out()).contains("replicas: 1\n", "weft:other").doesNotContain("weft:mine");
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
                .containsExactly("weft-injection", "weft-injection", "weft-webhook", "weft-webhook", "weft-webhook");
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
        assertThat(printed.err()).contains("ConfigMap weft-install is not there", "weft install --keep-issuer");

        Files.writeString(folder.resolve("record"), "{\"data\": {\"version\": \"1\"}}");
        assertThat(upgrade()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("is not as an installation writes it: image: not there");
    }

    @Test
    void uninstallsWhatTheInstallationIsOf() throws IOException {
        installed("0.0.9", "weft:mine");
        assertThat(run(UninstallCommand::new, "--cluster")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out()))
                .noneMatch(object -> "CustomResourceDefinition".equals(object.get("kind")))
                .contains(Trees.of(
                        "apiVersion", "admissionregistration.k8s.io/v1beta1",
                        "kind", "MutatingAdmissionPolicy",
                        "metadata", Trees.of("name", "weft-injection")))
                .last()
                .satisfies(object -> assertThat(object).containsEntry("kind", "Namespace"));

        String before = printed.out();
        assertThat(run(UninstallCommand::new, "--context", "east", "--kinds")).isEqualTo(ExitCode.OK);
        assertThat(printed.out().substring(before.length())).contains("name: authorizationpolicies.weft.dev\n");
        assertThat(Files.readString(folder.resolve("asked"))).contains("--context east");
    }

    /** An install by a policy has come after one by the webhook, or the other way about, and its record does not know of that. */
    @Test
    void uninstallsWhatElseInjects() throws IOException {
        installed(VERSION, "weft:mine");
        assertThat(run(UninstallCommand::new, "--cluster")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out()).getFirst()).containsEntry("kind", "MutatingWebhookConfiguration");

        String before = printed.out();
        installed(VERSION, "weft:mine", AdmissionVersion.WEBHOOK);
        Files.writeString(folder.resolve("present"), "something/weft-injection\n");
        assertThat(run(UninstallCommand::new, "--cluster")).isEqualTo(ExitCode.OK);
        assertThat(YamlText.trees(printed.out().substring(before.length())))
                .extracting(object -> object.get("kind"))
                .startsWith("MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicy")
                .containsOnlyOnce("MutatingWebhookConfiguration", "MutatingAdmissionPolicy");
    }

    @Test
    void saysWhatKubectlSays() throws IOException {
        Files.writeString(folder.resolve("kubectl"), "#!/bin/sh\necho 'Unable to connect' >&2\nexit 1\n");
        assertThat(upgrade("--context", "east")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("Unable to connect", "WEFT-L312");
        assertThat(printed.out()).isEmpty();
    }
}
