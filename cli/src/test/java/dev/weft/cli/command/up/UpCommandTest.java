package dev.weft.cli.command.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.Translation;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.local.inspect.Meshes;
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

/** What {@code weft up} refuses of the anchor that it is given; nothing here comes up. */
final class UpCommandTest {

    private static final String PASSPHRASE = "correct horse battery";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    private int up(String... more) {
        StateDirectories directories = new StateDirectories(folder.resolve("meshes"), false);
        Session session = new Session(printed.screen(), new Meshes(directories), Clock.systemUTC(), Map.of());
        FailurePrinter failures = new FailurePrinter(printed.screen(), Translation::of);
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
}
