package dev.weft.local.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateTest {

    @TempDir
    Path directory;

    @Test
    void findsTheDirectoryOfRootOfAUserAndOfWeftHome() {
        assertThat(StateDirectories.of(Map.of(), 0).parent()).isEqualTo(Path.of("/run/weft"));
        assertThat(StateDirectories.of(Map.of(), 1000).parent()).isEqualTo(Path.of("/tmp/weft-1000"));
        assertThat(StateDirectories.of(Map.of("XDG_RUNTIME_DIR", directory.toString()), 1000)
                        .parent())
                .isEqualTo(directory.resolve("weft"));
        assertThat(StateDirectories.of(Map.of("WEFT_HOME", "/elsewhere"), 0))
                .isEqualTo(new StateDirectories(Path.of("/elsewhere"), false));
    }

    @Test
    void refusesNamesThatAreNoLabels() {
        for (String bad : List.of("", "-a", "a-", "A", "a/b", "..", "a".repeat(41))) {
            assertThatThrownBy(() -> new MeshName(bad)).hasMessageContaining("mesh name: " + bad);
        }
        assertThat(MeshName.DEFAULT.value()).isEqualTo("default");
    }

    @Test
    void writesAndReadsARecordForTheOwnerOnly() throws IOException {
        MeshRecord record = new MeshRecord(
                "m",
                "/f.yaml",
                "cluster.local",
                0,
                true,
                Instant.EPOCH,
                new ProcessRef(1, 2),
                Optional.of(ProcessRef.self()));
        Path file = directory.resolve("mesh.json");
        StateFiles.writeJson(file, record);
        assertThat(StateFiles.readJson(file, MeshRecord.class)).contains(record);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactly(file.getFileName().toString());
    }

    @Test
    void saysWhichFileIsNotOfThisVersion() throws IOException {
        Path file = Files.writeString(directory.resolve("mesh.json"), "{");
        assertThatThrownBy(() -> StateFiles.readJson(file, MeshRecord.class)).hasMessageContaining(file.toString());
        assertThat(StateFiles.readJson(directory.resolve("absent"), MeshRecord.class))
                .isEmpty();
    }

    @Test
    void tellsAProcessFromALaterOneOfTheSamePid() {
        ProcessRef self = ProcessRef.self();
        assertThat(self.alive()).isTrue();
        assertThat(new ProcessRef(self.pid(), self.startTicks() - 1).alive()).isFalse();
        assertThat(ProcessRef.of(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void deletesATreeButNotWhatItsLinksLeadTo() throws IOException {
        Path kept = Files.writeString(directory.resolve("kept"), "x");
        Path tree = Files.createDirectories(directory.resolve("tree/inner"));
        Files.createSymbolicLink(tree.resolve("link"), kept);
        Files.writeString(tree.resolve("file"), "y");
        StateFiles.deleteTree(directory.resolve("tree"));
        assertThat(directory.toFile().list()).containsExactly(kept.getFileName().toString());
        StateFiles.deleteTree(directory.resolve("tree"));
    }
}
