package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.command.Commands;
import dev.weft.local.state.MeshState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class SidecarFilesTest {

    @TempDir
    Path directory;

    private MeshState.WorkloadFiles files;
    private SidecarFiles sidecar;

    @BeforeEach
    void open() throws Exception {
        MeshState state = new MeshState(directory);
        Files.createDirectories(state.control());
        Files.writeString(state.anchors(), "anchors");
        files = state.workload("shop", "api");
        sidecar = new SidecarFiles(state, files, Optional.empty());
        sidecar.open();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void doesNotReadWhatASidecarMayHaveReplaced() throws Exception {
        String _ = Commands.run("mkfifo", files.anchors().toString());
        sidecar.copyAnchors();
        assertThat(files.anchors()).isRegularFile().hasContent("anchors");
    }

    @Test
    void leavesNothingBesideTheFile() throws Exception {
        sidecar.write(files.token(), "token");
        assertThat(files.sidecar().toFile().list())
                .containsExactly(files.token().getFileName().toString());
        assertThat(files.directory().toFile().list())
                .containsExactly(files.sidecar().getFileName().toString());
    }
}
