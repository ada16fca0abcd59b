package dev.weft.local.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpOverUnixSocketTest {

    @TempDir
    Path directory;

    @Test
    void readsAWholeAnswer() throws IOException {
        SidecarAdmin admin = answering("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"ready\": true}");
        assertThat(admin.status().get("ready").asBoolean()).isTrue();
    }

    @Test
    void readsAnAnswerInChunks() throws IOException {
        SidecarAdmin admin =
                answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
        assertThat(admin.metrics()).isEqualTo("abcde");
    }

    @Test
    void tellsWhyASidecarIsNotReady() throws IOException {
        SidecarAdmin admin = answering("HTTP/1.1 503 Service Unavailable\r\n\r\nno certificate yet\n");
        assertThat(admin.readiness()).isEqualTo(new SidecarAdmin.Readiness(false, "no certificate yet"));
    }

    @Test
    void namesTheWorkloadWhenASidecarFails() throws IOException {
        SidecarAdmin refusing = answering("HTTP/1.1 500 No\r\n\r\nbroken");
        assertThatThrownBy(refusing::certificate).hasMessage("sidecar of shop/api: /certificate answered 500: broken");
        SidecarAdmin away = new SidecarAdmin("shop/api", directory.resolve("absent"));
        assertThatThrownBy(away::metrics).hasMessageContaining("sidecar of shop/api does not answer");
    }

    @Test
    void refusesWhatIsNoHttpAnswer() {
        for (String bad : List.of(
                "",
                "HTTP/1.1 200 OK\r\n",
                "SSH-2.0\r\n\r\n",
                "HTTP/1.1 x\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab")) {
            byte[] bytes = bad.getBytes(StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> HttpOverUnixSocket.parse(bytes)).isInstanceOf(IOException.class);
        }
    }

    private SidecarAdmin answering(String answer) throws IOException {
        Path socket = directory.resolve("admin.sock");
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(() -> {
            try (server;
                    SocketChannel channel = server.accept()) {
                channel.read(ByteBuffer.allocate(4096));
                channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                // The client has gone; its own assertion tells.
                return;
            }
        });
        return new SidecarAdmin("shop/api", socket);
    }
}
