package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.state.SealedFile;
import dev.weft.local.state.MeshState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkedMeshesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void removesWhatALinkLeftWhoseInterfaceIsGone() throws IOException {
        MeshState state = new MeshState(directory);
        LinkedMeshes linked = new LinkedMeshes(state, new Events(state.events()));
        linked.removeEnded(Set.of());
        Files.createDirectories(state.links());
        Path here = Files.createFile(state.links().resolve("mesh1.yaml"));
        Path gone = Files.createFile(state.links().resolve("mesh2.yaml"));
        linked.removeEnded(Set.of("lo", "weft0", "mesh1"));
        assertThat(here).exists();
        assertThat(gone).doesNotExist();
        assertThat(state.events()).content().contains("the link mesh2 to another mesh ended");
    }

    @Test
    void readsTheNamesOfInterfaces() {
        assertThat(LinkedMeshes.interfaces(List.of(
                        "Inter-|   Receive                                                |  Transmit",
                        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets",
                        "    lo:       0       0    0    0    0     0          0         0        0       0",
                        " mesh1:    1234       5    0    0    0     0          0         0        0       0")))
                .containsExactlyInAnyOrder("lo", "mesh1");
    }

    @Test
    void seesWhenTheControlPlaneHasLearnedNames() throws IOException {
        MeshState state = new MeshState(directory);
        LinkedMeshes linked = new LinkedMeshes(state, new Events(state.events()));
        assertThat(linked.refresh()).isFalse();
        Path peers = Files.createDirectories(state.control().resolve("peers"));
        Path file = Files.writeString(peers.resolve("b.example.peer"), SealedFile.seal("\n"));
        assertThat(linked.refresh()).isTrue();
        assertThat(linked.names())
                .singleElement()
                .satisfies(names -> assertThat(names.addresses()).isEmpty());
        assertThat(linked.refresh()).isFalse();
        Files.delete(file);
        assertThat(linked.refresh()).isTrue();
        assertThat(linked.names()).isEmpty();
    }
}
