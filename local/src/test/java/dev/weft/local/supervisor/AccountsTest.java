package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.local.inspect.AppUser;
import dev.weft.local.state.Uid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountsTest {

    @TempDir
    Path directory;

    @Test
    void noTwoProgramsHaveTheSameUser() throws Exception {
        Set<Integer> seen = new HashSet<>();
        for (int network : List.of(0, 1, 31)) {
            Accounts accounts = new Accounts(true, true, network);
            for (String address : List.of("10.244.0.2", "10.244.0.3", "10.244.1.2", "10.244.254.254")) {
                List<String> addresses = List.of(address, "fd00::2");
                seen.add(accounts.application(Optional.empty(), addresses)
                        .orElseThrow()
                        .uid());
                seen.add(accounts.sidecar(addresses).orElseThrow().uid());
            }
        }
        assertThat(seen).hasSize(24).allMatch(uid -> uid >= 0x7000_0000);
    }

    @Test
    void aUserOfTheMeshFileCounts() throws Exception {
        assumeTrue(Uid.own() == 0, "there are other users to become");
        assertThat(new Accounts(true, true, 0).application(Optional.of("root"), List.of("10.244.0.2")))
                .get()
                .matches(AppUser::root);
    }

    @Test
    void aUserNamespaceHasOneUser() throws Exception {
        Accounts accounts = new Accounts(false, false, 0);
        assertThat(accounts.application(Optional.empty(), List.of("10.244.0.2")))
                .isEmpty();
        assertThat(accounts.sidecar(List.of("10.244.0.2"))).isEmpty();
    }

    @Test
    void sidecarsStayTheirStartersWhereNobodyElseCanReadWhatTheyRunFrom() throws Exception {
        Path jar = Files.writeString(
                Files.createDirectories(directory.resolve("lib")).resolve("a.jar"), "");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(FileAccess.byOthers(jar)).isTrue();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        assertThat(FileAccess.byOthers(jar)).isFalse();
        assertThat(Accounts.of(0, List.of(jar)).sidecars()).isFalse();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-------"));
        assertThat(FileAccess.byOthers(jar)).isFalse();
    }
}
