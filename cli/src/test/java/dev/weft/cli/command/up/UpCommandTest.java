package dev.weft.cli.command.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code weft up} refuses, and what it leaves of a mesh that does not get ready. */
final class UpCommandTest {

    private static final String PASSPHRASE = "correct horse battery";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    private int up(String... more) {
        StateDirectories directories = new StateDirectories(folder.resolve("meshes"), false);
        Session session = new Session(printed.screen(), new Meshes(directories), Clock.systemUTC(), Map.of());
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(new UpCommand(session, directories))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(more);
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private int upOn(TrustAnchor anchor, TrustAnchor keyOf, String passphrase) throws Exception {
        return up(
                file("mesh.yaml", ""),
                "--anchor",
                file("anchor.pem", Pem.encodeCertificates(List.of(anchor.certificate()))),
                "--anchor-key",
                file("anchor-key.pem", Pem.encodePrivateKey(keyOf.key(), PASSPHRASE.toCharArray())),
                "--passphrase-file",
                file("secret", passphrase));
    }

    private static TrustAnchor anchor() {
        return TrustAnchors.create("Ours", Duration.ofDays(2), Clock.systemUTC());
    }

    @Test
    void wantsAnAnchorWithItsKey() throws Exception {
        assertThat(up(file("mesh.yaml", ""), "--anchor", "anchor.pem")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("--anchor and --anchor-key belong together");
        assertThat(up(file("mesh.yaml", ""), "--anchor-key", "key.pem")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void saysWhatOfTheFileMeansNothingBeforeItStarts() throws Exception {
        file("meshes", "not a folder: the start fails");
        assertThat(up(file("mesh.yaml", """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: shop}
                spec: {action: Deny, from: [{anyone: true}]}
                """))).isNotEqualTo(ExitCode.OK);
        assertThat(printed.err())
                .contains("mesh.yaml:1: AuthorizationPolicy shop/p: it is about no workload")
                .contains("(WEFT-P006)");
    }

    @Test
    void refusesAPassphraseThatDoesNotOpenTheKey() throws Exception {
        TrustAnchor anchor = anchor();

        assertThat(upOn(anchor, anchor, "another passphrase")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-T003");
        assertThat(folder.resolve("meshes")).doesNotExist();
    }

    @Test
    void refusesTheKeyOfAnotherAnchor() throws Exception {
        assertThat(upOn(anchor(), anchor(), PASSPHRASE)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-T007");
        assertThat(folder.resolve("meshes")).doesNotExist();
    }

    /** A workload without a sidecar, whose command, or whose readiness probe, fails. */
    private String workload(String command, String probe) throws Exception {
        return file("mesh.yaml", """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: bad, namespace: shop}
                spec:
                  meshed: false
                  command: [sh, -c, "%s"]
                  probes: {readiness: {exec: {command: [%s]}, periodSeconds: 1}}
                """.formatted(command, probe));
    }

    @Test
    void leavesTheMeshAsItIsOnFailureIfAskedTo() throws Exception {
        assertThat(up(workload("echo no such luck; exit 4", "false"), "--keep-on-failure"))
                .isEqualTo(ExitCode.FAILED);
        StateDirectories directories = new StateDirectories(folder.resolve("meshes"), false);
        try {
            assertThat(printed.err())
                    .contains("workload shop/bad does not start", "(WEFT-L121)", "no such luck")
                    .contains("the mesh was left as it is: examine it with 'weft ps'");
            assertThat(new Meshes(directories).require(MeshName.DEFAULT).ps().workloads())
                    .extracting(WorkloadStatus::qualifiedName)
                    .containsExactly("shop/bad");
        } finally {
            new MeshLauncher(directories, _ -> {}).down(MeshName.DEFAULT);
        }
        assertThat(directories.of(MeshName.DEFAULT).directory()).doesNotExist();
    }

    @Test
    void takesTheMeshDownThatIsNotReadyWithinTheStartTimeout() throws Exception {
        assertThat(up(workload("exec sleep infinity", "false"), "--start-timeout", "3s"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("mesh default was not ready within 3 s")
                .doesNotContain("the mesh was left as it is");
        assertThat(folder.resolve("meshes").resolve("default")).doesNotExist();
    }
}
