package dev.weft.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the meshes of this machine a command is about. */
final class ChosenMeshTest {

    /** Of a process that has ended: no process of this pid started then. */
    private static final ProcessRef ENDED = new ProcessRef(ProcessRef.self().pid(), 1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path home;

    @SuppressWarnings("NullAway.Init") // set before each test
    private StateDirectories directories;

    @BeforeEach
    void noMeshes() {
        directories = new StateDirectories(home, false);
    }

    private void mesh(String name, ProcessRef supervisor) throws IOException {
        MeshState state = directories.of(new MeshName(name));
        StateFiles.createDirectories(state.directory());
        StateFiles.writeJson(
                state.record(),
                new MeshRecord(
                        name,
                        "mesh.yaml",
                        "cluster.local",
                        0,
                        true,
                        Instant.EPOCH,
                        supervisor,
                        Optional.of(supervisor)));
    }

    private String chosen(String... name) throws IOException {
        return ChosenMesh.of(new Meshes(directories), Optional.ofNullable(name.length == 0 ? null : name[0]))
                .name()
                .value();
    }

    private void assertRefused(String code, int exit, String words, String... name) {
        assertThatThrownBy(() -> chosen(name)).isInstanceOfSatisfying(CommandFailure.class, failure -> {
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.exitCode()).isEqualTo(exit);
            assertThat(failure.what() + ": " + String.join("; ", failure.advice()))
                    .contains(words);
        });
    }

    @Test
    void takesTheOnlyOneThatIsUp() throws IOException {
        mesh("shop", ProcessRef.self());
        mesh("gone", ENDED);
        assertThat(chosen()).isEqualTo("shop");
    }

    @Test
    void takesTheDefaultAmongSeveralOrTheOneThatIsNamed() throws IOException {
        mesh("shop", ProcessRef.self());
        mesh("default", ProcessRef.self());
        assertThat(chosen()).isEqualTo("default");
        assertThat(chosen("shop")).isEqualTo("shop");
    }

    @Test
    void doesNotGuessAmongSeveral() throws IOException {
        mesh("shop", ProcessRef.self());
        mesh("work", ProcessRef.self());
        assertRefused("WEFT-L102", ExitCode.USAGE, "choose one with --mesh: shop, work");
    }

    @Test
    void saysHowToStartOneWhereNoneIsUp() {
        assertRefused("WEFT-L101", ExitCode.NOT_FOUND, "no mesh is up: start one with 'weft up FILE'");
        assertRefused("WEFT-L101", ExitCode.NOT_FOUND, "mesh shop is not up: no mesh is up", "shop");
    }

    @Test
    void saysWhichAreUpWhereAnotherIsNamed() throws IOException {
        mesh("shop", ProcessRef.self());
        assertRefused("WEFT-L101", ExitCode.NOT_FOUND, "mesh other is not up: these are up: shop", "other");
        assertRefused("WEFT-L101", ExitCode.NOT_FOUND, "did you mean shop?", "shpo");
    }

    @Test
    void saysOfOneThatHasEndedHowToTakeAwayWhatIsLeft() throws IOException {
        mesh("gone", ENDED);
        assertRefused(
                "WEFT-L105",
                ExitCode.NOT_FOUND,
                "mesh gone is no longer running: 'weft down --mesh gone' removes what is left of it",
                "gone");
    }
}
