package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.check.platform.NamespaceInbound;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.harden.Hardening;
import dev.weft.cli.harden.Hardening.Plaintext;
import dev.weft.cli.harden.Hardening.Unknown;
import dev.weft.cli.harden.Hardening.Why;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class HardenCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Hardening QUIET = new Hardening("shop", List.of(), List.of(), List.of(), 0, Optional.empty());
    private static final Hardening CALLED = new Hardening(
            "shop",
            List.of(new Plaintext("shop/api", "old/batch", 8080, 3, 1, NOW.minusSeconds(30))),
            List.of(new Unknown("shop/idle", Why.SILENT)),
            List.of(),
            0,
            Optional.empty());
    private static final Hardening HALF =
            new Hardening("shop", List.of(), List.of(), List.of("10.1.0.7"), 0, Optional.empty());
    private static final Hardening FULL = new Hardening("shop", List.of(), List.of(), List.of(), 12, Optional.empty());
    private static final Hardening RESTARTED = new Hardening(
            "shop",
            List.of(),
            List.of(new Unknown("shop/api", Why.NEW)),
            List.of(),
            0,
            Optional.of(NOW.plus(Duration.ofMinutes(59))));

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private HardenCommand command(String... args) {
        HardenCommand command = new HardenCommand(new Session(
                printed.screen(),
                new Meshes(new StateDirectories(Path.of("/nonexistent"), false)),
                Clock.fixed(NOW, ZoneOffset.UTC),
                Map.of()));
        var _ = new CommandLine(command).parseArgs(args);
        return command;
    }

    /** A namespace by a kubectl that keeps what it was asked to change. */
    private NamespaceInbound cluster(String script) throws IOException {
        Path program = folder.resolve("kubectl");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new NamespaceInbound(new Kubectl(program.toString(), Optional.empty(), Optional.empty()), "shop");
    }

    private NamespaceInbound cluster() throws IOException {
        return cluster("echo \"$*\" >> " + folder.resolve("asked"));
    }

    private String asked() throws IOException {
        Path asked = folder.resolve("asked");
        return Files.exists(asked) ? Files.readString(asked) : "";
    }

    @Test
    void makesItStrictWhenNobodyCallsInPlaintext() throws Exception {
        assertThat(command("shop").finish(QUIET, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.OK);
        assertThat(asked()).startsWith("annotate --overwrite namespace shop weft.dev/inbound=strict");
        assertThat(printed.out()).contains("no call in plaintext to namespace shop was seen");
        assertThat(printed.err()).contains("is strict");
    }

    @Test
    void leavesItAsItIsWhenSomebodyWouldBeRefusedAndSaysWho() throws Exception {
        assertThat(command("shop").finish(CALLED, Optional.of("permissive"), Optional.of(cluster())))
                .isEqualTo(ExitCode.FAILED);
        assertThat(asked()).isEmpty();
        assertThat(printed.out()).contains("shop/api", "old/batch", "8080", "30s ago");
        assertThat(printed.err())
                .contains("1 caller would be refused (WEFT-C133)", "shop/idle: its sidecar has told of no connection");
    }

    @Test
    void leavesItAsItIsWhileNotAllCallersAreKnown() throws Exception {
        assertThat(command("shop", "-o", "json").finish(HALF, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("\"missing\"", "\"10.1.0.7\"", "\"forgotten\"");
        assertThat(printed.err())
                .contains("replica 10.1.0.7 of the control plane does not answer", "stays as it is", "WEFT-C133");
        assertThat(command("shop").finish(FULL, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("no longer counted, because a limited number is kept: 12");
        assertThat(asked()).isEmpty();
        assertThat(command("shop", "--force").finish(HALF, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.OK);
        assertThat(asked()).contains("weft.dev/inbound=strict");
    }

    @Test
    void saysUntilWhenASidecarHasCountedForLessThanTheWindow() throws Exception {
        assertThat(command("shop").finish(RESTARTED, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.OK);
        assertThat(asked()).contains("weft.dev/inbound=strict");
        assertThat(printed.err())
                .contains(
                        "shop/api: its sidecar counts for less time", "in 59m every sidecar will have counted for 1h");
    }

    @Test
    void makesItStrictAllTheSameWhenForced() throws Exception {
        assertThat(command("shop", "--force").finish(CALLED, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.OK);
        assertThat(asked()).contains("weft.dev/inbound=strict");
    }

    @Test
    void changesNothingInADryRunNorWhereItIsStrict() throws Exception {
        assertThat(command("shop", "--dry-run").finish(QUIET, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains("would be made strict");
        assertThat(command("shop", "--dry-run").finish(CALLED, Optional.empty(), Optional.of(cluster())))
                .isEqualTo(ExitCode.FAILED);
        assertThat(command("shop").finish(QUIET, Optional.of("strict"), Optional.of(cluster())))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains("is strict already");
        assertThat(asked()).isEmpty();
    }

    @Test
    void saysWhatToWriteIntoTheFileOfAMeshOnThisMachine() throws Exception {
        assertThat(command("shop").finish(QUIET, Optional.empty(), Optional.empty()))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains("annotations: {weft.dev/inbound: strict}");
        assertThat(command("shop").finish(CALLED, Optional.empty(), Optional.empty()))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void isADocumentForPrograms() throws Exception {
        assertThat(command("shop", "-o", "json").finish(CALLED, Optional.of("permissive"), Optional.of(cluster())))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("\"inbound\"", "\"permissive\"", "\"changed\"", "\"old/batch\"", "\"SILENT\"");
    }

    @Test
    void failsWithWhatKubectlComplainsOf() throws Exception {
        NamespaceInbound forbidden = cluster("echo 'Error from server (Forbidden): no' >&2; exit 1");
        assertThatThrownBy(() -> command("shop").finish(QUIET, Optional.empty(), Optional.of(forbidden)))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("WEFT-C134");
                    assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
                    assertThat(failure.what()).contains("Forbidden");
                });
    }

    @Test
    void refusesAWindowOfMoreThanIsKept() {
        for (String window : List.of("0s", "2h")) {
            assertThatThrownBy(() -> command("shop", "--window", window).call())
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE));
        }
    }

    @Test
    void readsWhatANamespaceSaysAndWhichPodsHaveNoSidecar() throws Exception {
        NamespaceInbound said = cluster("""
            case "$*" in
            get\\ namespace*) echo '{"metadata": {"annotations": {"weft.dev/inbound": "permissive"}}}' ;;
            *) echo '{"items": [
              {"metadata": {"name": "bare"}, "spec": {}, "status": {"phase": "Running"}},
              {"metadata": {"name": "done"}, "spec": {}, "status": {"phase": "Succeeded"}},
              {"metadata": {"name": "in"}, "spec": {"initContainers": [{"name": "weft-proxy", "restartPolicy": "Always"}]},
               "status": {"startTime": "2026-03-01T11:00:00Z"}}]}' ;;
            esac\
            """);
        assertThat(said.annotation()).contains("permissive");
        assertThat(said.pods().bare()).containsExactly("shop/bare");
        assertThat(said.pods().started()).isEqualTo(Map.of("shop/in", Instant.parse("2026-03-01T11:00:00Z")));
        NamespaceInbound none =
                cluster("echo 'Error from server (NotFound): namespaces \"shop\" not found' >&2; exit 1");
        assertThatThrownBy(none::annotation).isInstanceOf(IOException.class).hasMessageContaining("NotFound");
    }
}
