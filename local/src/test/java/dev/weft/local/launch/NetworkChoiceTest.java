package dev.weft.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworkChoiceTest {

    @TempDir
    private Path directory = Path.of("");

    private StateDirectories directories = new StateDirectories(Path.of("/nowhere"), false);
    private NetworkChoice choice = new NetworkChoice(directories);

    @BeforeEach
    void setUp() {
        directories = new StateDirectories(directory, false);
        choice = new NetworkChoice(directories);
    }

    @Test
    void takesTheFirstThatNoMeshThatIsUpHas() throws IOException {
        record("a", 0, ProcessRef.self());
        record("gone", 1, new ProcessRef(1, 0));
        record("b", 2, ProcessRef.self());
        assertThat(choice.of(options("new", OptionalInt.empty()))).isEqualTo(1);
        assertThat(choice.of(options("a", OptionalInt.empty()))).isZero();
    }

    @Test
    void refusesOneThatIsTakenAndNamesAFreeOne() throws IOException {
        record("a", 0, ProcessRef.self());
        assertThat(choice.of(options("new", OptionalInt.of(5)))).isEqualTo(5);
        assertThatThrownBy(() -> choice.of(options("new", OptionalInt.of(0))))
                .isInstanceOfSatisfying(MeshStartException.class, refusal -> {
                    assertThat(refusal).hasMessage("network 0 is taken by mesh a");
                    assertThat(refusal.details()).containsExactly("the first free one is --network 1");
                });
    }

    @Test
    void ofTwoThatWroteTheSameDownOneTakesAnother() throws IOException {
        record("a", 0, ProcessRef.self());
        MeshRecord written = record("b", 0, ProcessRef.self());
        MeshRecord settled = choice.settle(options("b", OptionalInt.empty()), written);
        assertThat(settled.network()).isNotZero();
        assertThat(StateFiles.readJson(directory.resolve("b/mesh.json"), MeshRecord.class))
                .contains(settled);
        assertThatThrownBy(() -> choice.settle(options("b", OptionalInt.of(0)), written))
                .hasMessage("network 0 is taken by mesh a");
    }

    private MeshRecord record(String name, int network, ProcessRef launcher) throws IOException {
        MeshRecord record = new MeshRecord(
                name, "/f.yaml", "cluster.local", network, true, Instant.EPOCH, launcher, Optional.empty());
        StateFiles.createDirectories(directory.resolve(name));
        StateFiles.writeJson(directory.resolve(name).resolve("mesh.json"), record);
        return record;
    }

    private static UpOptions options(String name, OptionalInt network) {
        return new UpOptions(
                Path.of("/f.yaml"),
                new MeshName(name),
                "cluster.local",
                network,
                Duration.ofHours(1),
                true,
                Duration.ofSeconds(1),
                Optional.empty(),
                false);
    }
}
