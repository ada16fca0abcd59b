package dev.weft.local.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
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
    void refusesAStateDirectoryThatAnotherUserMayWrite() throws IOException {
        Path parent = Files.createDirectory(directory.resolve("weft"));
        StateDirectories directories = new StateDirectories(parent, true);
        directories.create();
        assertThat(directories.names()).isEmpty();

        for (String mode : List.of("rwxrwx---", "rwx----w-")) {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(directories::names)
                    .isInstanceOf(ForeignStateException.class)
                    .hasMessage(parent + " may be written by other users: " + mode);
            assertThatThrownBy(() -> directories.of(MeshName.DEFAULT)).isInstanceOf(ForeignStateException.class);
            assertThatThrownBy(directories::create).isInstanceOf(ForeignStateException.class);
        }
    }

    @Test
    void refusesAStateDirectoryOfAnotherUser() throws IOException {
        assumeThat(Uid.own()).as("root may give a directory away").isZero();
        Path other = Files.createDirectory(directory.resolve("weft"));
        Files.setAttribute(other, "unix:uid", 12_345);
        assertThatThrownBy(new StateDirectories(other, true)::names)
                .hasMessage(other + " belongs to the user with the number 12345");
    }

    @Test
    void refusesALinkInPlaceOfTheDirectoryThatItChose() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("to")));
        assertThatThrownBy(new StateDirectories(link, true)::names).hasMessage(link + " is not a directory");
        assertThat(new StateDirectories(link, false).names()).isEmpty();
    }

    @Test
    void aMeshWhoseRecordIsDamagedHidesNoOther() throws IOException {
        StateDirectories directories = new StateDirectories(directory, false);
        MeshName damaged = new MeshName("damaged");
        StateFiles.createDirectories(directories.of(damaged).directory());
        Files.writeString(directories.of(damaged).record(), "{");
        StateFiles.createDirectories(directories.of(MeshName.DEFAULT).directory());
        StateFiles.writeJson(directories.of(MeshName.DEFAULT).record(), record("default"));

        Meshes meshes = new Meshes(directories);
        assertThat(meshes.survey().readable()).extracting(MeshHandle::name).containsExactly(MeshName.DEFAULT);
        assertThatThrownBy(meshes::list).hasMessageContaining("`weft down --mesh damaged`");
        assertThat(meshes.survey().damaged()).containsExactly(damaged);
        assertThatThrownBy(() -> meshes.find(damaged)).hasMessageContaining("`weft down --mesh damaged`");
    }

    @Test
    void makesANewFileWhereNobodyElseMayWrite() throws IOException {
        Path drafts = Files.createDirectory(directory.resolve("drafts"));
        Path file = Files.createDirectory(directory.resolve("shared")).resolve("token");
        Files.createSymbolicLink(file, Files.writeString(directory.resolve("passwd"), "root"));

        StateFiles.write(drafts, file, "secret", draft -> assertThat(draft).hasParent(drafts));
        assertThat(file).hasContent("secret").isRegularFile();
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(directory.resolve("passwd")).hasContent("root");
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
        MeshRecord record = record("m");
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

    private static MeshRecord record(String name) {
        return new MeshRecord(
                name,
                "/f.yaml",
                "cluster.local",
                0,
                true,
                Instant.EPOCH,
                new ProcessRef(1, 2),
                Optional.of(ProcessRef.self()));
    }
}
