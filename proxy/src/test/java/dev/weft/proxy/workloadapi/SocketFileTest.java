package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static void make(SocketFile file) throws Exception {
        Path making = file.making();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(making));
            file.made(making);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file.path()))) {
                assertThat(client.isConnected()).isTrue();
            }
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void opensTheSocketToWhoeverEntersTheDirectory() throws Exception {
        Path socket = directory.resolve("api.sock");
        make(new SocketFile(socket));
        assertThat(mode(socket)).isEqualTo("rw-rw-rw-");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(socket);
        }
    }

    @Test
    void replacesALinkThatTheApplicationHasPutThere() throws Exception {
        Path victim = Files.writeString(directory.resolve("victim"), "secret");
        Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path socket = Files.createSymbolicLink(shared.resolve("api.sock"), victim);
        make(new SocketFile(socket));
        assertThat(Files.isSymbolicLink(socket)).isFalse();
        assertThat(mode(victim)).isEqualTo("rw-------");
        assertThat(victim).hasContent("secret");
    }

    @Test
    void makesTheSocketOutOfTheApplicationsReach() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        assertThat(new SocketFile(shared.resolve("api.sock")).making().getParent())
                .isEqualTo(shared);
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwx---"));
        assertThat(new SocketFile(shared.resolve("api.sock")).making().getParent())
                .isEqualTo(directory);
    }

    @Test
    void replacesTheSocketOfAProcessBefore() throws Exception {
        SocketFile file = new SocketFile(directory.resolve("api.sock"));
        make(file);
        make(file);
        file.remove();
        assertThat(file.path()).doesNotExist();
    }

    /** As in a pod: the volume is anybody's, the directory in it is not. */
    @Test
    void makesTheDirectoryThatIsMissingAndKeepsItForItself() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path socket = directory.resolve("spiffe/api.sock");
        make(new SocketFile(socket));
        assertThat(mode(socket)).isEqualTo("rw-rw-rw-");
        assertThat(mode(directory.resolve("spiffe"))).isEqualTo("rwxr-xr-x");
        make(new SocketFile(socket));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("spiffe"));
        }
    }

    @Test
    void makesNoDirectoryWhereALinkLeadsNowhere() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createSymbolicLink(directory.resolve("link"), elsewhere);
        assertThatThrownBy(() -> new SocketFile(directory.resolve("link/api.sock")).making())
                .isInstanceOf(NoSuchFileException.class);
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void failsWhereThereIsNoDirectoryToMakeOneIn() {
        assertThatThrownBy(() -> new SocketFile(directory.resolve("none/spiffe/api.sock")).making())
                .isInstanceOf(NoSuchFileException.class);
    }
}
