package dev.weft.cli.command.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.install.ControlPod;
import dev.weft.kubernetes.install.InstallSettings;
import dev.weft.kubernetes.install.Manifests;
import dev.weft.kubernetes.install.PeeringService;
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
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** A program that answers as kubectl does of a cluster, by files in its folder, and commands that ask it. */
final class AnsweringKubectl {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final Printed printed;

    AnsweringKubectl(Path folder, Printed printed) throws IOException {
        this.folder = folder;
        this.printed = printed;
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

    /** Has the ConfigMap as an install writes it. */
    void installed(String version, String image, InjectionMethod admission) throws IOException {
        InstallSettings settings = new InstallSettings(
                new InjectionSettings(
                        image, "Always", TrustDomain.parse("east.example"), "k8s.example", Inbound.STRICT),
                admission,
                version,
                Duration.ofHours(2),
                Optional.empty(),
                true,
                5,
                PeeringService.NONE,
                ControlPod.USUAL);
        Files.writeString(
                folder.resolve("record"),
                JSON.writeValueAsString(
                        YamlText.trees(Manifests.install(settings)).getLast()));
    }

    /** Runs a command that asks it. */
    int run(Function<Session, Callable<Integer>> command, String... arguments) {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(Path.of("/nonexistent"), false)),
                Clock.systemUTC(),
                Map.of("WEFT_KUBECTL", folder.resolve("kubectl").toString()));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(command.apply(session))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(arguments);
    }
}
