package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.local.inspect.AppUser;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.local.state.Uid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkloadApiAccessTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    @DisplayName("WE-04 a meshed workload is told where the API is: unix, no authority, an absolute path")
    void we04TellsMeshedWorkloadsWhereTheApiIs() {
        WorkloadFiles files = new WorkloadFiles(Path.of("/run/weft/default/workloads/shop_web"));
        assertThat(new WorkloadApiAccess(files, true).addedTo(Map.of("A", "b")))
                .containsEntry("A", "b")
                .containsEntry("SPIFFE_ENDPOINT_SOCKET", "unix:///run/weft/default/workloads/shop_web/spiffe/api.sock");
        assertThat(new WorkloadApiAccess(files, true).addedTo(Map.of("SPIFFE_ENDPOINT_SOCKET", "unix:///mine")))
                .containsEntry("SPIFFE_ENDPOINT_SOCKET", "unix:///mine");
    }

    @Test
    void anUnmeshedWorkloadHasNone() throws Exception {
        WorkloadApiAccess access = new WorkloadApiAccess(new WorkloadFiles(directory), false);
        access.open(Optional.empty(), Optional.empty());
        assertThat(access.addedTo(Map.of())).isEmpty();
        assertThat(directory.resolve("spiffe")).doesNotExist();
    }

    @Test
    void theDirectoryIsTheSidecarsAndTheApplicationsGroupMayEnter() throws Exception {
        WorkloadApiAccess access = new WorkloadApiAccess(new WorkloadFiles(directory), true);
        access.open(Optional.empty(), Optional.empty());
        Path made = directory.resolve("spiffe");
        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assumeTrue(Uid.own() == 0, "only root gives files away");
        access.open(Optional.of(AppUser.unknown(71)), Optional.of(AppUser.unknown(72)));
        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(71);
        assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(72);
        access.open(Optional.empty(), Optional.empty());
        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(0);
    }
}
