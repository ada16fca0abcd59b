package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP's urgent bytes are carried in line (RFC 6093). */
@Timeout(60)
class UrgentDataTest {
    private static final int BYTES = 5;

    private static void speak(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write("ab".getBytes(StandardCharsets.US_ASCII));
        socket.sendUrgentData('U');
        socket.getOutputStream().write("cd".getBytes(StandardCharsets.US_ASCII));
    }

    private static String heard(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(BYTES), StandardCharsets.US_ASCII);
    }

    @Test
    void theCallersUrgentByteArrivesInItsPlace() throws IOException {
        try (EchoServer echo = new EchoServer();
                MeshFixture mesh = new MeshFixture(echo.address());
                Socket socket = mesh.connect()) {
            speak(socket);
            assertThat(heard(socket)).isEqualTo("abUcd");
        }
    }

    @Test
    void theApplicationsUrgentByteArrivesInItsPlace() throws IOException {
        try (EchoServer server = new EchoServer(socket -> {
                    speak(socket);
                    int _ = socket.getInputStream().read();
                });
                MeshFixture mesh = new MeshFixture(server.address());
                Socket socket = mesh.connect()) {
            assertThat(heard(socket)).isEqualTo("abUcd");
        }
    }
}
