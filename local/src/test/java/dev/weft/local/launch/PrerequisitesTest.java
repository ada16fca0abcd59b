package dev.weft.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.Options;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrerequisitesTest {

    @TempDir
    Path directory;

    @Test
    void addsTheFoldersOfSystemCommands() {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/mine"));
        Prerequisites.extendPath(environment);
        assertThat(environment.get("PATH")).startsWith("/mine:").contains("/usr/sbin");
    }

    @Test
    void findsTheCommandsOfThisMachine() throws MeshStartException {
        Prerequisites.requireCommands(Map.of("PATH", "/nowhere"));
    }

    @Test
    void namesThePackagesOfCommandsThatAreMissing() {
        MeshStartException error = Assertions.catchThrowableOfType(
                MeshStartException.class, () -> Prerequisites.requireIn(List.of(directory.toString())));
        assertThat(error).hasMessageContaining("unshare, nsenter, setpriv, setsid, mount, ip, nft");
        assertThat(error.details())
                .containsExactly("on Debian and Ubuntu: apt-get install util-linux mount iproute2 nftables");
    }

    @Test
    void refusesAFileThatIsNotThereBeforeAnythingStarts() {
        MeshLauncher launcher = new MeshLauncher(new StateDirectories(directory.resolve("state"), true), _ -> {});
        UpOptions options = Options.of(directory.resolve("absent.yaml"), MeshName.DEFAULT, true);
        Assertions.assertThatThrownBy(() -> launcher.up(options))
                .isInstanceOf(MeshStartException.class)
                .hasMessageContaining("absent.yaml");
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void tellsWhatIsWrongWithTheFileBeforeAnythingStarts() throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), "apiVersion: v1\nkind: Servize\n");
        MeshLauncher launcher = new MeshLauncher(new StateDirectories(directory.resolve("state"), true), _ -> {});
        MeshStartException error = Assertions.catchThrowableOfType(
                MeshStartException.class, () -> launcher.up(Options.of(file, MeshName.DEFAULT, true)));
        assertThat(error.details().getFirst()).startsWith(file + ":");
        assertThat(directory.resolve("state")).doesNotExist();
    }
}
